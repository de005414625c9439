import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { linesOf } from '../../cli/files.js';
import { CHAIN_START, chainHash } from '../../trust/chain.js';
import type { IsoInstant } from '../../engine/words.js';
import { STEP_SCHEMAS } from '../../playbooks/schema.js';
import { recall } from './stand-in.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recall-offline-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A ledger of two events that holds. */
function ledger(): string {
  let prev = CHAIN_START;
  const lines = [1, 2].map((link) => {
    const at = '2026-09-10T08:00:00.000Z' as IsoInstant;
    const chained = { recallId: 'RC-2026-0001', link, stream: 'events', number: link, at, wall: at };
    const entry = { ...chained, body: `{"seq":${link}}` };
    const hash = chainHash(prev, entry);
    const line = JSON.stringify({ ...entry, rows: null, prev, hash });
    prev = hash;
    return line;
  });
  return `${lines.join('\n')}\n`;
}

test('a ledger that holds is verified, one that was touched is not', async () => {
  const good = file('good.ndjson', ledger());
  expect(await recall(['ledger', 'verify', good])).toMatchObject({
    exit: 0,
    out: `${good}: verified, 2 events and 0 facts\n`,
  });
  const bad = file(
    'bad.ndjson',
    ledger().replace('08:00:00.000Z","body":"{\\"seq\\":2', '09:00:00.000Z","body":"{\\"seq\\":2'),
  );
  const found = await recall(['ledger', 'verify', bad]);
  expect(found.exit).toBe(1);
  expect(found.out).toContain(`${bad}:2: NOT verified`);
  const json = await recall(['ledger', 'verify', bad, '--json']);
  expect(json.exit).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ verified: false, broken: { line: 2 } });
});

test('a hash that is known from elsewhere must occur in the ledger', async () => {
  const good = file('good.ndjson', ledger());
  const { hash } = JSON.parse(ledger().trim().split('\n')[1]!) as { hash: string };
  expect((await recall(['ledger', 'verify', good, '--expect', hash.toUpperCase()])).exit).toBe(0);
  const other = '1'.repeat(64);
  const found = await recall(['ledger', 'verify', good, '--json', '--expect', other]);
  expect(found.exit).toBe(1);
  expect(JSON.parse(found.out)).toMatchObject({ findings: [{ line: 2, what: 'expected' }] });
  expect((await recall(['ledger', 'verify', good, '--expect', 'abc'])).exit).toBe(2);
});

test('a file is read as it stands: with a byte order mark, other ends of lines, none after the last, and many pieces', async () => {
  const text = `\uFEFF${ledger().trimEnd().replaceAll('\n', '\r\n')}`;
  const padded = `${text}\r\n${' '.repeat(3_000_000)}`;
  for (const [name, written] of Object.entries({ text, padded }))
    expect((await recall(['ledger', 'verify', file(name, written)])).out).toContain('verified, 2 events');
  expect((await recall(['ledger', 'verify', folder])).exit).toBe(2);
});

test('of a file no more is kept in memory than a line, and of a line no more than there is room for', () => {
  const long = 'é'.repeat(2_000_000);
  const path = file('lines', `a\r\n\n${long}\nb\n${long}\nc`);
  expect([...linesOf(path, 5)]).toEqual(['a', '', null, 'b', null, 'c']);
  expect([...linesOf(path, 2_000_000)]).toEqual(['a', '', long, 'b', long, 'c']);
  expect([...linesOf(file('nothing', ''), 5)]).toEqual([]);
});

test('check names every problem of every file as file:line:column', async () => {
  const text = readFileSync('playbooks/short-notice-drill.yaml', 'utf8');
  const broken = file('broken.yaml', text.replace('owner: quality', 'owner: qualty'));
  const { exit, out } = await recall(['playbook', 'check', 'playbooks/short-notice-drill.yaml', broken]);
  expect(exit).toBe(1);
  expect(out).toContain('playbooks/short-notice-drill.yaml: ok');
  expect(out).toMatch(/broken\.yaml:\d+:\d+: .*unknown role qualty/);
  expect(out).toContain('did you mean quality?');
});

test('a changed duration shows in the rehearsal as a story', async () => {
  mkdirSync(join(folder, 'rehearsals'));
  cpSync('playbooks/rehearsals/short-notice-drill.yaml', join(folder, 'rehearsals', 'short-notice-drill.yaml'));
  const text = readFileSync('playbooks/short-notice-drill.yaml', 'utf8');
  const path = file('short-notice-drill.yaml', text);
  expect((await recall(['playbook', 'test', path])).exit).toBe(0);
  file('short-notice-drill.yaml', text.replace('{ after: PT2S, to: deputy }', '{ after: P2D, to: deputy }'));
  const { exit, out } = await recall(['playbook', 'test', path]);
  expect(exit).toBe(1);
  expect(out).toContain('NOT passed');
  expect(out).toMatch(/expected: .*\n {2}found: /);
  expect(out).toContain('recall opened');
});

test('a playbook without a rehearsal does not pass', async () => {
  const path = file('short-notice-drill.yaml', readFileSync('playbooks/short-notice-drill.yaml', 'utf8'));
  const { exit, out } = await recall(['playbook', 'test', path]);
  expect(exit).toBe(1);
  expect(out).toContain('it has no rehearsal');
});

test('the schema for editors knows every kind of step, and numbers as numbers', async () => {
  const { exit, out } = await recall(['playbook', 'schema']);
  expect(exit).toBe(0);
  const schema = JSON.parse(out) as {
    properties: {
      version: object;
      steps: { additionalProperties: { oneOf: { properties: { kind: { const: string } } }[] } };
    };
  };
  expect(schema.properties.version).toEqual({ type: 'integer', minimum: 0 });
  const kinds = schema.properties.steps.additionalProperties.oneOf.map((step) => step.properties.kind.const);
  expect(kinds).toEqual(Object.keys(STEP_SCHEMAS));
});
