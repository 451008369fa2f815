import '@kusto/language-service-next/bridge.js';
import '@kusto/language-service-next';

const { DiagnosticSeverity, GlobalState, KustoCode, Symbols } = Kusto.Language;

export const { Syntax } = Kusto.Language;

export type Node = Kusto.Language.Syntax.SyntaxElement;
type MaybeNode = Node | null | undefined;

/** The table that the queries read. A column that they start to use is added here. */
const COLUMNS = new Map([
  ['TimeGenerated', 'datetime'],
  ['Message', 'string'],
  ['SeverityLevel', 'int'],
  ['AppRoleName', 'string'],
  ['OperationId', 'string'],
  ['Properties', 'dynamic'],
  ['_ResourceId', 'string'],
]);
/** Of the table of runs, those that the queries read. */
const RUN_COLUMNS = new Map([
  ['TimeGenerated', 'datetime'],
  ['Name', 'string'],
  ['Success', 'bool'],
  ['AppRoleName', 'string'],
]);
const TABLES = [tableOf('AppTraces', COLUMNS), tableOf('AppRequests', RUN_COLUMNS)].filter((table) => table !== null);
const DATABASE = new Symbols.DatabaseSymbol.ctor('workspace', TABLES);
const WORKSPACE = GlobalState.Default?.WithDatabase(DATABASE) ?? null;
const WRONG = [DiagnosticSeverity.Error, DiagnosticSeverity.Warning];

function tableOf(name: string, columns: ReadonlyMap<string, string>) {
  const schema = Array.from(columns, ([column, type]) => `${column}: ${type}`).join(', ');
  return Symbols.TableSymbol.From(`(${schema})`)?.WithName(name) ?? null;
}

/** The syntax tree with what each name refers to, and what the parser has against it. */
export function parse(text: string): { readonly tree: Node | null; readonly faults: readonly string[] } {
  const code = KustoCode.ParseAndAnalyze(text, WORKSPACE);
  const told = code?.GetDiagnostics() ?? null;
  if (!code?.Syntax || !told) return { tree: null, faults: ['the parser says nothing'] };
  const faults = Array.from({ length: told.Count }, (_, index) => told.getItem(index))
    .filter(({ Severity }) => WRONG.includes(Severity))
    .map(({ Code, Message, Start }) => `${Code} at ${Start}: ${Message}`);
  return { tree: code.Syntax, faults };
}

/** The table and the operators of the one pipe that a query is, or null if it is more than that. */
export function stepsOf(query: Node): readonly [string, ...Node[]] | null {
  const [statement, ...more] = statementsIn(query);
  if (!(statement instanceof Syntax.ExpressionStatement) || more.length > 0) return null;
  const steps: Node[] = [];
  let source = statement.Expression;
  while (source instanceof Syntax.PipeExpression) {
    if (source.Operator) steps.unshift(source.Operator);
    source = source.Expression;
  }
  return [wordsOf(source), ...steps];
}

function statementsIn(node: Node): Node[] {
  return childrenOf(node).flatMap((child) => (child instanceof Syntax.Statement ? [child] : statementsIn(child)));
}

export function childrenOf(node: MaybeNode): Node[] {
  return Array.from({ length: node?.ChildCount ?? 0 }, (_, index) => node?.GetChild(index) ?? []).flat();
}

export function wordsOf(node: MaybeNode): string {
  return (node instanceof Syntax.SyntaxNode ? node.ToString(Syntax.IncludeTrivia.SingleLine) : null) ?? '';
}

export function argumentsOf(list: Kusto.Language.Syntax.ExpressionList | null): Node[] {
  return childrenOf(list?.Expressions).flatMap((argument) => childrenOf(argument)[0] ?? []);
}

/** What a column was made of, through all its names; a column of the table remains. */
function originOf(node: MaybeNode): MaybeNode {
  if (node instanceof Syntax.ParenthesizedExpression) return originOf(node.Expression);
  if (!(node instanceof Syntax.NameReference)) return node;
  const column = node.ReferencedSymbol;
  const source = column instanceof Symbols.ColumnSymbol ? column.Source : null;
  return source && wordsOf(source) !== wordsOf(node) ? originOf(source) : node;
}

/** The column of the table that an expression is, or null. */
export function columnOf(node: MaybeNode): string | null {
  const name = wordsOf(originOf(node));
  return COLUMNS.has(name) ? name : null;
}

/** Whether an expression is the whole log line. */
export function isLine(node: MaybeNode): boolean {
  const origin = originOf(node);
  if (!(origin instanceof Syntax.FunctionCallExpression)) return false;
  return origin.Name?.SimpleName === 'parse_json' && columnOf(argumentsOf(origin.ArgumentList)[0]) === 'Message';
}

/** The field of the log line that an expression is, also behind one of these functions, or null. */
export function fieldOf(node: MaybeNode, behind: readonly string[]): string | null {
  const origin = originOf(node);
  if (origin instanceof Syntax.PathExpression && isLine(origin.Expression)) return wordsOf(origin.Selector);
  if (!(origin instanceof Syntax.FunctionCallExpression)) return null;
  return behind.includes(origin.Name?.SimpleName ?? '') ? fieldOf(argumentsOf(origin.ArgumentList)[0], behind) : null;
}

export interface Comparison {
  readonly subject: Node;
  /** Null where something else stands than a string. */
  readonly literals: readonly (string | null)[];
}

/** A comparison with at least one string, or with a list. */
export function comparisonOf(node: MaybeNode): Comparison | null {
  if (node instanceof Syntax.InExpression || node instanceof Syntax.HasAnyExpression) {
    return node.Left && { subject: node.Left, literals: argumentsOf(node.Right).map(stringOf) };
  }
  if (!(node instanceof Syntax.BinaryExpression) || !node.Left || !node.Right) return null;
  const [left, right] = [stringOf(node.Left), stringOf(node.Right)];
  if (right !== null) return { subject: node.Left, literals: [right] };
  return left === null ? null : { subject: node.Right, literals: [left] };
}

function stringOf(node: Node): string | null {
  const isString = node.Kind === Syntax.SyntaxKind.StringLiteralExpression;
  return isString && node instanceof Syntax.LiteralExpression ? String(node.LiteralValue) : null;
}
