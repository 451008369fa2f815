import { z } from 'zod';
import { type Descriptors, keysOf } from '../../core/model/setting.ts';
import type { JsonObject } from './json-object.ts';

/** How a setting stands in the body of a resource. */
interface SettingCodec<Body, Value> {
  readonly decode: (body: Body) => Value;
  /**
   * The top-level property that holds the setting, once it is `wanted`. Nested objects are replaced whole, so all else of
   * `raw`, that property as it was read, stays as it is. @throws TypeError for what cannot be written
   */
  readonly encode: (raw: unknown, wanted: Value) => unknown;
}

/** A codec for each setting: one that is missing does not compile. */
export type SettingCodecs<Body, Settings> = { readonly [Key in keyof Settings]: SettingCodec<Body, Settings[Key]> };

export function decodeSettings<Body, Settings extends object>(
  codecs: SettingCodecs<Body, Settings>,
  body: Body,
): Settings {
  const settings: Partial<Settings> = {};
  for (const key of keysOf(codecs)) settings[key] = codecs[key].decode(body);
  return settings as Settings; // every key, by its own codec
}

const Source = z.looseObject({ properties: z.looseObject({}).nullish() });

/** The smallest PATCH that reaches `set` from the body `source`: of its top-level properties those that hold a setting of `set`. */
export function encodeSettings<Body, Settings extends object>(
  codecs: SettingCodecs<Body, Settings>,
  descriptors: Descriptors<Settings>,
  source: unknown,
  set: Partial<Settings>,
): JsonObject {
  const { properties, ...top } = Source.parse(source);
  const changedTop: Record<string, unknown> = {};
  const changed: Record<string, unknown> = {};
  for (const key of keysOf(codecs)) {
    const wanted = set[key];
    if (wanted === undefined) continue;
    const [first = '', second] = descriptors[key].path.split('.');
    const [name, raw, into] = second === undefined ? [first, top, changedTop] : [second, properties, changed];
    // Two settings may share one property: the later builds upon the earlier.
    into[name] = codecs[key].encode(name in into ? into[name] : raw?.[name], wanted);
  }
  return { ...changedTop, ...(Object.keys(changed).length === 0 ? {} : { properties: changed }) };
}
