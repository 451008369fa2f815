import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  Parser,
  parseDocument,
} from 'yaml';
import { type TextFault, yamlFaults } from './yaml-faults.ts';

/** What no policy needs more of. Past them, reading it would cost more than it is worth. */
export const LIMITS = { characters: 262_144, depth: 20, values: 20_000, aliases: 100 } as const;

/** The faults of a text, or what it says: plain data of YAML's core schema, and the nodes that it was read from. */
export type PolicyYaml =
  | { readonly faults: readonly TextFault[] }
  | { readonly value: unknown; readonly root: Document['contents'] };

/** How a file is called in its faults. */
export interface FileWords {
  readonly name: string;
  readonly oneOfIts: string;
  readonly smallest: string;
}

const POLICY: FileWords = { name: 'the policy', oneOfIts: 'a policy', smallest: 'the smallest one is "mode: audit"' };

export function readYaml(text: string, { name, oneOfIts, smallest }: FileWords = POLICY): PolicyYaml {
  if (text.length > LIMITS.characters)
    return fault(0, `${name} is longer than ${LIMITS.characters} characters: say what is the same in one scope`);
  const deep = tooDeep(text);
  if (deep !== null) return fault(deep, `nested deeper than ${LIMITS.depth} levels: no part of ${oneOfIts} is`);
  // Keys are compared in `shapeFaults`: here each would be compared with every other.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const broken = yamlFaults(text, document, oneOfIts);
  if (broken.length > 0) return { faults: broken };
  const root = document.contents;
  if (root === null) return fault(0, `${name} is empty; ${smallest}`);
  const faults = shapeFaults(root);
  if (faults.length > 0) return { faults };
  try {
    const value: unknown = document.toJS({ maxAliasCount: LIMITS.aliases });
    if (hasTooMany(value))
      return fault(0, `more than ${LIMITS.values} values, those of aliases (*name) counted each time`);
    return { value, root };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return fault(0, `an alias (*name) stands before what it names, or names too much: write its value out`);
  }
}

function fault(offset: number, message: string): { readonly faults: readonly TextFault[] } {
  return { faults: [{ offset, message }] };
}

/** Where the text is nested too deep, before anything descends into it; null when it is not. */
function tooDeep(text: string): number | null {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme)) continue;
    // The document, and a value at the end, are no levels.
    if (parser.stack.length > LIMITS.depth + 2) return parser.offset;
  }
  return null;
}

/** Of a text that is not too deep. A key that stands twice, too many aliases, too many values. */
function shapeFaults(root: unknown): TextFault[] {
  const faults: TextFault[] = [];
  const open = [root];
  const anchors = new Set<string>();
  const named: { readonly name: string; readonly offset: number }[] = [];
  let values = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isPair(node)) open.push(node.value ?? undefined);
    if (!isNode(node)) continue;
    const offset = node.range?.[0] ?? 0;
    values += 1;
    if (values > LIMITS.values) return [{ offset: 0, message: `more than ${LIMITS.values} values` }];
    if (isAlias(node)) named.push({ name: node.source, offset });
    else if (node.anchor !== undefined) anchors.add(node.anchor);
    if (isMap(node)) faults.push(...repeatedKeys(node.items.map(({ key }) => key)));
    if (isCollection(node)) open.push(...node.items);
  }
  const [extra] = named.toReversed().slice(LIMITS.aliases);
  if (extra !== undefined)
    faults.push({ offset: extra.offset, message: `more than ${LIMITS.aliases} aliases (*name): write the values out` });
  const message = 'an alias of nothing: a pattern that begins with * stands in quotes';
  return [...faults, ...named.filter(({ name }) => !anchors.has(name)).map(({ offset }) => ({ offset, message }))];
}

function repeatedKeys(keys: readonly unknown[]): TextFault[] {
  const seen = new Set<unknown>();
  return keys.flatMap((key) => {
    const name = isScalar(key) ? key.value : key;
    const isRepeated = seen.has(name);
    seen.add(name);
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
    return isRepeated ? [{ offset, message: `keys must be unique: "${String(name)}" stands here again` }] : [];
  });
}

/** Aliases share what they name, so little text can be a great many values, or a value inside itself. */
function hasTooMany(value: unknown): boolean {
  const open = [value];
  let seen = 0;
  while (open.length > 0) {
    const one = open.pop();
    seen += 1;
    if (seen > LIMITS.values) return true;
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) open.push(inner);
  }
  return false;
}
