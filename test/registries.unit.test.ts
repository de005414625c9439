import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = dirname(fileURLToPath(new URL('../package.json', import.meta.url)));

/** A table of values that is closed over a union: an object literal whose type is a mapped type with an entry for each member. */
type Registry = { file: string; name: string; key: string; from: number; to: number; depth: number };

/** What the search below must find, so that it cannot find less and still be content. */
const KNOWN = [
  'activities/channels/registry.ts CHANNEL_CONTRACTS',
  'api/inbound/reasons/derived.ts DERIVED_DETAILS',
  'api/rates.ts LIMITS',
  'api/problem.ts REFUSAL_WORDS',
  'api/contract/scope.ts FIELDS',
  'cli/scope.ts FLAGS',
  'documents/evidence.ts LINES',
  'documents/filings.ts values',
  'documents/scope-text.ts TEXTS',
  'drills/story.ts STEP_LINES',
  'drills/story.ts STEP_LINES.campaign',
  'engine/scope.ts MARK_WORDS',
  'engine/steps/asks.ts ASKS',
  'engine/steps/campaign/model.ts campaignModel.conditions',
  'engine/steps/closure/model.ts closureModel.conditions',
  'engine/steps/filing/asks.ts filingAsks',
  'engine/steps/measures.ts MEASURES',
  'engine/steps/models.ts MODELS',
  'engine/steps/registry.ts REGISTRY',
  'engine/steps/wait/model.ts waitModel.conditions',
  'engine/steps/wait/words.ts ENDS',
  'engine/steps/words.ts WORDS',
  'playbooks/lint.ts LINTS',
  'playbooks/schema.ts STEP_SCHEMAS',
  'simulator/effects.ts RUNS',
  'simulator/world/answers.ts ANSWERS',
];

/** Tables and unions of types, and a file that does not compile without one of their members. */
const TYPES: { file: string; type: string; member: RegExp; user: string }[] = [
  { file: 'engine/playbook.ts', type: 'StepDefinition', member: /WaitStep \| /, user: 'engine/steps/models.ts' },
  { file: 'engine/state.ts', type: 'StepDetail', member: /\| WaitDetail\n/, user: 'engine/steps/models.ts' },
  { file: 'engine/events.ts', type: 'StepEvents', member: /wait: WaitEvent;/, user: 'engine/steps/models.ts' },
  { file: 'engine/effects.ts', type: 'Questions', member: /wait: '.*';/, user: 'engine/steps/step-asks.ts' },
  {
    file: 'engine/steps/measures.ts',
    type: 'MeasuresByKind',
    member: /wait: Nothing;/,
    user: 'engine/steps/measures.ts',
  },
  { file: 'engine/channels.ts', type: 'CHANNELS', member: /'webhook'/, user: 'activities/channels/registry.ts' },
  { file: 'engine/effects.ts', type: 'Effects', member: /stopShipping: \{.*\};\n/, user: 'simulator/effects.ts' },
];

/** Names that nothing uses any more are no proof that anything is missing. */
const UNUSED = [6133, 6192, 6196, 6198];

