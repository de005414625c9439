import { DECISION } from '../../engine/form.js';
import { EVIDENCE } from '../activities/asking.js';
import { describe, expect, test } from '@jest/globals';
import type { RecallEvent } from '../../engine/events.js';
import type { AskId, PersonId, RecallId, Sha256, StepName } from '../../engine/words.js';
import { withTransaction, type Queryable } from '../../store/db.js';
import { openAsks } from '../../store/inbox.js';
import {
  LEDGER_PAGE,
  appendEvents,
  appendFact,
  digestOfRows,
  eraseRows,
  lastSeq,
  ledgerEntries,
  readLedger,
  saidBy,
} from '../../store/ledger.js';
import { exportedLedger } from '../../store/ledger-export.js';
import { recallRow, stepsOf } from '../../store/recalls.js';
import type { StatusView } from '../../workflows/contract.js';
import { minutes, openRecall, ownDatabase, verdict } from './database.js';

const database = ownDatabase();

const EMPTY: StatusView = { asks: [], steps: [], nextDue: null, phase: 'open', closedAt: null, endedAt: null };

function started(seq: number, step = 'contain'): RecallEvent {
  return { v: 1, seq, at: minutes(seq), type: 'step started', step: step as StepName, round: 1 };
}

function range(from: number, to: number): RecallEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => started(from + index));
}

function refuse(recallId: RecallId): Promise<void> {
  const fact = { type: 'decision refused at the door', v: 1, reason: 'gate-closed', ask: null, by: null } as const;
  return withTransaction(database.pool, (client) => appendFact(client, { recallId, at: minutes(1), fact }));
}

test('a batch that is appended again, whole or in part, adds nothing', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await appendEvents(pool, { recallId, events: range(1, 3), view: EMPTY, halts: [] });
  await appendEvents(pool, { recallId, events: range(1, 3), view: EMPTY, halts: [] });
  await appendEvents(pool, { recallId, events: range(2, 5), view: EMPTY, halts: [] });
  expect(await lastSeq(pool, recallId)).toBe(5);
  expect(await verdict(pool, recallId)).toMatchObject({
    entries: 5,
    events: 5,
    facts: 0,
    verified: true,
    broken: null,
  });
});

test('a gap is refused and leaves nothing behind', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await appendEvents(pool, { recallId, events: range(1, 2), view: EMPTY, halts: [] });
  const gap = appendEvents(pool, { recallId, events: [started(3), started(5)], view: EMPTY, halts: [] });
  await expect(gap).rejects.toMatchObject({ detail: { code: 'ledger-gap', expected: 'event 4' } });
  expect(await lastSeq(pool, recallId)).toBe(2);
  await appendEvents(pool, { recallId, events: range(3, 4), view: EMPTY, halts: [] });
  expect((await verdict(pool, recallId)).verified).toBe(true);
});

test('the same number with other content is refused', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await appendEvents(pool, { recallId, events: range(1, 2), view: EMPTY, halts: [] });
  const other = appendEvents(pool, { recallId, events: [started(2, 'trace'), started(3)], view: EMPTY, halts: [] });
  await expect(other).rejects.toMatchObject({ detail: { code: 'ledger-other-content' } });
  expect(await lastSeq(pool, recallId)).toBe(2);
});

test('events, the same events again and facts written at once give one unbroken chain', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const inOrder = async (): Promise<void> => {
    for (let seq = 1; seq <= 40; seq += 4)
      await appendEvents(pool, { recallId, events: range(seq, seq + 3), view: EMPTY, halts: [] });
  };
  await Promise.all([inOrder(), inOrder(), ...Array.from({ length: 30 }, () => refuse(recallId))]);
  expect(await verdict(pool, recallId)).toMatchObject({
    entries: 70,
    events: 40,
    facts: 30,
    verified: true,
    broken: null,
  });
  const numbers = (await readLedger(pool, recallId))
    .filter(({ stream }) => stream === 'refusals')
    .map(({ number }) => number);
  expect(numbers).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});

test('the chains of two recalls do not wait for or mix with each other', async () => {
  const { pool } = database;
  const [one, two] = [await openRecall(pool), await openRecall(pool)];
  await withTransaction(pool, async (client) => {
    await appendFact(client, {
      recallId: one,
      at: minutes(1),
      fact: { type: 'egress refused', v: 1, what: 'mail', destination: '0'.repeat(64) as never },
    });
    await refuse(two);
  });
  expect((await verdict(pool, one)).entries).toBe(1);
  expect((await verdict(pool, two)).entries).toBe(1);
});

test('a fact of a transaction that fails is not in the ledger and leaves no gap', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await refuse(recallId);
  const failing = withTransaction(pool, async (client) => {
    await appendFact(client, {
      recallId,
      at: minutes(2),
      fact: { type: 'egress refused', v: 1, what: 'mail', destination: '0'.repeat(64) as never },
    });
    throw new Error('the provider broke');
  });
  await expect(failing).rejects.toThrow('the provider broke');
  await refuse(recallId);
  expect(await verdict(pool, recallId)).toMatchObject({ entries: 2, facts: 2, verified: true });
});

