import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstDifference, project } from '../../engine/agreement.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { IsoDate } from '../../engine/words.js';
import type { Scorecard } from '../../drills/scorecard.js';
import { allLines, simulateSample } from './small-drill.js';
import { linesOf, sampleFiles, sampleText } from '../store/sample-sales.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Not the demo's own product: everything must hold for any other of the same data. */
const OTHER = {
  kind: 'window' as const,
  item: '21914',
  from: '2026-03-03' as IsoDate,
  to: '2026-04-02' as IsoDate,
  seed: 7,
};
/** The same days in the file, 783 weeks earlier. */
const IN_FILE = { from: '2011-03-01', to: '2011-03-31' };

/** What people's scripts read of a scorecard: fields are added beside these, and none of them goes. */
const FIELDS: Record<string, string[]> = {
  '': [
    'action',
    'closedAt',
    'counselNeeded',
    'documents',
    'from',
    'item',
    'mode',
    'openedAt',
    'opener',
    'playbook',
    'playbookVersion',
    'recallDays',
    'recallId',
    'seed',
    'to',
    'wallSeconds',
  ],
  awareness: ['decision', 'firstSignal', 'reportableInformation'],
  case: ['digest', 'hazard', 'identification', 'product'],
  contained: ['at', 'reference', 'unitsHeld'],
  'decisions[]': ['at', 'by', 'escalations', 'onBehalfOf', 'outcome', 'role', 'step', 'title', 'waited'],
  'filings[]': [
    'authority',
    'dueAt',
    'filedAt',
    'lawText',
    'mode',
    'note',
    'onTime',
    'reference',
    'regime',
    'target',
    'targetIsOurs',
  ],
  ledger: ['events', 'facts', 'verified'],
  notices: [
    'bounced',
    'delivered',
    'inDoubt',
    'lost',
    'notTold',
    'possibleDuplicates',
    'recipients',
    'refused',
    'responded',
    'unitsBeyondRecords',
    'unreachable',
  ],
  told: ['firstAt', 'lastAt'],
  trace: [
    'consignees',
    'creditLines',
    'saleLines',
    'seconds',
    'unidentifiedLines',
    'unidentifiedUnits',
    'unitsCredited',
    'unitsCreditedMatched',
    'unitsSold',
  ],
  'trace.markets[]': ['consignees', 'market', 'units'],
  unitStates: [
    'creditedBeforeRecall',
    'destroyed',
    'onHand',
    'quarantinedByCustomers',
    'total',
    'unknown',
    'usedOrSoldOn',
  ],
  wire: ['filingsReceived', 'mailAccepted', 'mailRefused'],
  channels: ['call', 'email', 'letter', 'public', 'sms', 'voice', 'webhook'],
  'cascade.retailer': ['delivered', 'farEnd', 'recipients', 'responded', 'units'],
  post: ['failed', 'person'],
  'channels.sms': ['arrived', 'bounced', 'delivered', 'farEnd', 'refused'],
};

type Ended = { code: number | null; out: string; err: string };

function demo(args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    // Its servers are its own, as on a user's machine.
    const { DATABASE_URL: _given, ...env } = process.env;
    const child = spawn(process.execPath, ['tools/run.mjs', 'demo', ...args], { cwd: ROOT, env });
    const ended = { code: null as number | null, out: '', err: '' };
    child.stdout.on('data', (text: Buffer) => (ended.out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (ended.err += text.toString()));
    child.on('exit', (code) => resolve({ ...ended, code }));
  });
}

