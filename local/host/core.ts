import { registerHooks } from 'node:module';

/** What `@azure/functions` hands to the worker, and what the worker hands back: the parts that this host uses. */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type TypedData = { string: string } | { json: string };
export type Handler = (...inputsAndContext: unknown[]) => unknown;

export interface Binding {
  type: string;
  direction: string;
  [option: string]: unknown;
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
}

export interface CoreContext {
  invocationId: string;
  metadata: FunctionMetadata;
  request: { inputData: { name: string; data: TypedData }[]; triggerMetadata?: Record<string, TypedData> };
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: string, message: string): void;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: Handler): Promise<unknown>;
}

interface ProgrammingModel {
  getInvocationModel(context: CoreContext): InvocationModel;
}

type HookContext = Record<string, unknown>;
type Hook = (context: HookContext) => unknown;
const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof hookNames)[number];

/** What the app of this process has registered. The library keeps its state in the process, so there is one app. */
export const app = {
  functions: new Map<string, { metadata: FunctionMetadata; handler: Handler }>(),
  hooks: new Map<string, Set<Hook>>(hookNames.map((name) => [name, new Set()])),
  hookData: {},
  model: undefined as ProgrammingModel | undefined,
  /** Where log lines go that belong to no invocation. */
  log: (_level: LogLevel, _message: string): void => {},
};

export function hooksNamed(name: HookName): ReadonlySet<Hook> {
  return app.hooks.get(name) ?? new Set();
}

class Disposable {
  dispose: () => void;

  constructor(dispose: () => void) {
    this.dispose = dispose;
  }
}

/** The module `@azure/functions-core`, as the Node worker provides it in Azure. */
const core = {
  version: '3.0.0',
  hostVersion: '4.0.0',
  Disposable,
  getProgrammingModel: () => app.model,
  setProgrammingModel(model: ProgrammingModel) {
    app.model = model;
  },
  registerFunction(metadata: FunctionMetadata, handler: Handler) {
    const { name } = metadata;
    if (app.functions.has(name)) throw new Error(`A function named "${name}" is registered already.`);
    app.functions.set(name, { metadata, handler });
    return new Disposable(() => app.functions.delete(name));
  },
  registerHook(name: string, hook: Hook) {
    const hooks = app.hooks.get(name);
    if (hooks === undefined) throw new RangeError(`Unrecognized hook "${name}"`);
    hooks.add(hook);
    return new Disposable(() => hooks.delete(hook));
  },
  log(level: LogLevel, _category: string, message: string) {
    app.log(level, message);
  },
};

const url = 'batch-warden:functions-core';
const shared = Symbol.for(url);
let installed = false;

/** Makes `@azure/functions-core` resolve to this host. `@azure/functions` looks for it at the first registration. */
export function installCore(): void {
  if (installed) return;
  installed = true;
  // The library loads the module natively, which a test runner's loader does not share: the global object does.
  Object.assign(globalThis, { [shared]: core });
  const source = `module.exports = globalThis[Symbol.for(${JSON.stringify(url)})];`;
  registerHooks({
    resolve: (name, context, next) =>
      name === '@azure/functions-core' ? { url, format: 'commonjs', shortCircuit: true } : next(name, context),
    load: (name, context, next) =>
      name === url ? { format: 'commonjs', source, shortCircuit: true } : next(name, context),
  });
}
