import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseAccountId, parsePoolId } from '../../../shared/core/model/resource-id.ts';

/** A body of an account or a pool and the file that it stands in. */
export interface ContractBody {
  readonly file: string;
  readonly body: unknown;
}

const Example = z.looseObject({
  responses: z.record(z.string(), z.looseObject({ body: z.unknown().optional() })),
});

/** The bodies in the answers of the official examples, items of lists among them. */
export function officialBodies(): ContractBody[] {
  return filesIn('examples').flatMap(({ file, content }) =>
    Object.values(Example.parse(content).responses).flatMap((response) => bodiesIn(file, response.body)),
  );
}

/** The bodies that the real service answered, whatever they are wrapped in. */
export function recordedBodies(): ContractBody[] {
  return ['recorded/accounts', 'recorded/pools']
    .flatMap(filesIn)
    .filter(({ file }) => !file.startsWith('dataplane-'))
    .flatMap(({ file, content }) => bodiesIn(file, content));
}

function filesIn(folder: string): { file: string; content: unknown }[] {
  return readdirSync(`test/contract/${folder}`)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, content: JSON.parse(readFileSync(`test/contract/${folder}/${file}`, 'utf8')) }));
}

const Resource = z.looseObject({
  id: z.string().refine((id) => parseAccountId(id) !== null || parsePoolId(id) !== null),
  properties: z.looseObject({}),
});

function bodiesIn(file: string, value: unknown): ContractBody[] {
  if (Resource.safeParse(value).success) return [{ file, body: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => bodiesIn(file, inner));
}
