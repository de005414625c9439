import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Deps } from '../../activities/deps.js';
import { freezing, manyCustomers, quietDeps, TELL } from '../../bench/many-customers.js';
import { readEntries } from '../../engine/entries.js';
import { digestOfList, factsOfList, LISTED_MAX } from '../../engine/frozen-list.js';
import type { RecipientRow } from '../../engine/facts.js';
import { inOrderOfExposure, mailboxOf, personsOf, withPersons } from '../../engine/persons.js';
import { inWaves } from '../../engine/waves.js';
import type { RecallId } from '../../engine/words.js';
import { digestOfRows, readLedger } from '../../store/ledger.js';
import { factsOf, ownDatabase, verdict } from '../store/database.js';
import { recipientsOf } from '../engine/told-oracle.js';
import { attemptOf, losingResults, runEffect } from './activity-deps.js';
import { done } from './campaigning.js';

/** Three pages of the list, the last of which is not full. */
const CUSTOMERS = 2 * LISTED_MAX + 300;
/** Every eightieth has given all of it back, every fiftieth has no address, and every four hundredth neither. */
const NOT_TOLD = Math.floor(CUSTOMERS / 80);
/** The first of each hundred customers has two contacts, who have one mailbox. */
const SECONDS = CUSTOMERS / 100;
const TOLD = CUSTOMERS - NOT_TOLD + SECONDS;
const COUNTS = {
  recipients: TOLD,
  notTold: NOT_TOLD,
  unreachable: Math.floor(CUSTOMERS / 50) - Math.floor(CUSTOMERS / 400),
};

const database = ownDatabase();
let deps: Deps;
let recallId: RecallId;
beforeAll(async () => {
  deps = quietDeps(database.pool);
  recallId = await manyCustomers(database.pool, CUSTOMERS);
  // Of each forty customers three have one office.
  await database.pool.query(
    `update contact set email = 'Office' || code::integer / 40 || '@office.example'
      where code::integer % 40 < 3 and email is not null`,
  );
  await database.pool.query(
    `insert into contact (code, number, name, customer_type, language, email)
     select code, 2, name, customer_type, language, email from contact where code::integer % 100 = 1`,
  );
});
afterAll(() => deps.egress.close());

async function told(): Promise<RecipientRow[]> {
  const { facts } = readEntries(await readLedger(database.pool, recallId));
  return [...recipientsOf(facts).get(TELL)!.values()].map(({ row }) => row);
}

async function leftOf(table: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::integer as count from ${table} where recall_id = $1`,
    [recallId],
  );
  return rows[0]!.count;
}

test('a freeze that dies leaves nothing, whether at its end or because it was given up', async () => {
  await losingResults(database.pool, 'update', async () => {
    await expect(runEffect(deps, freezing(recallId))).rejects.toThrow('away');
  });
  const attempt = attemptOf();
  attempt.cancel();
  await expect(runEffect(deps, freezing(recallId), attempt)).rejects.toThrow('given up');
  for (const table of ['campaign', 'campaign_wave', 'recipient', 'ledger_entry', 'document', 'effect_result'])
    expect([table, await leftOf(table)]).toEqual([table, 0]);
});

test('everybody is frozen once, in the order and the waves that the engine says, and stands in the pages of one list', async () => {
  const result = await done(deps, freezing(recallId));
  expect(result).toMatchObject(COUNTS);
  expect(await done(deps, freezing(recallId))).toEqual(result);
  expect(await leftOf('recipient')).toBe(TOLD);

  const rows = await told();
  expect(new Set(rows.map(({ recipient }) => recipient)).size).toBe(TOLD);
  const contacts = await database.pool.query<{ id: string; email: string | null }>(
    `select 'c' || code || case when number > 1 then ':main' || number else '' end as id, email from contact`,
  );
  const mailboxes = new Map(contacts.rows.map(({ id, email }) => [id, mailboxOf(email)]));
  const people = withPersons(
    rows.map(({ person: _kept, ...row }) => ({ ...row, mailbox: mailboxes.get(row.recipient) ?? null })),
  );
  expect(rows.map(({ person }) => person)).toEqual(people.map(({ person }) => person));
  expect(result).toMatchObject({ customers: TOLD - SECONDS, persons: personsOf(people).length });
  expect(result.persons).toBeLessThan(TOLD - SECONDS);
  const ordered = inOrderOfExposure(people);
  const { waveOf, sizes } = inWaves(ordered, freezing(recallId).payload.waves);
  expect(result.waves).toEqual(sizes);
  expect(rows.map(({ recipient, wave }) => [recipient, wave])).toEqual(
    rows.map(({ recipient }) => [recipient, waveOf.get(recipient)]),
  );
  const { rows: kept } = await database.pool.query<{ recipient: string; wave: number }>(
    'select recipient, wave from recipient where recall_id = $1 order by exposure',
    [recallId],
  );
  expect(kept.map(({ recipient, wave }) => [recipient, wave])).toEqual(
    ordered.map(({ recipient, wave }) => [recipient, wave]),
  );
  const counted = (of: Record<string, number>): number => Object.values(of).reduce((sum, one) => sum + one, 0);
  expect(counted(result.byLanguage)).toBe(TOLD);
  expect(result.critical).toEqual({ school: CUSTOMERS / 100 });

  const entries = (await readLedger(database.pool, recallId)).filter(({ stream }) => stream === `notices/${TELL}`);
  const pages = entries.map((entry) => ({ rows: entry.rows!.length, digest: digestOfRows(entry.rows!) }));
  expect(pages.map((page) => page.rows)).toEqual([LISTED_MAX, LISTED_MAX, CUSTOMERS + SECONDS - 2 * LISTED_MAX]);
  expect(entries.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
    factsOfList({ step: TELL, revision: 1, ...COUNTS }, pages),
  );
  expect(await factsOf(database.pool, recallId, 'recipients frozen')).toMatchObject([
    { before: { pages: 2, digest: digestOfList(pages.slice(0, 2)) } },
  ]);
  expect((await verdict(database.pool, recallId)).verified).toBe(true);
});

test('the database knows the frozen at once, and whoever is planned for finds them by their keys', async () => {
  const { rows } = await database.pool.query<{ estimate: number }>(
    `select reltuples::integer as estimate from pg_class where relname = 'recipient'`,
  );
  expect(rows[0]!.estimate).toBe(TOLD);
  const { rows: known } = await database.pool.query<{ values: number }>(
    `select n_distinct as values from pg_stats where tablename = 'recipient' and attname = 'wave'`,
  );
  expect(known[0]!.values).toBeGreaterThan(1);
});