test('a changed body and a removed entry are found by the verifier', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await appendEvents(pool, { recallId, events: range(1, 6), view: EMPTY, halts: [] });
  await pool.query(
    `update ledger_entry set body = replace(body, 'contain', 'trace') where recall_id = $1 and link = 3`,
    [recallId],
  );
  expect((await verdict(pool, recallId)).broken?.line).toBe(3);
  await pool.query(`delete from ledger_entry where recall_id = $1 and link = 2`, [recallId]);
  expect((await verdict(pool, recallId)).broken?.line).toBe(2);
});

test('a changed wall time is found by the verifier', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await appendEvents(pool, { recallId, events: range(1, 3), view: EMPTY, halts: [] });
  await refuse(recallId);
  expect((await verdict(pool, recallId)).verified).toBe(true);
  for (const link of [4, 2]) {
    await pool.query(
      `update ledger_entry set wall = wall - interval '1 millisecond' where recall_id = $1 and link = $2`,
      [recallId, link],
    );
    expect((await verdict(pool, recallId)).findings[0]).toMatchObject({ line: link, what: 'hash' });
  }
});

test('rows that are erased are recorded with who had that done; erased in another way they are found', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const rows = [
    { recipient: 'c1', rung: 0 },
    { recipient: 'c2', rung: 0 },
  ] as never[];
  const frozen = {
    step: 'tell' as StepName,
    revision: 1,
    recipients: 2,
    notTold: 0,
    unreachable: 0,
    digest: digestOfRows(rows),
  };
  const page = { recallId, at: minutes(1), fact: { type: 'recipients frozen', v: 1, ...frozen }, rows } as const;
  const write = (): Promise<void> => withTransaction(pool, (client) => appendFact(client, page));
  const erase = (link: number): Promise<{ rows: number }> =>
    withTransaction(pool, (client) => eraseRows(client, { recallId, link, at: minutes(2), by: 'privacy' as PersonId }));
  await write();
  await write();
  expect(await erase(1)).toEqual({ rows: 2 });
  const [erased, kept, fact] = await readLedger(pool, recallId);
  expect([erased!.rows, kept!.rows]).toEqual([null, rows]);
  const said = { type: 'rows erased', v: 1, link: 1, digest: frozen.digest, by: 'privacy' };
  expect(JSON.parse(fact!.body)).toEqual(said);
  expect((await verdict(pool, recallId)).verified).toBe(true);
  await expect(erase(1)).rejects.toMatchObject({ detail: { code: 'not-found' } });
  await expect(erase(3)).rejects.toMatchObject({ detail: { code: 'not-found' } });
  await pool.query('update ledger_entry set page = null where recall_id = $1 and link = 2', [recallId]);
  expect((await verdict(pool, recallId)).findings).toMatchObject([{ line: 2, what: 'rows-erased' }]);
});

describe('a page of a ledger', () => {
  const MB = 1024 * 1024;

  /** Entries of so many bytes each, some of them in the body and some in rows. */
  async function withEntriesOf(bytes: number[]): Promise<RecallId> {
    const { pool } = database;
    const recallId = await openRecall(pool);
    for (const [index, size] of bytes.entries()) {
      // What compresses well is as large once it is read.
      const text = 'x'.repeat(size);
      const isInRows = index % 2 === 1;
      const what = isInRows ? 'mail' : text;
      const fact = { type: 'egress refused', v: 1, what, destination: '0'.repeat(64) as Sha256 } as const;
      const rows = isInRows ? ([{ recipient: text }] as never[]) : null;
      await withTransaction(pool, (client) => appendFact(client, { recallId, at: minutes(index), fact, rows }));
    }
    return recallId;
  }

  /** The database, with what each page that is read of a ledger weighs and how many entries it has. */
  function weighed(): { db: Queryable; pages: { entries: number; bytes: number }[] } {
    const pages: { entries: number; bytes: number }[] = [];
    type Page = { body?: string; page?: string | null };
    const query = async (asked: { name?: string } | string, values?: unknown[]): Promise<{ rows: Page[] }> => {
      const result = await (typeof asked === 'string'
        ? database.pool.query<Page>(asked, values)
        : database.pool.query<Page>(asked as { text: string }));
      const isPage = typeof asked !== 'string' && asked.name === 'read-ledger';
      const bytes = result.rows.reduce((sum, { body = '', page }) => sum + body.length + (page ?? '').length, 0);
      if (isPage && result.rows.length > 0) pages.push({ entries: result.rows.length, bytes });
      return result;
    };
    return { db: { query } as unknown as Queryable, pages };
  }

  test.each([
    ['of 1 MB', Array.from({ length: 12 }, () => MB - 1_000), 2],
    ['larger than a page', [10, 3 * MB, 3 * MB, 10, 10], 2],
    ['of a few bytes', Array.from({ length: 25 }, () => 10), LEDGER_PAGE.entries],
  ])('with entries %s is bounded in bytes, and none of them is lost', async (_what, sizes, most) => {
    const recallId = await withEntriesOf(sizes);
    const links = sizes.map((_size, index) => index + 1);
    for (const read of [ledgerEntries, exportedLedger]) {
      const { db, pages } = weighed();
      const found: number[] = [];
      for await (const { link } of read(db, recallId)) found.push(link);
      expect(found).toEqual(links);
      expect(Math.max(...pages.map(({ entries }) => entries))).toBe(most);
      for (const { entries, bytes } of pages) if (entries > 1) expect(bytes).toBeLessThanOrEqual(LEDGER_PAGE.bytes);
    }
  });

  test('begins after one link and ends with another', async () => {
    const recallId = await withEntriesOf(Array.from({ length: 15 }, () => 10));
    const found: number[] = [];
    for await (const { link } of ledgerEntries(database.pool, recallId, { after: 1, through: 14 })) found.push(link);
    expect(found).toEqual(Array.from({ length: 13 }, (_one, index) => index + 2));
  });
});