const config = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${ROOT}/tsconfig.json`, (path) => readFileSync(path, 'utf8')).config,
  ts.sys,
  ROOT,
);
const host = ts.createCompilerHost(config.options, true);
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The project as it would be with these texts; whatever is not among them is read and parsed once. */
function programWith(texts: ReadonlyMap<string, string>, before?: ts.Program): ts.Program {
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (path, options) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, options, true);
    if (!parsed.has(path)) parsed.set(path, host.getSourceFile(path, options));
    return parsed.get(path);
  };
  return ts.createProgram(config.fileNames, config.options, { ...host, getSourceFile }, before);
}

function absolute(file: string): string {
  return `${ROOT}/${file}`;
}

/** The files of the project that hold tables worth a look. */
function sourcesOf(program: ts.Program): ts.SourceFile[] {
  return config.fileNames.flatMap((name) => program.getSourceFile(name) ?? []);
}

/** Every registry of a file: object literals that `satisfies` or a declared type holds to a mapped type, and those within. */
function registriesOf(source: ts.SourceFile, checker: ts.TypeChecker): Registry[] {
  const file = relative(ROOT, source.fileName);
  const found: Registry[] = [];
  const within = (node: ts.Expression, name: string, depth: number): void => {
    const table = ts.isAsExpression(node) || ts.isParenthesizedExpression(node) ? node.expression : node;
    if (!ts.isObjectLiteralExpression(table)) return;
    const first = table.properties.find((one) => one.name !== undefined);
    const isClosed = first !== undefined && isTable(checker.getContextualType(table));
    if (isClosed) {
      const to = source.text.startsWith(',', first.end) ? first.end + 1 : first.end;
      found.push({ file, name, key: keyOf(first), from: first.getStart(source), to, depth });
    }
    for (const one of table.properties)
      if (ts.isPropertyAssignment(one)) within(one.initializer, `${name}.${keyOf(one)}`, depth + (isClosed ? 1 : 0));
  };
  const look = (node: ts.Node): void => {
    if (ts.isSatisfiesExpression(node)) within(node.expression, nameAround(node), 0);
    else if (ts.isVariableDeclaration(node) && node.type && node.initializer)
      within(node.initializer, node.name.getText(source), 0);
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

function keyOf({ name }: ts.ObjectLiteralElementLike): string {
  return name === undefined ? '' : ts.isStringLiteral(name) ? name.text : name.getText();
}

/** The name of the variable or the function that a value stands in. */
function nameAround(node: ts.Node): string {
  for (let at: ts.Node | undefined = node; at; at = at.parent)
    if ((ts.isVariableDeclaration(at) || ts.isFunctionDeclaration(at)) && at.name) return at.name.getText();
  return 'value';
}

/** True for a mapped type over a union of names that leaves none of them out. */
function isTable(type: ts.Type | undefined): boolean {
  if (!type || !(type.flags & ts.TypeFlags.Object)) return false;
  if (!((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped)) return false;
  const properties = type.getProperties();
  return properties.length > 0 && properties.every(({ flags }) => !(flags & ts.SymbolFlags.Optional));
}

/** What the compiler says of a file, but for names that are not used any more. */
function complaintsOf(program: ts.Program, file: string): string[] {
  const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(absolute(file)));
  return diagnostics
    .filter(({ code }) => !UNUSED.includes(code))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

let base: ts.Program;
let registries: Registry[];
beforeAll(() => {
  base = programWith(new Map());
  const checker = base.getTypeChecker();
  registries = sourcesOf(base).flatMap((source) => registriesOf(source, checker));
});

describe('the tables that are closed over kinds, questions, effects, channels and the like', () => {
  it('are found, with all that are known', () => {
    const found = new Set(registries.map(({ file, name }) => `${file} ${name}`));
    expect(KNOWN.filter((known) => !found.has(known))).toEqual([]);
  });

  it('are all that the text of the product holds to such a type', () => {
    const unseen = sourcesOf(base).flatMap(({ fileName, text }) => {
      const file = relative(ROOT, fileName);
      const written = text.match(/\bsatisfies (Record<(?!string)|\{ \[)/g)?.length ?? 0;
      const found = registries.filter((one) => one.file === file).length;
      return file !== 'test/registries.unit.test.ts' && found < written ? [file] : [];
    });
    expect(unseen).toEqual([]);
  });

  it('do not compile without one of their entries', () => {
    const open: string[] = [];
    let before = base;
    // A missing entry hides what is missing within another one, so that tables within tables have a turn of their own.
    for (let depth = 0; registries.some((one) => one.depth === depth); depth += 1) {
      const broken = registries.filter((one) => one.depth === depth);
      const files = [...new Set(broken.map(({ file }) => file))];
      before = programWith(new Map(files.map((file) => [absolute(file), without(file, broken)])), before);
      for (const file of files) {
        const complaints = complaintsOf(before, file);
        const inFile = broken.filter((one) => one.file === file);
        for (const key of new Set(inFile.map((one) => one.key))) {
          const names = inFile.filter((one) => one.key === key).map(({ name }) => name);
          // Each table is missed by itself, though another in the file begins with the same entry.
          const missed = complaints.filter((text) => new RegExp(`\\b${key}\\b`).test(text)).length;
          if (missed < names.length) open.push(`${file} ${names.join(', ')} without ${key}`);
        }
      }
    }
    expect(open).toEqual([]);
  });
});

describe('the types that such tables are closed over', () => {
  it.each(TYPES)('$type without one of its members does not compile in $user', ({ file, type, member, user }) => {
    const text = base.getSourceFile(absolute(file))!.text;
    const at = text.search(new RegExp(`\\b(type|const) ${type}\\b`));
    expect(at).toBeGreaterThan(-1);
    const changed = text.slice(0, at) + text.slice(at).replace(member, '');
    expect(changed).not.toBe(text);
    expect(complaintsOf(programWith(new Map([[absolute(file), changed]]), base), user)).not.toEqual([]);
  });
});

/** The text of a file without the first entry of each of these tables. */
function without(file: string, broken: Registry[]): string {
  const cuts = broken.filter((one) => one.file === file).sort((a, b) => b.from - a.from);
  const { text } = base.getSourceFile(absolute(file))!;
  return cuts.reduce((left, { from, to }) => left.slice(0, from) + left.slice(to), text);
}
