import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { recipients } from '../../api/recipients.js';
import { recipientsQuery } from '../../api/contract/recipients.js';
import type { PersonId, RecallId, RecipientId } from '../../engine/words.js';
import { recordBounce } from '../../store/bounces.js';
import { recordResponse } from '../../store/responses.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { freeze, keyOf, messageIdOf, sendDue } from '../store/campaign-fixture.js';
import { minutes, OPENED, openRecall, ownDatabase } from '../store/database.js';
import { ASSESS, closing } from '../engine/playbooks.js';
import { playbookOf } from '../engine/recall.js';
import { apiDeps } from './api-deps.js';

const BY = 'quality-head' as PersonId;
const ANSWER = { quarantined: 1, soldOn: 9, destroyed: 0, passedOn: true };
const ALL = 1_100;

const database = ownDatabase();
let recallId: RecallId;
/** Without an address, refused, sent back, answered; the others are silent. */
beforeAll(async () => {
  const { pool } = database;
  await keepRoster(pool, parseRoster(readFileSync('samples/roster.yaml', 'utf8'), 'roster.yaml'));
  recallId = await openRecall(pool, { playbook: playbookOf(ASSESS + closing('assess')) });
  await freeze(pool, recallId, ALL, [1]);
  await sendDue(pool, recallId, OPENED, (recipient) => (recipient === 'c002' ? 'refused' : 'delivered'));
  const messageId = messageIdOf(recallId)({ recipient: 'c003' as RecipientId, rung: 0 });
  await recordBounce(pool, messageId, { status: '5.1.1', how: 'for-good' }, minutes(5));
  const told = { recipient: 'c004' as RecipientId, answer: ANSWER, comment: null, at: minutes(60) };
  await recordResponse(pool, keyOf(recallId), told);
}, 60_000);

/** All pages of what is asked for, and how many there were. */
async function listed(query: Record<string, string> = {}) {
  const ask = (after: object) =>
    recipients(apiDeps(database.pool), recallId, recipientsQuery.parse({ ...query, ...after }), BY);
  const first = await ask({});
  const found = [...first.recipients];
  let pages = 1;
  for (let { next } = first; next !== null; pages += 1) {
    const page = await ask({ after: next });
    expect(page.counts).toEqual([]);
    found.push(...page.recipients);
    ({ next } = page);
  }
  return { counts: first.counts, pages, ids: found.map(({ recipient }) => recipient), found };
}

test('everybody is listed once, a bounded page at a time, with the counts first', async () => {
  const { counts, pages, ids } = await listed();
  expect([new Set(ids).size, ids.length, pages]).toEqual([ALL, ALL, 3]);
  expect(counts).toEqual([
    {
      ...{
        step: 'tell',
        layer: null,
        recipients: ALL,
        customers: ALL,
        persons: ALL,
        reached: ALL - 3,
        responded: 1,
        unreachable: 3,
      },
      byChannel: { email: { delivered: ALL - 2, refused: 1, bounced: 1 } },
    },
  ]);
}, 30_000);

test.each<[Record<string, string>, string[]]>([
  [{ state: 'unreachable' }, ['c001', 'c002', 'c003']],
  [{ state: 'to-call' }, ['c001', 'c002', 'c003']],
  [{ state: 'answered' }, ['c004']],
  [{ state: 'waiting' }, []],
  [{ state: 'unreachable', channel: 'email' }, ['c002', 'c003']],
  [{ channel: 'sms' }, []],
  [{ step: 'other' }, []],
])('those of %j are picked', async (query, ids) => {
  expect((await listed(query)).ids).toEqual(ids);
});

test('the silent and the reached are told apart by the answer', async () => {
  expect((await listed({ state: 'silent' })).ids).toHaveLength(ALL - 4);
  expect((await listed({ state: 'reached' })).ids).toHaveLength(ALL - 3);
});

test('each rung says why, and nothing says where they are written to', async () => {
  const { found } = await listed({ state: 'unreachable' });
  expect(found.map(({ rungs, call }) => [...rungs.map(({ words }) => words), call?.why])).toEqual([
    ['no address', 'no address', 'no address'],
    ['refused', 'not tried, the address is dead', 'refused'],
    ['came back for good', 'not tried, the address is dead', 'returned'],
  ]);
  expect(found[2]!.rungs.map(({ why }) => why)).toEqual(['first', null]);
  expect(found[1]).toMatchObject({ code: '002', name: 'Shop 002', markets: ['DE'], units: 10, answeredAt: null });
  expect(JSON.stringify(found)).not.toContain('example.org');
});

test('a stranger is told nothing, and a place that is none leads nowhere', async () => {
  const query = recipientsQuery.parse({});
  const deps = apiDeps(database.pool);
  await expect(recipients(deps, recallId, query, 'nobody' as PersonId)).rejects.toThrow(/holds no role/);
  const lost = await recipients(deps, recallId, { ...query, after: 'nonsense' }, BY);
  expect(lost).toEqual({ counts: [], recipients: [], next: null });
});
