import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { askParamsOf } from '../../api/contract/asks.js';
import type { Problem } from '../../api/contract/problem.js';
import type { Callee } from '../../api/contract/recalls.js';
import type { Given } from '../../api/contract/routes.js';
import { ask, follow, send } from '../../drills/door.js';
import { sampleWorld } from '../../drills/sample.js';
import { instantOf, type AskId, type IsoInstant, type PersonId, type RecallId } from '../../engine/words.js';
import { OPENED_AT, prepareDrill, type SmallDrill } from './small-drill.js';

const AT_ONCE = 'call/1/1';
const TELEPHONE = 'telephone/1/1';
const NOTE = 'The owner, Mrs Quill, is on holiday until Monday.';
const DAY_MS = 86_400_000;
let small: SmallDrill;
let recallId: RecallId;
let stepNo = 0;

async function settle(to: IsoInstant = small.agenda.now()): Promise<IsoInstant | null> {
  small.agenda.moveTo(to);
  stepNo += 1;
  const { nextDue } = await ask(small.door, 'advanceClock', { params: { recall: recallId }, body: { stepNo, to } });
  return nextDue;
}

/** Does what is due until so many days after the opening, and nothing that an actor would. */
async function until(days: number): Promise<void> {
  const end = instantOf(Date.parse(OPENED_AT) + days * DAY_MS);
  for (let due = await settle(); due !== null && due <= end;) due = await settle(due);
  await settle(end);
}

async function approve(id: string, person: string): Promise<void> {
  const { shown } = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, id), person });
  const body = { ask: id, outcome: 'approve', shown } as Given<'decide'>['body'];
  await ask(small.door, 'decide', { params: { recall: recallId }, person, body });
}

const calls = (): Promise<Callee[]> =>
  ask(small.door, 'listCalls', { params: { recall: recallId }, person: 'commander' });

const enter = (customer: string, result: Callee['calls'][number]['result'], note: string | null = null, key?: string) =>
  ask(small.door, 'enterCall', {
    params: { recall: recallId },
    person: 'commander',
    key,
    body: { customer, result, note },
  });

async function done(person = 'commander', asked = TELEPHONE): Promise<Partial<Problem>> {
  const body = { ask: asked, values: { done: true } } as Given<'answer'>['body'];
  const answered = await send(small.door, 'answer', { params: { recall: recallId }, person, body });
  return { status: answered.status, ...((await answered.json()) as Partial<Problem>) };
}

beforeAll(async () => {
  const world = sampleWorld();
  // Their telephones take no text messages, so that somebody has to call.
  const channels = { sms: { ...world.recipients.channels.sms!, refused: 1 } };
  const recipients = { ...world.recipients, channels, refused: 0.3, bounces: 0 };
  small = await prepareDrill({ world: { ...world, recipients } });
  recallId = await small.open();
  await settle();
  const body = { ask: 'assess/1/1', values: { risk: 'serious', injuries: 0 } } as Given<'answer'>['body'];
  await ask(small.door, 'answer', { params: { recall: recallId }, person: 'quality-head', body });
  await settle();
  await approve('decide/1/1', 'quality-head');
  await approve('decide/1/2', 'counsel');
  await settle();
}, 120_000);
afterAll(() => small.stop());

it('the list fills as soon as addresses prove missing or dead, the most exposed first, for those who call and nobody else', async () => {
  expect(await calls()).toEqual([]);
  await approve('tell/1/1', 'counsel');
  await settle();
  const listed = await calls();
  expect(listed.length).toBeGreaterThan(2);
  expect([...new Set(listed.map(({ why }) => why))].every((why) => why === 'refused' || why === 'no address')).toBe(
    true,
  );
  const units = listed.map((one) => one.units);
  expect(units).toEqual(units.toSorted((a, b) => b - a));
  // Somebody is asked to call them now, and not when the ladder has come to its end.
  const asked = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, AT_ONCE), person: 'commander' });
  expect(asked).toMatchObject({ status: 'open', step: 'call', question: 'task' });
  expect(await done('commander', AT_ONCE)).toMatchObject({ status: 409, code: 'calls-open' });
  const refused = await send(small.door, 'listCalls', { params: { recall: recallId }, person: 'counsel' });
  expect(refused.status).toBe(403);
});