test('read models move with the events and never back', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const step = {
    step: 'decide',
    kind: 'gate',
    title: 'Decide',
    round: 1,
    startedAt: minutes(0),
    endedAt: null,
    words: 'two people decide',
  };
  const ask = {
    ask: 'decide/1/1',
    step: 'decide',
    question: 'decide',
    role: 'quality',
    openedAt: minutes(1),
    left: [],
    shown: 'a',
    about: null,
    form: DECISION,
    evidence: EVIDENCE,
    evidenceNow: null,
    correction: null,
  };
  const times = { dueAt: minutes(480), nextRungAt: minutes(120) };
  const open: StatusView = {
    asks: [{ ...ask, ...times, status: 'open', people: ['quality-head'] }],
    steps: [{ ...step, status: 'active' }],
    nextDue: minutes(120),
    phase: 'open',
    closedAt: null,
    endedAt: null,
  };
  await appendEvents(pool, { recallId, events: range(1, 2), view: open, halts: [] });
  expect(await openAsks(pool, 'quality-head' as PersonId, null)).toMatchObject([
    { ask: 'decide/1/1', dueAt: minutes(480) },
  ]);
  expect(await openAsks(pool, 'stranger' as PersonId, recallId)).toEqual([]);

  const asked: StatusView = { ...open, asks: [{ ...open.asks[0]!, people: ['quality-head', 'quality-deputy'] }] };
  await appendEvents(pool, { recallId, events: [started(3)], view: asked, halts: [] });
  expect(await openAsks(pool, 'quality-deputy' as PersonId, recallId)).toHaveLength(1);

  const done: StatusView = {
    asks: [{ ...asked.asks[0]!, status: 'answered' }],
    steps: [{ ...step, status: 'done' }],
    nextDue: null,
    phase: 'closed',
    closedAt: minutes(9),
    endedAt: null,
  };
  await appendEvents(pool, { recallId, events: [started(4)], view: done, halts: [] });
  await appendEvents(pool, { recallId, events: range(1, 2), view: open, halts: [] });
  expect(await openAsks(pool, null, recallId)).toEqual([]);
  expect(await stepsOf(pool, recallId)).toMatchObject([{ step: 'decide', status: 'done' }]);
  expect(await recallRow(pool, recallId)).toMatchObject({ phase: 'closed', closedAt: minutes(9), endedAt: null });
});

test('what a person has decided on a question is what stands since it was last put anew', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const [ask, by] = ['decide/1/1' as AskId, 'counsel' as PersonId];
  const base = { ask, step: 'decide', by, v: 1, at: minutes(1) };
  const given = (seq: number, changes: object): RecallEvent =>
    ({ ...base, type: 'decision given', verb: 'approve', onBehalfOf: null, seq, ...changes }) as never;
  const now = (): Promise<unknown> => saidBy(pool, recallId, ask, by);
  const append = (event: RecallEvent): Promise<void> =>
    appendEvents(pool, { recallId, events: [event], view: EMPTY, halts: [] });
  expect(await now()).toBeNull();
  await append(given(1, {}));
  await append(given(2, { by: 'quality-head', verb: 'reject' }));
  await append(given(3, { ask: 'decide/1/2', verb: 'reject' }));
  expect(await now()).toMatchObject({ verb: 'approve', by });
  await append(given(4, { type: 'ask renewed', by: 'quality-head' }));
  expect(await now()).toBeNull();
  await append(given(5, { verb: 'reject' }));
  expect(await now()).toMatchObject({ verb: 'reject', by });
});
