import { randomUUID } from 'node:crypto';
import { app, type CoreContext, hooksNamed, type LogLevel, type TypedData } from './core.ts';
import type { AppFunction } from './load.ts';

/** One line of an invocation, or of the host (without invocationId) or of the app's start (without functionName). */
export interface LogLine {
  functionName: string | null;
  invocationId: string | null;
  level: LogLevel;
  message: string;
}

export type Log = (line: LogLine) => void;
export type Invoke = (
  called: AppFunction,
  input: TypedData,
  triggerMetadata?: Record<string, TypedData>,
) => Promise<void>;

/** Runs functions as the Node worker does: the library makes context and input, then hooks, handler, hooks. */
export function invoker(log: Log): Invoke {
  return async (called, input, triggerMetadata) => {
    const invocationId = randomUUID();
    const { name: functionName, metadata, binding } = called;
    const context: CoreContext = {
      invocationId,
      metadata,
      request: {
        inputData: [{ name: binding, data: input }],
        ...(triggerMetadata === undefined ? {} : { triggerMetadata }),
      },
      state: undefined,
      log(level, category, message) {
        const line = { level, category, message, hookData: {}, appHookData: app.hookData };
        for (const hook of hooksNamed('log')) hook(line);
        log({ functionName, invocationId, level: line.level, message: line.message });
      },
    };
    try {
      await run(called, context);
    } catch (error) {
      log({ functionName, invocationId, level: 'error', message: textOf(error) });
      throw error;
    }
  };
}

async function run(called: AppFunction, core: CoreContext): Promise<void> {
  if (app.model === undefined) throw new Error('@azure/functions has not set its programming model.');
  const model = app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: app.hookData, invocationContext: context };

  const before = { ...shared, inputs, functionCallback: called.handler };
  core.state = 'preInvocationHooks';
  for (const hook of hooksNamed('preInvocation')) await hook(before);

  const after: Record<string, unknown> = { ...shared, inputs: before.inputs, result: null, error: null };
  core.state = 'invocation';
  try {
    after['result'] = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after['error'] = error ?? new Error('The function threw nothing.');
  }
  core.state = 'postInvocationHooks';
  for (const hook of hooksNamed('postInvocation')) await hook(after);
  core.state = undefined;
  if (after['error'] !== null && after['error'] !== undefined) throw after['error'];
}

/** A thing thrown, with its stack and that of its causes. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\n  cause: ${textOf(error.cause)}`;
}
