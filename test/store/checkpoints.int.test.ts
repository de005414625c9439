import { expect, test } from '@jest/globals';
import type { RecallEvent } from '../../engine/events.js';
import type { IsoInstant, RecallId } from '../../engine/words.js';
import { makeRoot } from '../../store/checkpoints.js';
import { withTransaction } from '../../store/db.js';
import { appendEvents, appendFact, readLedger } from '../../store/ledger.js';
import { CHAIN_START, chainHash, verifyLedger, type Verification } from '../../trust/chain.js';
import { newCheckpointKey, publicKeysOf, signerOf } from '../../trust/checkpoints.js';
import type { StatusView } from '../../workflows/contract.js';
import { minutes, openRecall, ownDatabase, exportedOf } from './database.js';

const database = ownDatabase();
const PAIR = newCheckpointKey();
const SIGNER = signerOf(PAIR.privateKey);
const VIEW: StatusView = { asks: [], steps: [], nextDue: null, phase: 'open', closedAt: null, endedAt: null };

function at(hour: number, minute = 0): IsoInstant {
  return new Date(Date.UTC(2026, 8, 10, hour, minute)).toISOString() as IsoInstant;
}

/** The second and the fourth of six events are decisions. */
async function decided(signer = SIGNER, upTo = 6): Promise<RecallId> {
  const recallId = await openRecall(database.pool);
  await append(recallId, 1, upTo, signer);
  return recallId;
}

async function append(recallId: RecallId, from: number, to: number, signer: typeof SIGNER | null): Promise<void> {
  const events = Array.from({ length: to - from + 1 }, (_, index): RecallEvent => {
    const seq = from + index;
    const base = { v: 1, seq, at: minutes(seq) };
    if (seq % 2 === 1) return { ...base, type: 'step started', step: 'contain', round: 1 } as never;
    const person = { by: `person-${seq}`, onBehalfOf: null, verb: 'approve', role: 'counsel' };
    return {
      ...base,
      ...person,
      type: seq > 4 ? 'step done' : 'decision given',
      ask: 'decide/1/1',
      step: 'decide',
    } as never;
  });
  await appendEvents(database.pool, { recallId, events, view: VIEW, halts: [] }, signer);
}

async function exported(recallId: RecallId): Promise<string[]> {
  return (await exportedOf(database.pool, recallId)).map((entry) => JSON.stringify(entry));
}

async function verified(recallId: RecallId): Promise<Verification> {
  return verifyLedger(await exported(recallId), { keys: publicKeysOf([PAIR.publicKey]) });
}

/** Puts all hashes of a recall right again, as whoever has the database can. */
async function rechain(recallId: RecallId): Promise<void> {
  const { pool } = database;
  let [prev, link] = [CHAIN_START, 0];
  for (const entry of await readLedger(pool, recallId)) {
    link += 1;
    const hash = chainHash(prev, { ...entry, link });
    await pool.query('update ledger_entry set link = $3, prev = $4, hash = $5 where recall_id = $1 and link = $2', [
      recallId,
      entry.link,
      link,
      prev,
      hash,
    ]);
    prev = hash;
  }
  await pool.query('update recall set chain_link = $2, chain_hash = $3 where id = $1', [recallId, link, prev]);
}

test('a chain is signed at every decision in the transaction of its append, and once, however often it is appended', async () => {
  const recallId = await decided();
  await append(recallId, 1, 6, SIGNER);
  expect(await verified(recallId)).toMatchObject({
    ...{ verified: true, entries: 6 },
    attested: { through: 4, decisions: 2, roots: 0 },
  });
  const links = (await exportedOf(database.pool, recallId)).flatMap(({ link, checkpoints }) =>
    (checkpoints ?? []).map(({ kind, n }) => [link, kind, n]),
  );
  expect(links).toEqual([[2, 'decision', 1], [4, 'decision', 2]]); // prettier-ignore
  expect((await exportedOf(database.pool, recallId, 3)).flatMap(({ checkpoints }) => checkpoints ?? [])).toHaveLength(
    1,
  );
});

test('without a key nothing is signed, and the ledger verifies as before', async () => {
  const recallId = await openRecall(database.pool);
  await append(recallId, 1, 6, null);
  expect(verifyLedger(await exported(recallId))).toMatchObject({ verified: true, entries: 6 });
  expect((await verified(recallId)).findings).toMatchObject([{ what: 'checkpoint-missing' }]);
});

