import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from '../../../activities/channels/call.js';
import type { Deps } from '../../../activities/deps.js';
import { calls, enterCall } from '../../../api/calls.js';
import type { CallResult } from '../../../engine/calls.js';
import type { EffectResult } from '../../../engine/effects.js';
import type { PersonId, RecallId, RecallMode } from '../../../engine/words.js';
import { callList } from '../../../store/calls.js';
import { callsOpen } from '../../../store/callers.js';
import { readDocument } from '../../../store/documents.js';
import { recordResponse } from '../../../store/responses.js';
import { keepRoster, parseRoster } from '../../../store/roster.js';
import { suppressedAmong } from '../../../store/suppressions.js';
import { tallyOf } from '../../../store/tally.js';
import { apiDeps } from '../../api/api-deps.js';
import { keyOf } from '../../store/campaign-fixture.js';
import { factsOf, minutes, OPENED, ownDatabase, outboxOf, verdict } from '../../store/database.js';
import { activityDeps } from '../activity-deps.js';
import { done, freezing, noticesOf, sending, traced, type Customer } from '../campaigning.js';

const database = ownDatabase();
const THREE_DAYS = minutes(3 * 24 * 60);
const ALLOWED = { mailDomains: [], urls: [], phones: ['+447700900'] };
const CUSTOMERS: Customer[] = [
  { code: '100', address: '+447700900100' },
  { code: '101', address: '+447700900101' },
  { code: '102', address: '+447700900102', language: 'de' },
  { code: '103', address: '+447700900103' },
];
const CALLER = 'caller' as PersonId;

let deps: Deps;
beforeAll(() => keepRoster(database.pool, parseRoster(readFileSync('samples/roster.yaml', 'utf8'), 'roster.yaml')));
beforeEach(() => {
  deps = activityDeps(database.pool, { url: 'smtp://127.0.0.1:9' });
});
afterEach(() => deps.egress.close());

async function frozen(customers = CUSTOMERS, mode: RecallMode = 'drill'): Promise<RecallId> {
  const recallId = await traced(database.pool, customers, { channel: 'call', mode, allowList: ALLOWED });
  await done(deps, freezing(recallId, 'call'));
  return recallId;
}
const run = (recallId: RecallId, n = 1, now = OPENED): Promise<EffectResult<'runCampaign'>> =>
  done(deps, sending(recallId, 'call', n, now));
async function handed(customers = CUSTOMERS, mode: RecallMode = 'drill'): Promise<RecallId> {
  const recallId = await frozen(customers, mode);
  await run(recallId);
  // Whoever is asked may call; the playbook of these recalls asks nobody by itself.
  await database.pool.query(
    `insert into ask (recall_id, ask, step, question, role, people, status, form, evidence, shown, due_at, opened_at)
     select $1, 'tell/1/3', 'tell', 'call-recipients', 'commander', $2, 'open', '{}', '{}', 'x', 'x', 'x'`,
    [recallId, JSON.stringify([CALLER])],
  );
  return recallId;
}
const enter = (
  recallId: RecallId,
  customer: string,
  result: CallResult,
  key: string | null = null,
  note: string | null = null,
) => enterCall(apiDeps(database.pool), { recallId, by: CALLER, customer, result, note, idempotencyKey: key });
const listed = (recallId: RecallId) => callList(database.pool, recallId, { rules: [], now: OPENED });
const isDue = ({ why }: { why: string }): boolean => why === 'due';
const facts = (recallId: RecallId, type: string) => factsOf(database.pool, recallId, type);
const tally = (recallId: RecallId) => tallyOf(database.pool, keyOf(recallId));
const stateOf = async (recallId: RecallId, recipient: string) =>
  (await noticesOf(database.pool, recallId)).find((one) => one.recipient === recipient)?.state;

