import { describe, expect, it } from '@jest/globals';
import type { LedgerEntry } from '../../engine/facts.js';
import type { IsoInstant, RecallId, Sha256 } from '../../engine/words.js';
import { canonicalJson } from '../../engine/digest.js';
import { sha256Hex } from '../../trust/canonical.js';
import { CHAIN_START, chainHash, verifyLedger } from '../../trust/chain.js';

type Content = Pick<LedgerEntry, 'stream' | 'number' | 'body' | 'rows'>;

const ROWS = [
  { recipient: 'c1', rung: 0, language: 'en', outcome: 'delivered', messageId: 'm1' },
  { recipient: 'c2', rung: 0, language: 'de', outcome: 'refused', messageId: 'm2' },
] as LedgerEntry['rows'];
const DIGEST = sha256Hex(canonicalJson(ROWS));
const CONTENT: Content[] = [
  { stream: 'events', number: 1, body: canonicalJson({ seq: 1, type: 'recall opened' }), rows: null },
  { stream: 'notices/tell', number: 1, body: canonicalJson({ digest: DIGEST }), rows: ROWS },
  { stream: 'events', number: 2, body: canonicalJson({ seq: 2, type: 'step started' }), rows: null },
  { stream: 'trace', number: 1, body: canonicalJson({ type: 'trace recorded' }), rows: null },
  { stream: 'events', number: 3, body: canonicalJson({ seq: 3, type: 'step done' }), rows: null },
];

function chain(contents: Content[]): LedgerEntry[] {
  let prev = CHAIN_START;
  return contents.map((content, index) => {
    const at = `2026-09-10T08:00:0${index}.000Z` as IsoInstant;
    const entry = { recallId: 'RC-2026-0001' as RecallId, link: index + 1, at, wall: at, ...content };
    const linked = { ...entry, prev, hash: chainHash(prev, entry) };
    prev = linked.hash;
    return linked;
  });
}

const LEDGER = chain(CONTENT);

/** The fact by which the rows of the second entry were erased. */
function erasure(digest: string): string {
  return canonicalJson({ type: 'rows erased', v: 1, link: 2, digest, by: 'privacy' });
}

function verify(entries: LedgerEntry[]): ReturnType<typeof verifyLedger> {
  return verifyLedger(entries.map((entry) => JSON.stringify(entry)));
}

/** The ledger with one line changed. */
function with_(line: number, change: Partial<LedgerEntry>): LedgerEntry[] {
  return LEDGER.map((entry, index) => (index + 1 === line ? { ...entry, ...change } : entry));
}

/** The ledger with one line changed by somebody who also puts all hashes from there on right. */
function rehashed(line: number, change: Partial<LedgerEntry>): LedgerEntry[] {
  let prev = CHAIN_START;
  return with_(line, change).map((entry) => {
    const linked = { ...entry, prev, hash: chainHash(prev, entry) };
    prev = linked.hash;
    return linked;
  });
}

describe('a ledger that nobody touched', () => {
  it('is verified and counted', () => {
    expect(verify(LEDGER)).toEqual({
      ...{ entries: 5, events: 3, facts: 2, verified: true, broken: null, findings: [], more: 0, attested: null },
      head: { link: 5, hash: LEDGER[4]!.hash },
    });
  });

  it('is verified with a byte order mark, and with lines that end as on another system', () => {
    const text = `\uFEFF${LEDGER.map((entry) => JSON.stringify(entry)).join('\r\n')}\r\n`;
    expect(verifyLedger(text.split('\n'))).toMatchObject({ verified: true, entries: 5 });
  });

  it('is verified where a fact of it records that rows were erased', () => {
    const erased = { stream: 'erasures', number: 1, body: erasure(DIGEST), rows: null };
    const recorded = chain([...CONTENT, erased]).map((entry) => ({ ...entry, rows: null }));
    expect(verify(recorded)).toMatchObject({ verified: true, entries: 6, facts: 3 });
  });

  it('is verified with empty lines and another order of keys', () => {
    const reordered = LEDGER.map((entry) => JSON.stringify(Object.fromEntries(Object.entries(entry).reverse())));
    expect(verifyLedger(['', ...reordered, '  ', '']).verified).toBe(true);
  });
});

