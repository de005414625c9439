import { describe, expect, it } from '@jest/globals';
import { firstDifference, project } from '../../engine/agreement.js';
import type { LedgerEntry, NoticeRow } from '../../engine/facts.js';
import type { IsoInstant, Json, RecallId, Sha256 } from '../../engine/words.js';

type Line = { at?: string; stream?: string; number?: number; body: Record<string, Json>; rows?: NoticeRow[] };

const T1 = '2026-09-10T08:00:00.000Z';
const T2 = '2026-09-10T09:00:00.000Z';

function ledger(lines: Line[], about: Partial<LedgerEntry> = {}): LedgerEntry[] {
  return lines.map(({ at = T1, stream = 'events', number, body, rows = null }, index) => ({
    recallId: 'RC-2026-0001' as RecallId,
    link: index + 1,
    stream,
    number: number ?? index + 1,
    at: at as IsoInstant,
    body: JSON.stringify(body),
    rows,
    wall: T1 as IsoInstant,
    prev: '' as Sha256,
    hash: '' as Sha256,
    ...about,
  }));
}

function difference(a: Line[], b: Line[]): string | null {
  return firstDifference(project(ledger(a)), project(ledger(b)));
}

function notice(recipient: string, changes: Partial<NoticeRow> = {}): NoticeRow {
  const row = { recipient, rung: 0, language: 'en', outcome: 'delivered', messageId: `m-${recipient}` };
  return { ...row, ...changes } as NoticeRow;
}

function page(rows: NoticeRow[], number = 1): Line {
  const body = { type: 'notices settled', step: 'tell', notices: rows.length, delivered: rows.length, digest: 'd' };
  return { stream: 'notices/tell', number, body, rows };
}

const STARTED: Line = { body: { type: 'step started', step: 'decide', round: 1 } };
const VOTED: Line = {
  at: T2,
  body: { type: 'decision given', by: 'counsel', verb: 'approve', shown: 'x', reason: '1'.repeat(64) },
};

describe('two ledgers differ', () => {
  it('in nothing where they are the same', () => {
    expect(difference([STARTED, VOTED, page([notice('c1')])], [STARTED, VOTED, page([notice('c1')])])).toBeNull();
  });

  const changes: [string, Line[]][] = [
    ['what happened', [STARTED, { ...VOTED, body: { ...VOTED.body, verb: 'reject' } }]],
    ['who did it', [STARTED, { ...VOTED, body: { ...VOTED.body, by: 'commander' } }]],
    ['when it happened', [STARTED, { ...VOTED, at: T1 }]],
    ['the reason of a refusal', [STARTED, { ...VOTED, body: { ...VOTED.body, reason: 'not-asked' } }]],
    ['a field more', [STARTED, { ...VOTED, body: { ...VOTED.body, alone: true } }]],
    ['a value deep inside', [{ body: { ...STARTED.body, plan: { filings: [{ dueAt: T1 }] } } }, VOTED]],
    ['a line that is missing at the end', [STARTED]],
    ['a line too many', [STARTED, VOTED, VOTED]],
    ['the stream of a line', [STARTED, { ...VOTED, stream: 'trace' }]],
    [
      'the order of two events',
      [
        { ...VOTED, at: T1 },
        { ...STARTED, at: T2 },
      ],
    ],
  ];
  it.each(changes)('in %s', (_what, changed) => {
    expect(difference([STARTED, VOTED], changed)).toMatch(/^line \d+:\n {2}.+\n {2}.+/);
  });

  it('in the order of two events of one instant', () => {
    const [a, b] = [{ type: 'a' }, { type: 'b' }].map((body) => ({ body }));
    expect(difference([a!, b!], [b!, a!])).toContain('line 1:');
  });

  it('and the first difference shows both lines', () => {
    const other = { ...VOTED, body: { ...VOTED.body, by: 'commander' } };
    const found = difference([STARTED, VOTED], [STARTED, other]);
    expect(found).toMatch(/^line 2:/);
    expect(found).toContain('"by":"counsel"');
    expect(found).toContain('"by":"commander"');
  });

  it('in what one row of a page says', () => {
    const rows = [notice('c1'), notice('c2')];
    expect(difference([page(rows)], [page([rows[0]!, notice('c2', { outcome: 'refused' })])])).toContain('line 2:');
    expect(difference([page(rows)], [page([rows[0]!])])).toContain('line 2:');
    expect(difference([page(rows)], [page([rows[1]!, rows[0]!])])).toContain('line 1:');
  });
});

describe('two ledgers agree', () => {
  it('where only ids, hashes, tokens and message ids are others, however deep', () => {
    const body = { type: 'x', step: 's' };
    const one = {
      ...body,
      recallId: 'RC-1',
      digest: 'a',
      inner: [{ sha256: 'b', name: 'n', messageId: 'm', token: 't' }],
    };
    const two = {
      ...body,
      recallId: 'RC-2',
      digest: 'c',
      inner: [{ sha256: 'd', name: 'n', messageId: 'o', token: 'u' }],
    };
    expect(difference([{ body: one }], [{ body: two }])).toBeNull();
    expect(difference([VOTED], [{ ...VOTED, body: { ...VOTED.body, shown: 'y', reason: null } }])).toBeNull();
    expect(difference([VOTED], [{ ...VOTED, body: { ...VOTED.body, reason: '2'.repeat(64) } }])).toBeNull();
  });

  it('where keys stand in another order', () => {
    expect(difference([{ body: { a: 1, b: { c: 2, d: 3 } } }], [{ body: { b: { d: 3, c: 2 }, a: 1 } }])).toBeNull();
  });

  it('whatever wall clock, links, hashes and recall they had', () => {
    const other = {
      recallId: 'RC-2030-0009' as RecallId,
      wall: '2030-01-01T00:00:00.000Z' as IsoInstant,
      hash: 'f' as Sha256,
    };
    expect(firstDifference(project(ledger([STARTED, VOTED])), project(ledger([STARTED, VOTED], other)))).toBeNull();
  });

  it('wherever a page of rows ends', () => {
    const [a, b, c] = ['c1', 'c2', 'c3'].map((recipient) => notice(recipient));
    const split = [page([a!], 1), page([b!, c!], 2)];
    expect(difference([page([a!, b!, c!])], split)).toBeNull();
  });

  it('where streams were written one before the other at one instant', () => {
    const traced: Line = { stream: 'trace', number: 1, body: { type: 'trace recorded' } };
    const started = { ...STARTED, number: 1 };
    expect(difference([started, traced], [traced, started])).toBeNull();
  });

  it('where one had a crash or a refused send, which leaves the numbers after it as they would have been', () => {
    const doubt: Line = {
      stream: 'notices/tell',
      number: 1,
      body: { type: 'notices in doubt', step: 'tell' },
      rows: [notice('c1')],
    };
    expect(difference([page([notice('c1')], 1)], [doubt, page([notice('c1')], 2)])).toBeNull();
    const refused: Line = { stream: 'refusals', number: 1, body: { type: 'egress refused', what: 'notice' } };
    expect(difference([STARTED], [STARTED, refused])).toBeNull();
  });
});