it('by the link of the question the list is a page with what to say, and takes each call once, of those who are to be called', async () => {
  const link = /https?:\/\/\S+\/d\/\S+/.exec(
    small.farEnds.askMail('commander' as PersonId, AT_ONCE as AskId)!.text,
  )![0];
  const [first] = await calls();
  const page = await (await follow(small.door, link)).text();
  expect(page).toContain(`value="${first!.recipient}"`);
  expect(page).toContain(first!.script[2]!.replace(/&/g, '&amp;'));
  const before = (await calls()).length;
  const form = { once: 'x', customer: first!.recipient as string, result: 'no-answer', note: '' };
  const entered = await follow(small.door, link, form);
  expect([entered.status, (await entered.text()).includes('called 1 of 3 times')]).toEqual([200, true]);
  expect((await follow(small.door, link, form)).status).toBe(200);
  expect((await calls()).find(({ recipient }) => recipient === first!.recipient)!.calls).toHaveLength(1);
  for (const wrong of [
    { ...form, result: '' },
    { ...form, customer: 'c0' },
  ])
    expect((await follow(small.door, link, wrong)).status).toBe(422);
  expect(await calls()).toHaveLength(before);
  // Of a question come those whom it is about and who are left; a question that calls nobody has none.
  const ofAsk = (id: string): Promise<Callee[]> =>
    ask(small.door, 'listCalls', {
      params: { recall: recallId },
      query: { ask: id as AskId },
      person: 'commander',
    });
  expect(await ofAsk(AT_ONCE)).toEqual((await calls()).filter(({ settled }) => !settled));
  expect(await ofAsk('decide/1/1')).toEqual([]);
  const shown = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, AT_ONCE), person: 'commander' });
  const lines = Object.fromEntries(shown.evidence.map(({ name, value }) => [name, value]));
  const command = `recall calls ${recallId} --ask ${AT_ONCE}`;
  expect(lines['Left to call']).toBe(`${(await ofAsk(AT_ONCE)).length}; see \`${command}\``);
  expect(JSON.stringify(lines)).not.toContain('recall unreached');
});

it('one entry a person: who did not answer is tried as often as the playbook says, and a request sent again is one call', async () => {
  const [, first, second] = (await calls()) as [Callee, Callee, Callee];
  const left = (await calls()).length;
  expect(await enter(first.code, 'no-answer', null, 'one call')).toMatchObject({ calls: 1, settled: false, left });
  expect(await enter(first.code, 'no-answer', null, 'one call')).toMatchObject({ calls: 1, settled: false });
  expect(await enter(first.code, 'no-answer')).toMatchObject({ calls: 2, settled: false, left });
  expect(await enter(first.code, 'no-answer')).toMatchObject({ calls: 3, settled: true, left: left - 1 });
  expect(await enter(second.recipient, 'refused', NOTE)).toMatchObject({ calls: 1, settled: true, left: left - 2 });
  expect((await calls())[2]).toMatchObject({
    recipient: second.recipient,
    calls: [{ by: 'commander', result: 'refused', note: NOTE, at: OPENED_AT }],
  });
  // What was said of a person is beside the ledger, which has its hash.
  const bodies = (await small.export(recallId))
    .map(({ body }) => body)
    .filter((body) => body.includes('call recorded'));
  expect(bodies).toHaveLength(5);
  expect(JSON.parse(bodies[4]!)).toMatchObject({ result: 'refused', note: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(bodies.join()).not.toContain('Quill');
});

it('with a serious risk the silent join at the instant of the playbook, and done is refused until each has an entry', async () => {
  await until(9.9);
  const early = await calls();
  expect(early.filter(({ why }) => why === 'silent')).toEqual([]);
  const before = early.length;
  await until(10.1);
  const listed = await calls();
  expect(listed.filter(({ why }) => why === 'silent').length).toBe(listed.length - before);
  expect(listed.length).toBeGreaterThan(before);
  expect(await done()).toMatchObject({ status: 409, code: 'calls-open' });
  expect(await done('counsel')).toMatchObject({ status: 409, code: 'not-asked' });
  for (const { recipient, settled } of listed) if (!settled) await enter(recipient, 'reached');
  expect(await done()).toMatchObject({ status: 200 });
  const told = (await small.export(recallId)).filter(({ body }) => body.includes('calls-open'));
  expect(told).toHaveLength(2);
}, 60_000);
