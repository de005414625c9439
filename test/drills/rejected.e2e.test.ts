import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { askParamsOf, type ShownAsk } from '../../api/contract/asks.js';
import { ask, follow } from '../../drills/door.js';
import type { AskId, PersonId, RecallId } from '../../engine/words.js';
import { prepareDrill, type SmallDrill } from './small-drill.js';

const REASON = 'The photos show another <model>.';

let small: SmallDrill;
let recallId: RecallId;
let stepNo = 0;

async function settle(): Promise<void> {
  stepNo += 1;
  await ask(small.door, 'advanceClock', { params: { recall: recallId }, body: { stepNo, to: small.agenda.now() } });
}

const shown = (id: string): Promise<ShownAsk> =>
  ask(small.door, 'showAsk', { params: askParamsOf(recallId, id as AskId), person: 'counsel' });

async function assess(id: string): Promise<void> {
  const body = { ask: id, values: { risk: 'serious', injuries: 0 } };
  await ask(small.door, 'answer', { params: { recall: recallId }, person: 'quality-head', body });
  await settle();
}

beforeAll(async () => {
  small = await prepareDrill();
  recallId = await small.open();
  await settle();
  await assess('assess/1/1');
}, 120_000);
afterAll(() => small.stop());

it('the reason of a rejection is read by all who are asked again: by command, in the mail and on the page', async () => {
  const { shown: hash, evidence } = await shown('decide/1/2');
  expect(JSON.stringify(evidence)).not.toContain('Rejected');
  const body = { ask: 'decide/1/2', outcome: 'reject', shown: hash, reason: REASON } as const;
  await ask(small.door, 'decide', { params: { recall: recallId }, person: 'counsel', body });
  await settle();

  const line = { name: 'Rejected on 2026-09-10 09:00:00+01:00', value: `by counsel (legal): ${REASON}` };
  const again = await shown('assess/2/1');
  expect(again.evidence[0]).toEqual(line);
  expect(small.farEnds.askMail('quality-head' as PersonId, again.ask)!.text).toContain(`${line.name}: ${line.value}`);

  await assess('assess/2/1');
  const asked = await shown('decide/2/1');
  expect(asked.evidence[0]).toEqual(line);
  const { text } = small.farEnds.askMail('quality-head' as PersonId, asked.ask)!;
  expect(text).toContain(line.value);
  const page = await (await follow(small.door, /http\S+\/d\/\S+/.exec(text)![0])).text();
  expect(page).toContain('by counsel (legal): The photos show another &lt;model&gt;.');
  // The ledger knows the reason by its salted hash alone.
  const { rejections } = asked.data as { rejections: { reason: string }[] };
  expect(rejections).toMatchObject([{ by: 'counsel', reason: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(JSON.stringify(await small.export(recallId))).not.toContain('photos');
});
