import { pathToFileURL } from 'node:url';
import { app, type Binding, type FunctionMetadata, type Handler, installCore } from './core.ts';

export type Settings = Readonly<Record<string, string | undefined>>;
type TriggerType = 'queueTrigger' | 'timerTrigger' | 'eventGridTrigger';

/** One function of the app. */
export interface AppFunction {
  name: string;
  type: TriggerType;
  /** The trigger's options (queueName, schedule, connection ...), every %SETTING% resolved. */
  trigger: Readonly<Record<string, unknown>>;
  /** The name of the trigger's binding. */
  binding: string;
  metadata: FunctionMetadata;
  handler: Handler;
}

/** Imports the files, as the worker does one after the other, and returns what they registered. */
export async function loadApp(files: readonly string[], settings: Settings): Promise<Map<string, AppFunction>> {
  installCore();
  for (const file of files) {
    try {
      await import(file.startsWith('file:') ? file : pathToFileURL(file).href);
    } catch (cause) {
      throw new Error(`${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  if (app.functions.size === 0) throw new Error('The app registered no function (or before this host was there).');
  const functions = [...app.functions.values()].map(({ metadata, handler }) => read(metadata, handler, settings));
  return new Map(functions.map((each) => [each.name, each]));
}

function read(metadata: FunctionMetadata, handler: Handler, settings: Settings): AppFunction {
  const { name } = metadata;
  const bindings = Object.entries(metadata.bindings);
  const [first, ...others] = bindings;
  // The trigger is the first binding that the library registers.
  if (first === undefined || others.length > 0) throw new Error(`${name}: this host knows no bindings but triggers.`);
  const [binding, { type }] = first;
  if (!isKnown(type)) throw new Error(`${name}: this host knows no ${type}.`);
  const resolved = resolve(name, first[1], settings);
  return {
    name,
    type,
    trigger: resolved,
    binding,
    metadata: { ...metadata, bindings: { [binding]: resolved } },
    handler,
  };
}

function isKnown(type: string): type is TriggerType {
  return type === 'queueTrigger' || type === 'timerTrigger' || type === 'eventGridTrigger';
}

function resolve(name: string, binding: Binding, settings: Settings): Binding {
  const resolved = { ...binding };
  for (const [option, value] of Object.entries(binding)) {
    if (typeof value !== 'string') continue;
    resolved[option] = value.replaceAll(/%([^%]+)%/g, (_, setting: string) => {
      const found = settings[setting];
      if (found === undefined) throw new Error(`${name}: ${option} needs the setting ${setting}, which is missing.`);
      return found;
    });
  }
  return resolved;
}