describe('a ledger that was touched', () => {
  const other = '1'.repeat(64) as Sha256;
  const cases: [string, () => LedgerEntry[], number, string][] = [
    ['without its first line', () => LEDGER.slice(1), 1, 'link 2 where 1 was expected'],
    ['without a line in the middle', () => LEDGER.filter((_, index) => index !== 2), 3, 'link 4 where 3 was expected'],
    [
      'with two lines swapped',
      () => [LEDGER[0]!, LEDGER[2]!, LEDGER[1]!, ...LEDGER.slice(3)],
      2,
      'link 3 where 2 was expected',
    ],
    ['with a line twice', () => [...LEDGER.slice(0, 2), ...LEDGER.slice(1)], 3, 'link 2 where 3 was expected'],
    [
      'with another body',
      () => with_(3, { body: canonicalJson({ seq: 2, type: 'step failed' }) }),
      3,
      'its content does not give its hash',
    ],
    [
      'with the same body in other words',
      () => with_(3, { body: '{"type":"step started","seq":2}' }),
      3,
      'its content does not give its hash',
    ],
    [
      'with another instant',
      () => with_(4, { at: '2026-09-10T09:00:00.000Z' as IsoInstant }),
      4,
      'its content does not give its hash',
    ],
    ['with another stream', () => with_(4, { stream: 'contain' }), 4, 'its content does not give its hash'],
    ['with another hash', () => with_(2, { hash: other }), 2, 'its content does not give its hash'],
    [
      'with another hash before it',
      () => with_(4, { prev: other }),
      4,
      'it does not name the hash of the entry before it',
    ],
    [
      'with another wall time',
      () => with_(3, { wall: '2030-01-01T00:00:00.000Z' as IsoInstant }),
      3,
      'its content does not give its hash',
    ],
    [
      'with a key that no entry has',
      () => with_(3, { note: 'approved by the chief' } as never),
      3,
      'it says "note", which no entry says',
    ],
    [
      'with a body that is no canonical text, all hashes put right',
      () => rehashed(3, { body: '{"type":"step started","seq":2}' }),
      3,
      'its body is no canonical text',
    ],
    [
      'with a key twice in a body, all hashes put right',
      () => rehashed(3, { body: '{"seq":1,"seq":2,"type":"step started"}' }),
      3,
      'its body is no canonical text',
    ],
    [
      'with a changed row',
      () => with_(2, { rows: [{ ...ROWS![0]!, outcome: 'refused' } as never, ROWS![1]!] }),
      2,
      'its rows do not give its digest',
    ],
    ['with a row left out', () => with_(2, { rows: [ROWS![0]!] }), 2, 'its rows do not give its digest'],
    ['with rows swapped', () => with_(2, { rows: [ROWS![1]!, ROWS![0]!] }), 2, 'its rows do not give its digest'],
    ['with rows where there were none', () => with_(4, { rows: ROWS }), 4, 'its rows do not give its digest'],
    [
      'with a line of another recall',
      () => with_(2, { recallId: 'RC-2026-0002' as RecallId }),
      2,
      'an entry of another recall',
    ],
    [
      'with an event left out and all hashes put right',
      () => chain(CONTENT.filter((_, index) => index !== 2)),
      4,
      'number 3 of events where 2 was expected',
    ],
    [
      'with an event that carries another number, all hashes put right',
      () => rehashed(3, { body: canonicalJson({ seq: 7 }) }),
      3,
      'the event carries another number',
    ],
  ];

  it.each(cases)('%s is found at its line', (_what, touched, line, why) => {
    const { verified, broken, entries } = verify(touched());
    expect({ verified, broken }).toEqual({ verified: false, broken: { line, why } });
    expect(entries).toBe(line - 1);
  });

  it('with rows erased that no fact records is found at the entry they are missing from', () => {
    const why = 'its rows were erased, and no fact of the ledger records that';
    const { rows: _rows, ...without } = LEDGER[1]!;
    const other = { stream: 'erasures', number: 1, body: erasure('1'.repeat(64)), rows: null };
    const unrecorded = [
      with_(2, { rows: null }),
      [LEDGER[0]!, without as LedgerEntry, ...LEDGER.slice(2)],
      chain([...CONTENT, other]).map((entry) => ({ ...entry, rows: null })),
    ];
    for (const entries of unrecorded)
      expect(verify(entries)).toMatchObject({ verified: false, findings: [{ line: 2, what: 'rows-erased', why }] });
  });

  it('with a key twice in a line is found, which a reader of JSON would not see', () => {
    const lines = LEDGER.map((entry) => JSON.stringify(entry));
    const doubled = [
      lines[1]!.replace('{', '{"wall":"2030-01-01T00:00:00.000Z",'),
      lines[1]!.replace('"outcome":"refused"', '"outcome":"delivered","outcome":"refused"'),
      lines[1]!.replace('{', '{"h\\u0061sh":"0",'),
    ];
    for (const line of doubled) {
      expect(JSON.parse(line)).toEqual(LEDGER[1]);
      const { findings } = verifyLedger([lines[0]!, line, ...lines.slice(2)]);
      expect(findings).toEqual([{ line: 2, what: 'duplicate-key', why: 'it says a key twice' }]);
    }
  });

  it('names every line that does not hold once, by its line in the file, and counts what is beyond counting', () => {
    const lines = LEDGER.map((entry) => JSON.stringify(entry));
    const touched = ['', lines[0]!, lines[2]!, null, ...lines.slice(3)];
    expect(verifyLedger(touched).findings).toMatchObject([
      { line: 3, what: 'link' },
      { line: 4, what: 'not-an-entry' },
    ]);
    expect(verifyLedger(Array.from({ length: 250 }, () => '{}'))).toMatchObject({ more: 150, broken: { line: 1 } });
  });

  it('does not hold where a hash that is known from elsewhere does not occur in it', () => {
    const lines = LEDGER.map((entry) => JSON.stringify(entry));
    for (const { hash } of LEDGER) expect(verifyLedger(lines, { expect: hash }).verified).toBe(true);
    const cut = verifyLedger(lines.slice(0, 3), { expect: LEDGER[4]!.hash });
    expect(cut).toMatchObject({ verified: false, findings: [{ line: 3, what: 'expected' }] });
    expect(cut.broken!.why).toContain(LEDGER[4]!.hash);
    expect(verifyLedger([], { expect: LEDGER[4]!.hash }).findings).toMatchObject([
      { what: 'empty' },
      { what: 'expected' },
    ]);
  });

  it('with its last lines cut off still verifies: only who knows its length sees that', () => {
    expect(verify(LEDGER.slice(0, 3))).toMatchObject({ verified: true, entries: 3 });
  });

  it.each(['no JSON', '{}', 'null', '7', '{"body":"no JSON"}'])('with %j as a line is found', (text) => {
    const lines = [...LEDGER.slice(0, 2).map((entry) => JSON.stringify(entry)), text];
    expect(verifyLedger(lines)).toMatchObject({ verified: false, broken: { line: 3 } });
  });

  it('with a body that is no object is found, not thrown', () => {
    for (const body of ['null', '7', '"text"']) {
      expect(verify(rehashed(3, { body }))).toMatchObject({ verified: false, broken: { line: 3 } });
    }
  });

  it('with nothing in it is not verified', () => {
    expect(verifyLedger([])).toMatchObject({ verified: false, broken: { line: 1, why: 'the export is empty' } });
  });
});
