import ts from 'typescript';

/** One small change of a source: what stands at `start` to `end` is replaced. */
export type Mutation = { file: string; line: number; start: number; end: number; text: string; what: string };

type Found = (start: number, end: number, text: string) => void;

const OPERATORS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
]);
const SWAPPED = new Map([
  ['some', 'every'],
  ['every', 'some'],
]);
/** In the texts of queries: what is looked for, and what stands in its place. */
const IN_SQL: [RegExp, string][] = [
  [/\bis null\b/g, 'is not null'],
  [/\bis not null\b/g, 'is null'],
  [/\band\b/g, 'or'],
  [/\bor\b/g, 'and'],
  [/(?<= )<(?= )/g, '<='],
  [/(?<= )<=(?= )/g, '<'],
  [/(?<= )>(?= )/g, '>='],
  [/(?<= )>=(?= )/g, '>'],
  [/(?<= )\+(?= )/g, '-'],
  [/(?<= )-(?= )/g, '+'],
];
const SQL = /^\W*(select|insert|update|delete|with)\b|\swhere\s| (=|>=|<=) /;
const WHAT_MAX = 60;

/** Every change that one source offers, in the order of the text; `file` decides whether its texts may be queries. */
export function mutationsOf(file: string, source: string): Mutation[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const mutations: Mutation[] = [];
  const found: Found = (start, end, text) => {
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    const what = `${short(source.slice(start, end))} → ${short(text) || 'nothing'}`;
    mutations.push({ file, line, start, end, text, what });
  };
  const visit = (node: ts.Node): void => {
    // Types and imports are the compiler's to hold.
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (isText(node)) inText(node, file.startsWith('store/'), found);
    else inExpression(node, found);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return mutations.sort((a, b) => a.start - b.start);
}

/** The source with the change in it. */
export function mutated(source: string, { start, end, text }: Mutation): string {
  return source.slice(0, start) + text + source.slice(end);
}

function inExpression(node: ts.Node, found: Found): void {
  const replace = (one: ts.Node, text: string): void => found(one.getStart(), one.getEnd(), text);
  const condition = conditionOf(node);
  if (condition && !isTurnedAlready(condition)) replace(condition, `!(${condition.getText()})`);
  if (ts.isBinaryExpression(node)) {
    const other = OPERATORS.get(node.operatorToken.kind);
    if (other && ![node.left, node.right].some(isText)) replace(node.operatorToken, other);
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    replace(node, node.operand.getText());
  if (node.kind === ts.SyntaxKind.TrueKeyword) replace(node, 'false');
  if (node.kind === ts.SyntaxKind.FalseKeyword) replace(node, 'true');
  if (ts.isNumericLiteral(node)) replace(node, String(Number(node.text) + 1));
  if (ts.isExpressionStatement(node) && isCall(node.expression)) replace(node, ';');
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression: list } = node.expression;
    const swapped = SWAPPED.get(name.text);
    if (swapped) replace(name, swapped);
    if (name.text === 'filter') found(list.getEnd(), node.getEnd(), '');
  }
}

/** What decides where something goes on. */
function conditionOf(node: ts.Node): ts.Expression | null {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
  return ts.isConditionalExpression(node) ? node.condition : null;
}

/** Negations and equalities are turned round where they stand. */
function isTurnedAlready(condition: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(condition)) return true;
  return ts.isBinaryExpression(condition) && /^[!=]==$/.test(condition.operatorToken.getText());
}

function isCall(expression: ts.Expression): boolean {
  return ts.isCallExpression(ts.isAwaitExpression(expression) ? expression.expression : expression);
}

type Text = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

function isText(node: ts.Node): node is Text {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

/** A text becomes empty; one of a query has its conditions and sums changed instead, because an empty query fails anywhere. */
function inText(node: Text, mayBeQuery: boolean, found: Found): void {
  const inside = node.getText().slice(1, -1);
  if (mayBeQuery && SQL.test(inside)) {
    const parts = ts.isTemplateExpression(node) ? [node.head, ...node.templateSpans.map((one) => one.literal)] : [node];
    for (const part of parts)
      for (const [old, text] of IN_SQL)
        for (const { index, 0: hit } of part.getText().matchAll(old))
          found(part.getStart() + index, part.getStart() + index + hit.length, text);
    return;
  }
  const isName = ts.isPropertyAssignment(node.parent) || ts.isMethodDeclaration(node.parent);
  if (inside !== '' && !(isName && node.parent.name === (node as ts.Node))) found(node.getStart(), node.getEnd(), "''");
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > WHAT_MAX ? `${line.slice(0, WHAT_MAX)}…` : line;
}
