import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { askParamsOf, type ShownAsk } from '../../api/contract/asks.js';
import type { Problem } from '../../api/contract/problem.js';
import { ask, follow, send } from '../../drills/door.js';
import type { AskId, PersonId, RecallId } from '../../engine/words.js';
import { prepareDrill, type SmallDrill } from './small-drill.js';

const QUALITY = 'decide/1/1' as AskId;
const ROSTER = readFileSync('samples/roster.yaml', 'utf8');
/** The head of quality has left the firm, and a new one has come. */
const SUCCEEDED = ROSTER.replaceAll('quality-head', 'quality-new')
  .replace('Tobias Lindqvist', 'Nadia Roos')
  .replace('tobias.lindqvist', 'nadia.roos');

let small: SmallDrill;
let recallId: RecallId;

const shown = (): Promise<ShownAsk> =>
  ask(small.door, 'showAsk', { params: askParamsOf(recallId, QUALITY), person: 'counsel' });

function linkOf(person: string): string {
  const { text } = small.farEnds.askMail(person as PersonId, QUALITY)!;
  return /http\S+\/d\/\S+/.exec(text)![0];
}

async function decide(person: string): Promise<Partial<Problem>> {
  const body = { ask: QUALITY, outcome: 'approve', shown: (await shown()).shown } as const;
  const answered = await send(small.door, 'decide', { params: { recall: recallId }, person, body });
  return { status: answered.status, ...((await answered.json()) as Partial<Problem>) };
}

beforeAll(async () => {
  small = await prepareDrill();
  recallId = await small.openAssessed();
}, 120_000);
afterAll(() => small.stop());

it('who leaves while asked can no longer answer by link or command, and who comes is mailed and decides', async () => {
  expect(await shown()).toMatchObject({ people: ['quality-head'] });
  const link = linkOf('quality-head');
  const body = { file: 'roster.yaml', text: SUCCEEDED };
  const taken = await ask(small.door, 'importRoster', { body });
  expect(taken.recalls).toEqual([
    { recallId, roles: [{ role: 'quality', goes: ['quality-head'], comes: ['quality-new'] }], warnings: [] },
  ]);
  // The recall knows it when the import has answered.
  expect(await decide('quality-head')).toMatchObject({ status: 409, code: 'role-left' });
  await small.settle(recallId);
  expect(await shown()).toMatchObject({ people: ['quality-new'], status: 'open' });

  const page = await (await follow(small.door, link)).text();
  expect(page).toContain('no longer hold the role');
  expect(page).not.toContain('Send the decision');
  const refused = await follow(small.door, link, { outcome: 'approve' });
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('does not hold the role')]);

  expect((await follow(small.door, linkOf('quality-new'), { outcome: 'approve' })).status).toBe(200);
  const told = (await small.export(recallId)).map(({ body: text }) => JSON.parse(text) as { type: string });
  expect(told.filter(({ type }) => ['roster changed', 'people left', 'decision given'].includes(type))).toMatchObject([
    { type: 'roster changed', roles: [{ role: 'quality', holder: 'quality-new', deputies: ['quality-deputy'] }] },
    { type: 'people left', ask: QUALITY, people: ['quality-head'] },
    { type: 'decision given', by: 'quality-new' },
  ]);
});

it('the same roster again changes nothing, and one that leaves a role empty says so', async () => {
  const take = (text: string) => ask(small.door, 'importRoster', { body: { file: 'roster.yaml', text } });
  expect((await take(SUCCEEDED)).recalls).toEqual([]);
  const { recalls } = await take(SUCCEEDED.replace(/ {2}- \{ role: legal.*\n/, ''));
  expect(recalls).toMatchObject([
    {
      roles: [{ role: 'legal', goes: ['counsel', 'counsel-deputy'], comes: [] }],
      warnings: ['nobody holds the role legal, which decide, notify, tell, public, tellOn, close ask'],
    },
  ]);
});