describe('a call by people', () => {
  it('has an address that can be dialled, and no wire that could report', () => {
    expect([call.wrongAddress('+44 7700 900100'), call.wrongAddress('0800 SAFE 123')]).toEqual([null, null]);
    expect(call.wrongAddress('ask at the desk')).toMatch(/^expected /);
    expect(call.readReport({ action: 'failed', code: '404', addressIsDead: true })).toBe('nothing');
  });

  it('is approved by a preview that shows what a caller says in each language', async () => {
    const recallId = await frozen();
    const preview = (await readDocument(database.pool, recallId, 'preview-tell-1.json')).bytes.toString();
    const shown = JSON.parse(preview) as {
      calls: { texts: { language: string; text: string }[]; callsMax: number };
      voice?: unknown;
    };
    const { calls: asked, voice } = shown;
    expect([asked.callsMax, voice]).toEqual([16, undefined]);
    expect(asked.texts.map(({ language }) => language)).toEqual(['de', 'en']);
    expect(asked.texts[0]!.text).toMatch(/^Guten Tag.*\nDRILL\. |^Guten Tag.*\nÜBUNG/);
    expect(asked.texts[1]!.text).toMatch(/^Good day.*\nDRILL\. .*product safety recall.*\n.*still have/);
  });

  it('is handed over, and stands on the list of who is called, the most exposed first, until it is known what became of it', async () => {
    const recallId = await frozen();
    expect(await listed(recallId)).toEqual([]);
    expect(await run(recallId)).toMatchObject({
      calls: 4,
      nextDue: THREE_DAYS,
      tally: { delivered: 0, unreachable: 0 },
    });
    const list = await listed(recallId);
    // The first of the customers has had a unit credited.
    expect(list.map(({ code }) => code)).toEqual(['101', '102', '103', '100']);
    expect(list[0]).toMatchObject({ why: 'due', rung: 0, attempts: 2, phone: '+447700900101', settled: false });
    expect((await verdict(database.pool, recallId)).verified).toBe(true);
  });

  it('of a drill is not given to anybody outside its allow-list', async () => {
    const outside = [...CUSTOMERS, { code: '200', address: '+441632960001' }];
    expect(await run(await frozen(outside))).toMatchObject({ calls: 4, tally: { refused: 1 } });
    expect(await run(await frozen(outside, 'recall'))).toMatchObject({ calls: 5, tally: { refused: 0 } });
  });

  it('of a drill shows nobody a number outside its allow-list, and nobody has to call there', async () => {
    const outside = [...CUSTOMERS, { code: '200', address: '+44 1632 960001' }];
    const listed = async (mode: RecallMode) => {
      const recallId = await handed(outside, mode);
      return (await calls(apiDeps(database.pool), recallId, CALLER, null)).find(({ code }) => code === '200');
    };
    expect(await listed('drill')).toMatchObject({ phone: null, why: 'outside the drill', settled: true });
    expect(await listed('recall')).toMatchObject({ phone: '+441632960001', why: 'due', settled: false });
  });
});

