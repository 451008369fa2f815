import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
export const isSarif = ajv.compile(JSON.parse(readFileSync('test/contract/sarif/sarif-schema-2.1.0.json', 'utf8')));

const Message = z.object({ text: z.string() });
const Result = z.object({
  ruleId: z.string(),
  ruleIndex: z.int().optional(),
  kind: z.string(),
  level: z.string(),
  message: Message,
  locations: z.tuple([
    z.object({
      physicalLocation: z.object({
        artifactLocation: z.object({ uri: z.string() }),
        region: z.strictObject({ startLine: z.int().positive(), startColumn: z.int().positive().exactOptional() }),
      }),
      logicalLocations: z.tuple([
        z.object({ name: z.string(), fullyQualifiedName: z.string(), kind: z.literal('resource') }),
      ]),
    }),
  ]),
  suppressions: z
    .array(z.strictObject({ kind: z.string(), status: z.string(), justification: z.string() }))
    .exactOptional(),
  partialFingerprints: z.record(z.string(), z.string()),
  properties: z.record(z.string(), z.unknown()),
});
const Descriptor = z.object({ id: z.string(), name: z.string() });
const Log = z.object({
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.object({
      tool: z.object({
        driver: z.object({ name: z.string(), semanticVersion: z.string(), rules: z.array(Descriptor.loose()) }),
      }),
      invocations: z.tuple([
        z.object({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(z.object({ level: z.string(), message: Message })),
        }),
      ]),
      results: z.array(Result),
    }),
  ]),
});

/** The one run of the log, once it is valid SARIF. */
export function sarifRun(text: string) {
  const log: unknown = JSON.parse(text);
  if (!isSarif(log)) throw new Error(JSON.stringify(isSarif.errors, null, 1));
  return Log.parse(log).runs[0];
}