describe('a demo of another product, window and seed', () => {
  let ended: Ended;
  let card: Scorecard;

  beforeAll(async () => {
    const { item, from, to, seed } = OTHER;
    const args = ['--json', '--item', item, '--from', from, '--to', to, '--seed', String(seed)];
    ended = await demo(args);
    card = JSON.parse(ended.out) as Scorecard;
  }, 240_000);

  it('ends with 0 and nothing but the scorecard on standard output', () => {
    expect([ended.code, ended.out.trim().split('\n').length]).toEqual([0, 1]);
    expect(ended.err).toContain('answered back');
  });

  it.each(Object.entries(FIELDS))('has under the name %j all fields that scripts read', (place, fields) => {
    const names = place.split(/\[\]\.?|\./).filter(Boolean);
    const held = names.reduce<unknown>((one, name) => {
      const inner = (one as Record<string, unknown>)[name];
      return Array.isArray(inner) ? (inner as unknown[])[0] : inner;
    }, card);
    expect(Object.keys(held as object)).toEqual(expect.arrayContaining(fields));
  });

  it('counts what the file itself says', () => {
    const sold = sampleFiles()
      .filter((name) => name.startsWith('2011-03'))
      .flatMap((name) => linesOf(sampleText(name)))
      .filter(
        ({ item, date }) => item === OTHER.item && date.slice(0, 10) >= IN_FILE.from && date.slice(0, 10) <= IN_FILE.to,
      )
      .filter(({ quantity, invoice }) => quantity > 0 && !invoice.startsWith('C'));
    const units = sold.reduce((sum, { quantity }) => sum + quantity, 0);
    const customers = new Set(sold.map(({ customer }) => customer).filter((customer) => customer !== '')).size;
    const { trace, notices, unitStates } = card;
    expect(trace).toMatchObject({ saleLines: sold.length, unitsSold: units, consignees: customers });
    expect(notices.recipients + notices.notTold).toBe(customers);
    const { total, ...states } = unitStates;
    expect(Object.values(states).reduce((sum, one) => sum + one, 0)).toBe(total);
  });

  it('agrees with the simulator, verifies, loses nothing and leaves its documents', async () => {
    expect(card.documents.map((path) => existsSync(join(ROOT, path)))).toEqual([true, true, true]);
    const lines = readFileSync(join(ROOT, card.documents.at(-1)!), 'utf8')
      .split('\n')
      .filter(Boolean);
    const { seed, ...scope } = OTHER;
    const simulated = await simulateSample(await allLines(), scope, { seed });
    const ledger = lines.map((line) => JSON.parse(line) as LedgerEntry);
    expect(firstDifference(project(ledger), project(simulated))).toBeNull();
    expect(card.ledger.verified).toBe(true);
    expect(card.ledger.checkpoints).toMatchObject({ all: true });
    expect(card.ledger.checkpoints!.held).toBeGreaterThanOrEqual(card.decisions.length);
    expect(card.notices.lost).toBe(0);
    const { email, sms } = card.channels;
    for (const { delivered, refused, farEnd } of [email, sms]) expect(farEnd).toEqual({ accepted: delivered, refused });
    const { published, languages, farEnd } = card.channels.public;
    const [recalls, pages] = [published, languages.length];
    expect(farEnd).toEqual({ atom: recalls, json: recalls, exercises: recalls, pages, drillPages: pages });
    expect([recalls, pages]).toEqual([1, 10]);
    const { farEnd: noted, ...retailers } = card.cascade!.retailer!;
    expect(noted).toEqual(retailers);
    expect(retailers.recipients).toBeGreaterThan(0);
    expect(card.post.failed).toBe(email.bounced);
    expect(card.filings.every(({ reference }) => reference !== null)).toBe(true);
  }, 60_000);
});

describe('a demo that cannot be', () => {
  it.each([
    [['--item'], 2, 'argument'],
    [['--seed', 'x'], 2, 'no seed'],
    [['--from', 'yesterday'], 2, 'no date'],
  ])('with %j ends with %i and says why', async (args, code, words) => {
    const ended = await demo(['--json', ...args]);
    expect(ended.code).toBe(code);
    expect((JSON.parse(ended.out) as { error: { message: string } }).error.message).toContain(words);
  });
});
