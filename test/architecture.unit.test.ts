import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import ts from 'typescript';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { ROOMS, PACKAGES, forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  ROOMS: Record<string, { may: string[]; types?: string[]; alone?: boolean }>;
  PACKAGES: Record<string, string[]>;
  forbidden: IForbiddenRuleType[];
  options: ICruiseOptions;
};

/** What the rules say of a tree, as `rule: from -> to`. */
async function judge(baseDir: string): Promise<{ result: ICruiseResult; broken: string[] }> {
  const rooms = Object.keys(ROOMS).filter((room) => existsSync(join(baseDir, room)));
  const { output } = await cruise(rooms, { ...options, baseDir, validate: true, ruleSet: { forbidden } });
  if (typeof output === 'string') throw new Error(output);
  const { error, violations } = output.summary;
  const broken = violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
  if (error !== broken.length) throw new Error('a rule is not an error');
  return { result: output, broken };
}

function sourcesOf(room: string): string[] {
  if (!existsSync(join(ROOT, room))) return [];
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name) && !/\.d\.[cm]?ts$/.test(name))
    .map((name) => `${room}/${name}`);
}

describe('the rooms', () => {
  it('import only what the table lets them', async () => {
    const { result, broken } = await judge(ROOT);
    expect(broken).toEqual([]);
    // A cruiser that cannot read TypeScript finds no files and no faults.
    const seen = new Set(result.modules.map(({ source }) => source));
    expect(
      Object.keys(ROOMS)
        .flatMap(sourcesOf)
        .filter((file) => !seen.has(file)),
    ).toEqual([]);
    const recall = result.modules.find(({ source }) => source === 'workflows/recall.ts')!;
    expect(recall.dependencies.map(({ resolved }) => resolved)).toEqual(
      expect.arrayContaining(['engine/decide.ts', 'activities/activities.ts']),
    );
  });

  it('are the folders that the compiler reads, and every package has its place', () => {
    const { include } = z
      .object({ include: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')));
    expect(include.toSorted()).toEqual(Object.keys(ROOMS).toSorted());
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    expect(Object.keys(PACKAGES).toSorted()).toEqual(Object.keys(dependencies).toSorted());
  });
});

describe('a broken rule is found', () => {
  const files: Record<string, string> = {
    'package.json': JSON.stringify({
      name: 'broken',
      dependencies: { fastify: '1', pg: '1', nodemailer: '1', zod: '1' },
    }),
    ...Object.fromEntries(
      ['fastify', 'pg', 'nodemailer', 'zod', 'undeclared'].flatMap((name) => [
        [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
        [`node_modules/${name}/index.js`, ''],
      ]),
    ),
    'workers/worker.ts': imports('../engine/a.js', '../activities/egress.js', '../api/server.js', '../store/used.js'),
    'engine/a.ts': imports('node:fs', '../store/used.js', 'zod', './b.js'),
    'engine/b.ts': `import type { A } from './a.js';\nexport type B = A;\n`,
    'store/used.ts': imports('pg', '../workflows/contract.js'),
    'store/dead.ts': imports('pg'),
    'workflows/contract.ts': 'export type A = 1;\nexport const a = 1;\n',
    'workflows/recall.ts': `import type { A } from '../activities/egress.js';\n${imports('../activities/relay.js', '../store/used.js')}`,
    'activities/egress.ts': imports('node:https', './egress-smtp.js', '../workflows/contract.js'),
    'activities/egress-smtp.ts': imports('nodemailer'),
    'activities/relay.ts': imports(
      'nodemailer',
      'node:https',
      '../workflows/recall.js',
      '../api/server.js',
      './egress-twilio.js',
    ),
    'api/server.ts': imports('fastify', 'pg', 'undeclared', '../test/help.js'),
    'playbooks/parse.ts': imports('../documents/notices.js', '../documents/pages.js'),
    'documents/notices.ts': imports(),
    'documents/pages.ts': imports(),
    'api/contract/routes.ts': imports('zod', '../../engine/b.js', '../../store/used.js', '../codec.js', 'fastify'),
    'cli/main.ts': imports(
      '../playbooks/parse.js',
      '../store/used.js',
      'fastify',
      '../api/contract/routes.js',
      '../api/codec.js',
    ),
    'activities/egress-twilio.ts': imports(),
    'api/codec.ts': imports(),
    'test/help.ts': imports('pg', '../store/used.js'),
    'drills/demo.ts': imports(
      '../workers/stack.js',
      '../store/used.js',
      '../api/contract/routes.js',
      '../api/codec.js',
    ),
    'workers/stack.ts': imports('../activities/relay.js'),
    'workers/api.ts': imports('./log.js'),
    'workers/log.ts': imports('../drills/mail.js'),
    'drills/mail.ts': imports(),
  };
  let dir: string;
  let broken: string[];
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'recall-rooms-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
    ({ broken } = await judge(dir));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('where a room, a package, a type, a ring, a built-in module or a dead file is out of place, and nowhere else', () => {
    expect(broken).toEqual(
      [
        'room engine: engine/a.ts -> store/used.ts',
        'alone: engine/a.ts -> fs',
        'package zod: engine/a.ts -> node_modules/zod/index.js',
        'no rings: engine/a.ts -> engine/b.ts',
        'types store: store/used.ts -> workflows/contract.ts',
        'no dead files: store/dead.ts -> store/dead.ts',
        'types workflows: workflows/recall.ts -> activities/relay.ts',
        'room workflows: workflows/recall.ts -> store/used.ts',
        'package nodemailer: activities/relay.ts -> node_modules/nodemailer/index.js',
        'wires: activities/relay.ts -> https',
        'one way to a wire: activities/relay.ts -> activities/egress-twilio.ts',
        'room activities: activities/relay.ts -> workflows/recall.ts',
        'room activities: activities/relay.ts -> api/server.ts',
        'no rings: activities/relay.ts -> workflows/recall.ts',
        'package pg: api/server.ts -> node_modules/pg/index.js',
        'declared packages: api/server.ts -> node_modules/undeclared/index.js',
        'room api: api/server.ts -> test/help.ts',
        'room playbooks: playbooks/parse.ts -> documents/pages.ts',
        'room cli: cli/main.ts -> store/used.ts',
        'package fastify: cli/main.ts -> node_modules/fastify/index.js',
        'room cli: cli/main.ts -> api/codec.ts',
        'room drills: drills/demo.ts -> api/codec.ts',
        'contract: api/contract/routes.ts -> store/used.ts',
        'contract: api/contract/routes.ts -> api/codec.ts',
        'contract: api/contract/routes.ts -> node_modules/fastify/index.js',
        'room drills: drills/demo.ts -> store/used.ts',
        'image: workers/api.ts -> drills/mail.ts',
        'image: workers/worker.ts -> test/help.ts',
      ].sort(),
    );
  });
});

/** Text that imports all of these for what they do. */
function imports(...names: string[]): string {
  return `${names.map((name) => `import '${name}';`).join('\n')}\nexport type A = 1;\n`;
}

const CLOCK = ['Date.now', 'new Date()', 'Date()', 'performance', 'setTimeout', 'setInterval', 'setImmediate'];
const CHANCE = ['Math.random', 'crypto'];
const LOCALE = ['Intl', 'localeCompare', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'getHours'];
const OUTSIDE = ['process', 'fetch', 'console', 'globalThis'];

/** Globals that a room may not name, by room; a file named after it is let off. */
const BARRED: { rooms: string[]; names: string[]; but?: string[] }[] = [
  { rooms: ['engine'], names: [...CLOCK, ...CHANCE, ...LOCALE, ...OUTSIDE] },
  { rooms: ['simulator', 'playbooks', 'regulations'], names: [...CLOCK, ...CHANCE, ...OUTSIDE] },
  // Temporal puts deterministic ones in the place of clock and chance.
  { rooms: ['workflows'], names: ['crypto', 'performance', ...LOCALE, ...OUTSIDE] },
  { rooms: ['documents', 'trust', 'store', 'api'], names: ['fetch', 'process', 'Math.random'] },
  { rooms: ['activities'], names: ['fetch', 'process', 'Math.random'], but: ['activities/egress.ts'] },
];

/** The clock, chance, locale and outside world that a source names. */
function globalsOf(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const member = `${node.expression.getText()}.${node.name.text}`;
      found.push(member.replace(/^globalThis\./, ''), node.name.text);
      return visit(node.expression);
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) {
      found.push('new Date()');
    }
    if (ts.isCallExpression(node) && node.expression.getText() === 'Date') found.push('Date()');
    if (ts.isIdentifier(node) && !isOwnName(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

/** True for the name of a field, as in `{ process: 1 }`. */
function isOwnName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) &&
    parent.name === node
  );
}

function barredIn(text: string, names: string[]): string[] {
  return [...new Set(globalsOf(text))].filter((name) => names.includes(name));
}

describe('clock, chance, locale and the outside world', () => {
  it.each(BARRED)('are not named in $rooms', ({ rooms, names, but = [] }) => {
    const files = rooms.flatMap(sourcesOf).filter((file) => !but.includes(file));
    expect(files.length).toBeGreaterThan(1);
    const found = files.flatMap((file) =>
      barredIn(readFileSync(join(ROOT, file), 'utf8'), names).map((name) => `${file} names ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('are found however they are named, and pure uses of the same words are let be', () => {
    const names = [...CLOCK, ...CHANCE, ...LOCALE, ...OUTSIDE];
    const named = (text: string): string[] => barredIn(text, names).sort();
    expect(named('const at = Date.now();')).toEqual(['Date.now']);
    expect(named('const at = new Date();')).toEqual(['new Date()']);
    expect(named('const at = Date();')).toEqual(['Date()']);
    expect(named('const now = () => globalThis.Date.now();')).toEqual(['Date.now', 'globalThis']);
    expect(named('const pick = list[Math.floor(Math.random() * 3)];')).toEqual(['Math.random']);
    expect(named('names.sort((a, b) => a.localeCompare(b));')).toEqual(['localeCompare']);
    expect(named('setTimeout(() => fetch(process.env.URL), 1);')).toEqual(['fetch', 'process', 'setTimeout']);
    expect(named('const at = new Date(epochMs).toISOString(); const ms = Date.parse(at);')).toEqual([]);
    expect(named('type Step = { process: string }; const step = { fetch: 1, now: Math.max(1, 2) };')).toEqual([]);
  });
});
