import { readSettings } from '../shared/azure/settings.ts';

/** The names of the settings that the app reads, from settings that are complete. */
export function settingsRead(complete: Readonly<Record<string, string>>): Set<string> {
  const read = new Set<string>();
  const note = (name: string | symbol) => void (typeof name === 'string' && read.add(name));
  readSettings(
    new Proxy(complete, {
      get: (target, name, receiver): unknown => {
        note(name);
        return Reflect.get(target, name, receiver);
      },
      has: (target, name) => {
        note(name);
        return Reflect.has(target, name);
      },
    }),
  );
  return read;
}