test('what whoever has the database rewrites and rechains is found with its place', async () => {
  const { pool } = database;
  const attacks: [string, (recallId: RecallId) => Promise<unknown>, number][] = [
    [
      'another approver',
      (id) => pool.query(`update ledger_entry set body = replace(body, 'person-2', 'mallory') where recall_id = $1 and link = 2`, [id]),
      2,
    ],
    [
      'another wall time',
      (id) => pool.query(`update ledger_entry set wall = wall - interval '1 hour' where recall_id = $1 and link = 3`, [id]),
      4,
    ],
    [
      'a decision removed from the end',
      (id) => pool.query('delete from ledger_entry where recall_id = $1 and link >= 4', [id]),
      3,
    ],
    [
      'its checkpoint removed',
      (id) => pool.query('delete from checkpoint where recall_id = $1 and n = 1', [id]),
      4,
    ],
    [
      'the last checkpoint removed',
      (id) => pool.query('delete from checkpoint where recall_id = $1 and n = 2', [id]),
      4,
    ],
  ]; // prettier-ignore
  for (const [what, attack, line] of attacks) {
    const recallId = await decided();
    expect((await verified(recallId)).verified).toBe(true);
    await attack(recallId);
    await rechain(recallId);
    expect(verifyLedger((await readLedger(pool, recallId)).map((entry) => JSON.stringify(entry))).verified).toBe(true);
    expect({ what, broken: (await verified(recallId)).broken?.line }).toEqual({ what, broken: line });
  }
});

test('a chain that lost what was signed of it is not signed any more, and stands among the changed', async () => {
  const { pool } = database;
  const recallId = await decided(SIGNER, 3);
  await pool.query(`update ledger_entry set body = replace(body, 'person-2', 'mallory') where recall_id = $1`, [
    recallId,
  ]);
  await rechain(recallId);
  await append(recallId, 4, 6, SIGNER);
  const { findings, attested } = await verified(recallId);
  expect(attested).toEqual({ through: 0, decisions: 0, roots: 0 });
  expect(findings.map(({ line, what }) => [line, what])).toContainEqual([4, 'checkpoint-missing']);
  const { root, changed } = await makeRoot(pool, SIGNER, at(20));
  expect(changed).toContain(recallId);
  expect((root?.chains ?? []).map(({ recall }) => recall)).not.toContain(recallId);
});

test('a root an hour is signed over the chains that have changed, by whoever comes first, and none where nothing has', async () => {
  const { pool } = database;
  await pool.query('truncate root, root_chain');
  const [one, two] = [await decided(), await decided()];
  const made = await Promise.all([1, 2, 3].map((minute) => makeRoot(pool, SIGNER, at(21, minute))));
  const roots = made.flatMap(({ root }) => root ?? []);
  expect(roots).toHaveLength(1);
  expect(roots[0]).toMatchObject({ n: 1, hour: at(21) });
  const recalls = roots[0]!.chains.map(({ recall }) => recall);
  expect(recalls).toEqual(expect.arrayContaining([one, two]));
  expect(recalls).toEqual(recalls.toSorted());
  expect(await verified(one)).toMatchObject({ verified: true, attested: { through: 6, decisions: 2, roots: 1 } });

  expect((await makeRoot(pool, SIGNER, at(22))).root).toBeNull();
  const fact = { type: 'decision refused at the door', v: 1, reason: 'gate-closed', ask: null, by: null } as const;
  await withTransaction(pool, (client) => appendFact(client, { recallId: one, at: minutes(9), fact }));
  expect((await makeRoot(pool, SIGNER, at(21, 59))).root).toBeNull();
  const { root } = await makeRoot(pool, SIGNER, at(23));
  expect(root).toMatchObject({ n: 2, hour: at(23), chains: [{ recall: one, link: 7, before: 1 }] });
  expect(await verified(one)).toMatchObject({ verified: true, attested: { through: 7, roots: 2 } });

  // Nothing is left of the last decision, of what was signed at it, or of the first root.
  await pool.query('delete from ledger_entry where recall_id = $1 and link >= 4', [two]);
  await pool.query('delete from checkpoint where recall_id = $1 and n = 2', [two]);
  await rechain(two);
  expect((await verified(two)).findings).toMatchObject([
    { line: 3, what: 'checkpoint', why: expect.stringContaining('link 6, which is not there') },
    { line: 3, what: 'checkpoint-missing' },
  ]);
  await pool.query('delete from root_chain where recall_id = $1 and n = 1', [one]);
  expect((await verified(one)).findings).toMatchObject([{ line: 7, what: 'checkpoint-missing' }]);
});

test('an export is all of the ledger, however often it has to read on', async () => {
  const recallId = await openRecall(database.pool);
  await append(recallId, 1, 25, SIGNER);
  const entries = await exportedOf(database.pool, recallId);
  const bare = entries.map(({ checkpoints: _signed, ...entry }) => entry);
  expect(bare).toEqual(await readLedger(database.pool, recallId));
  expect(bare.map(({ link }) => link)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  expect((await exportedOf(database.pool, recallId, 12)).map(({ link }) => link)[0]).toBe(13);
});