describe('what a caller is given', () => {
  it('is what to say to each in their language, with their name, and the page for what they answer', async () => {
    const recallId = await handed();
    const [first, second] = await calls(apiDeps(database.pool), recallId, CALLER, null);
    expect(first).toMatchObject({ code: '101', answerPath: expect.stringMatching(/^\/r\//) });
    expect(first!.script[0]).toContain('Shop 101');
    expect(first!.script[1]).toMatch(/^DRILL\. .*Units supplied to you: 10\./);
    expect(second!.script).toHaveLength(first!.script.length);
    expect(second!.script[0]).toMatch(/^Guten Tag.*Shop 102/);
    await expect(calls(apiDeps(database.pool), recallId, 'stranger' as PersonId, null)).rejects.toMatchObject({
      detail: { code: 'not-allowed' },
    });
  });
});

describe('what a caller enters', () => {
  it('makes the notice delivered where somebody was told, once, and is late after that', async () => {
    const recallId = await handed();
    expect(await enter(recallId, '101', 'reached', 'one')).toMatchObject({ calls: 1, settled: true, left: 3 });
    expect(await enter(recallId, '101', 'reached', 'one')).toMatchObject({ settled: true, left: 3 });
    expect(await stateOf(recallId, 'c101')).toBe('delivered');
    expect(await facts(recallId, 'call recorded')).toMatchObject([{ recipient: 'c101', result: 'reached', rung: 0 }]);
    expect(await enter(recallId, 'c101', 'wrong-number')).toMatchObject({ settled: true, left: 3 });
    expect((await facts(recallId, 'call recorded')).map(({ late }) => late ?? false)).toEqual([false, true]);
    expect(await facts(recallId, 'notice bounced')).toEqual([]);
    expect(await tally(recallId)).toMatchObject({ delivered: 1, bounced: 0, unreachable: 0 });
  });

  it('that nobody took it is one attempt, and after the last the rung is over and the next one comes', async () => {
    const recallId = await handed();
    expect(await enter(recallId, '101', 'no-answer')).toMatchObject({ calls: 1, settled: false, left: 4 });
    expect(await facts(recallId, 'notice bounced')).toEqual([]);
    expect(await enter(recallId, '101', 'no-answer')).toMatchObject({ calls: 2, settled: true, left: 3 });
    expect(await facts(recallId, 'notice bounced')).toMatchObject([
      { channel: 'call', status: 'no-answer', how: 'for-now' },
    ]);
    expect(await tally(recallId)).toMatchObject({ bounced: 1, unreachable: 1 });
    await run(recallId, 2, THREE_DAYS);
    const again = (await listed(recallId)).find(({ code }) => code === '101');
    // The attempts of the rung before do not count for this one.
    expect(again).toMatchObject({ rung: 1, calls: [], settled: false });
  });

  it('that the number is wrong, or wants no calls, ends its rungs, and closes it for later recalls where it was asked', async () => {
    const recallId = await handed();
    await enter(recallId, '101', 'wrong-number');
    await enter(recallId, '102', 'refused', null, 'Mr Quill said never again.');
    expect(await facts(recallId, 'notice bounced')).toMatchObject([{ recipient: 'c101', how: 'for-good' }]);
    expect(await facts(recallId, 'notices carried')).toMatchObject([{ refused: 1, delivered: 0 }]);
    const numbers = CUSTOMERS.map(({ address }) => address!);
    expect([...(await suppressedAmong(database.pool, 'call', numbers))]).toEqual(['+447700900102']);
    expect(await run(recallId, 2, THREE_DAYS)).toMatchObject({ calls: 2 });
    expect(JSON.stringify(await facts(recallId, 'call recorded'))).not.toContain('Quill');
    const later = await frozen();
    expect(await run(later)).toMatchObject({ calls: 3 });
  });

  it('of two who call the same customer at once, one has told them', async () => {
    const recallId = await handed();
    await Promise.all([enter(recallId, '101', 'reached', 'a'), enter(recallId, '101', 'reached', 'b')]);
    expect(await facts(recallId, 'notices carried')).toMatchObject([{ delivered: 1 }]);
    expect((await facts(recallId, 'call recorded')).filter(({ late }) => late === true)).toHaveLength(1);
  });

  it('of who has answered meanwhile says that they were told, and nothing else', async () => {
    const recallId = await handed();
    const answer = { quarantined: 1, soldOn: 2, destroyed: 0, passedOn: false };
    for (const recipient of ['c101', 'c103'])
      await recordResponse(database.pool, keyOf(recallId), {
        recipient: recipient as never,
        answer,
        comment: null,
        at: OPENED,
      });
    expect(await callsOpen(database.pool, keyOf(recallId), 1)).toBe((await listed(recallId)).filter(isDue).length);
    await enter(recallId, '101', 'reached');
    await enter(recallId, '103', 'wrong-number');
    expect([await stateOf(recallId, 'c101'), await stateOf(recallId, 'c103')]).toEqual(['delivered', 'handed']);
    expect(await facts(recallId, 'notice bounced')).toEqual([]);
  });

  it('settles what was handed over on an earlier rung and was never entered', async () => {
    const recallId = await handed();
    await run(recallId, 2, THREE_DAYS);
    expect(await callsOpen(database.pool, keyOf(recallId), 1)).toBe((await listed(recallId)).filter(isDue).length);
    await enter(recallId, '101', 'reached');
    expect(await facts(recallId, 'notices carried')).toMatchObject([{ delivered: 2 }]);
    expect((await listed(recallId)).map(({ code }) => code)).not.toContain('101');
  });

  it('about somebody whom nobody was to call is refused', async () => {
    const recallId = await handed();
    await expect(enter(recallId, '999', 'reached')).rejects.toMatchObject({ detail: { code: 'not-found' } });
    expect(await outboxOf(database.pool, recallId)).toEqual([]);
  });
});
