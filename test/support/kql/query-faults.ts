import type { ZodType } from 'zod';
import { LogLine } from '../../../shared/core/plan/log-line.ts';
import {
  argumentsOf,
  childrenOf,
  columnOf,
  comparisonOf,
  fieldOf,
  isLine,
  type Node,
  parse,
  Syntax,
  stepsOf,
  wordsOf,
} from './tree.ts';

const Kind = Syntax.SyntaxKind;

type Events = readonly string[];
type Seen = { readonly what: 'field' | 'literal' | 'else'; readonly fault: string | null };

/** By event, the fields of its line. */
const LINES = new Map<string, Readonly<Record<string, ZodType>>>(
  LogLine.options.flatMap(({ shape }) =>
    [...('options' in shape.event ? shape.event.options : shape.event.values)].map((event) => [event, shape] as const),
  ),
);
const EVENTS: Events = [...LINES.keys()];

/** After these, a row is still made of lines of the events that came in. */
const FOLLOWED = [
  Syntax.FilterOperator,
  Syntax.ExtendOperator,
  Syntax.ProjectOperator,
  Syntax.SummarizeOperator,
  Syntax.SortOperator,
  Syntax.MvExpandOperator,
];
const IS = [Kind.EqualExpression, Kind.InExpression];
const IS_NOT = [Kind.NotEqualExpression, Kind.NotInExpression];
const CONVERSIONS = ['tostring'];
const OF_ANOTHER_ROW = ['prev', 'next'];
/** A value of the kind that a function needs; of another kind it makes nothing. */
const NEEDED = new Map<string, unknown>([
  ['strcat_array', []],
  ['array_length', []],
  ['toint', 1],
]);

/** What is wrong with a query, and how many fields and literals of enums were held to the schema of the log lines. */
export function checkQuery(text: string): { faults: readonly string[]; fields: number; literals: number } {
  const { tree, faults } = parse(text);
  if (!tree || faults.length > 0) return { faults, fields: 0, literals: 0 };
  const seen = [...seenInQuery(tree)];
  const count = (what: Seen['what']) => seen.filter((each) => each.what === what).length;
  return { faults: seen.flatMap(({ fault }) => fault ?? []), fields: count('field'), literals: count('literal') };
}

function* seenInQuery(query: Node): Generator<Seen> {
  const [table, ...steps] = stepsOf(query) ?? [];
  if (table === 'AppRequests') return; // the host's: that its columns are there, the parser knows
  if (table !== 'AppTraces') yield notUnderstood(query);
  let events = EVENTS;
  for (const step of steps) {
    if (!FOLLOWED.some((operator) => step instanceof operator)) yield notUnderstood(step);
    yield* seenIn(step, events);
    if (step instanceof Syntax.FilterOperator) events = passing(step.Condition, events);
  }
  if (events.length === EVENTS.length) yield { what: 'else', fault: 'no filter by event was found' };
  if (events.length === 0) yield { what: 'else', fault: 'no event passes the filters' };
}

function* seenIn(node: Node, events: Events): Generator<Seen> {
  if (node instanceof Syntax.PathExpression) yield fieldSeen(node, events);
  else if (node instanceof Syntax.FunctionCallExpression) yield argumentSeen(node, events);
  else if (node instanceof Syntax.NameReference) yield lineSeen(node);
  else if (node instanceof Syntax.PipeExpression) yield notUnderstood(node);
  yield* literalsSeen(node, events);
  const inner = node.Kind === Kind.AndExpression ? passing(node, events) : events;
  for (const child of childrenOf(node)) yield* seenIn(child, inner);
}

function fieldSeen(node: Node, events: Events): Seen {
  const field = fieldOf(node, []);
  if (field === null) return notUnderstood(node);
  const without = events.filter((event) => !LINES.get(event)?.[field]);
  return { what: 'field', fault: without.length > 0 ? `${field} is no field of ${without.join(', ')}` : null };
}

function argumentSeen(call: Kusto.Language.Syntax.FunctionCallExpression, events: Events): Seen {
  const needed = NEEDED.get(call.Name?.SimpleName ?? '');
  const field = fieldOf(argumentsOf(call.ArgumentList)[0], []);
  const isUnfit = needed !== undefined && field !== null && !isOneOf(field, needed, events);
  return { what: 'else', fault: isUnfit ? `${wordsOf(call)}: the field is of another kind` : null };
}

/** A line is read by its fields; whole it is only carried on. */
function lineSeen(node: Kusto.Language.Syntax.NameReference): Seen {
  const isCarried = node.GetFirstAncestor(Syntax.FunctionCallExpression)?.Name?.SimpleName === 'arg_max';
  const isBare = isLine(node) && !(node.Parent instanceof Syntax.PathExpression) && !isCarried;
  return isBare && node.Parent ? notUnderstood(node.Parent) : { what: 'else', fault: null };
}

function* literalsSeen(node: Node, events: Events): Generator<Seen> {
  const compared = comparisonOf(node);
  if (!compared || columnOf(compared.subject)) return;
  const field = fieldOf(compared.subject, [...CONVERSIONS, ...OF_ANOTHER_ROW]);
  if (field === null) return yield notUnderstood(node);
  const among = field === 'event' ? EVENTS : events;
  if (isOneOf(field, '', among)) return; // any text
  if (![...IS, ...IS_NOT].includes(node.Kind)) yield notUnderstood(node);
  for (const literal of compared.literals) {
    yield { what: 'literal', fault: isOneOf(field, literal, among) ? null : `${field} is never '${literal}'` };
  }
}

/** Which of these events' lines a condition can let through. */
function passing(node: Node | null, events: Events): Events {
  if (node instanceof Syntax.ParenthesizedExpression) return passing(node.Expression, events);
  if (node instanceof Syntax.BinaryExpression) {
    const { Kind: kind, Left: left, Right: right } = node;
    if (kind === Kind.AndExpression) return passing(right, passing(left, events));
    if (kind === Kind.OrExpression) return [...new Set([...passing(left, events), ...passing(right, events)])];
  }
  const compared = comparisonOf(node);
  if (!node || !compared) return events;
  const { subject, literals } = compared;
  if (node.Kind === Kind.StartsWithExpression && columnOf(subject) === 'Message') {
    return '{"'.startsWith(literals[0] ?? '') ? events : []; // else no line of ours
  }
  if (fieldOf(subject, CONVERSIONS) !== 'event') return events;
  if (IS.includes(node.Kind)) return events.filter((event) => literals.includes(event));
  return IS_NOT.includes(node.Kind) ? events.filter((event) => !literals.includes(event)) : events;
}

function isOneOf(field: string, value: unknown, events: Events): boolean {
  return events.some((event) => LINES.get(event)?.[field]?.safeParse(value).success);
}

function notUnderstood(node: Node): Seen {
  return { what: 'else', fault: `not understood: ${wordsOf(node)}` };
}
