import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { askParamsOf, type ShownAsk } from '../../api/contract/asks.js';
import type { Problem } from '../../api/contract/problem.js';
import { ask, follow, send } from '../../drills/door.js';
import { subscribe } from '../../drills/far-ends/subscriber.js';
import { openDrill } from '../../drills/drill.js';
import { scorecard } from '../../drills/scorecard.js';
import type { RecallEvent } from '../../engine/events.js';
import type { AskId, RecallId } from '../../engine/words.js';
import { OPENER, openingOf, prepareDrill, type SmallDrill } from './small-drill.js';

const PREVIEW = 'tell/1/1' as AskId;
const WHY = 'The label says so, and counsel has seen it.';
/** The sample's playbook, in which no notice waits for anything but the trace, and everybody is told in three languages. */
const early = (playbook: string): string =>
  playbook
    .replaceAll('after: [decide, trace]\n    when: decide.approved\n    audience', 'after: [trace]\n    audience')
    .replace('[en, de, fr, es, nl, pt, it, pl, sv, ar]', '[en, de, fr]');

let small: SmallDrill;
let recallId: RecallId;
let stepNo = 0;

const settle = async (): Promise<void> => {
  stepNo += 1;
  await ask(small.door, 'advanceClock', { params: { recall: recallId }, body: { stepNo, to: small.agenda.now() } });
};
const shownAs = async (id = PREVIEW): Promise<ShownAsk> =>
  ask(small.door, 'showAsk', { params: askParamsOf(recallId, id), person: 'counsel' });
const events = async (type: RecallEvent['type']): Promise<Record<string, unknown>[]> =>
  (await small.export(recallId))
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    .filter((body) => body.type === type);

/** Opens a drill whose case softens the hazard in German and forgets a remedy in French. */
async function openFaulty(): Promise<RecallId> {
  const opening = openingOf('playbooks/consumer-product-gb-eu.yaml', undefined, { edit: early });
  const { hazard, remedies } = opening.caseFile as { hazard: object; remedies: object };
  const faulty = {
    hazard: { ...hazard, de: 'In Einzel\u00adfällen versagt die Mittelstange unter Last.' },
    remedies: { ...remedies, fr: 'Remboursement, sans frais.' },
  };
  return openDrill(small.door, { ...opening, caseFile: { ...opening.caseFile, ...faulty }, opener: OPENER });
}

beforeAll(async () => {
  small = await prepareDrill();
  recallId = await openFaulty();
  await settle();
}, 60_000);
afterAll(() => small.stop());

it('a preview with errors names them in its form, in its evidence and on its page', async () => {
  const { form, evidence } = await shownAs();
  expect(form.fields.map(({ name, type }) => [name, type])).toEqual([
    ['EU-07', 'acceptance'],
    ['LANG-02', 'acceptance'],
    ['TEXT-01', 'acceptance'],
  ]);
  const line = evidence.find(({ name }) => name === 'Errors of the notice check')!.value;
  expect(line).toMatch(/^EU-07: de for .*Germany.*: the words "Einzelfällen" stand in the notice$/m);
  expect(line).toContain('LANG-02: fr: remedies: no words for replacement were found');
  expect(line).toContain('TEXT-01: de: invisible characters stand in the text: U+00AD');
  const page = await (await follow(small.door, link())).text();
  expect(page).toContain('name="accept:EU-07"');
});

it('is not approved by who does not accept each of them, by command or on the page, and nothing goes out', async () => {
  const { shown } = await shownAs();
  const decide = (accept?: readonly { rule: string; reason: string }[]) =>
    send(small.door, 'decide', {
      params: { recall: recallId },
      person: 'counsel',
      body: { ask: PREVIEW, outcome: 'approve', shown, ...(accept && { accept: [...accept] }) },
    });
  for (const [accept, left] of [
    [undefined, 'EU-07, LANG-02, TEXT-01'],
    [[{ rule: 'EU-07', reason: WHY }], 'LANG-02, TEXT-01'],
  ] as const) {
    const answered = await decide(accept);
    expect(answered.status).toBe(409);
    expect((await answered.json()) as Problem).toMatchObject({
      code: 'not-accepted',
      message: expect.stringMatching(new RegExp(`--accept RULE=WHY.*; not accepted yet: ${left}$`)),
    });
  }
  const wrongly = async (...rules: string[]) => {
    const answered = await decide(rules.map((rule) => ({ rule, reason: WHY })));
    return ((await answered.json()) as Problem).message;
  };
  const expected = 'to be accepted here: EU-07, LANG-02, TEXT-01';
  expect(await wrongly('EU-07', 'EU-99')).toBe(`the notice check has not found EU-99; ${expected}`);
  expect(await wrongly('EU-07', 'EU-07')).toBe(`EU-07 is accepted twice; ${expected}`);
  expect((await decide([{ rule: 'EU-07', reason: ' ' }])).status).toBe(400);
  const answered = await follow(small.door, link(), { outcome: 'approve', reason: 'fine', 'accept:EU-07': WHY });
  expect(answered.status).toBe(409);
  await settle();
  expect(await events('preview approved')).toEqual([]);
  expect((await events('decision refused')).map(({ reason }) => reason)).toEqual([
    ...['not-accepted', 'not-accepted', 'wrong-answer', 'wrong-answer', 'not-accepted'],
  ]);
});

it('is approved on the page with a reason for each, which stand in the ledger by rule, person and hash, and in the report', async () => {
  const accepting = {
    'accept:EU-07': WHY,
    'accept:LANG-02': 'One remedy is impossible in France.',
    'accept:TEXT-01': WHY,
  };
  const answered = await follow(small.door, link(), { outcome: 'approve', reason: '', ...accepting });
  expect(answered.status).toBe(200);
  await settle();
  expect(await events('preview approved')).toHaveLength(1);
  const [given] = await events('decision given');
  const hashed = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(given).toMatchObject({
    by: 'counsel',
    accepted: ['EU-07', 'LANG-02', 'TEXT-01'].map((rule) => ({ rule, reason: hashed })),
  });
  expect(JSON.stringify(await small.export(recallId))).not.toContain(WHY);
  const report = await ask(small.door, 'showReport', { params: { recall: recallId } });
  expect(report.decisions[0]!.accepted.map(({ rule }) => rule)).toEqual(['EU-07', 'LANG-02', 'TEXT-01']);
});

it('what is for everybody is approved by its errors too, and a stranger reads it in feeds, on pages and in its alert', async () => {
  const nothing = { atom: 0, json: 0, exercises: 0, pages: 0, drillPages: 0 };
  expect(await subscribe(small.door)).toEqual(nothing);
  const asked = await shownAs('public/1/1' as AskId);
  const accept = asked.form.fields.map(({ name: rule }) => ({ rule, reason: WHY }));
  expect(accept.map(({ rule }) => rule)).toContain('EU-07');
  const body = { ask: asked.ask, outcome: 'approve' as const, shown: asked.shown, accept };
  await ask(small.door, 'decide', { params: { recall: recallId }, person: 'counsel', body });
  await settle();
  const [fact] = await events('notice published' as never);
  expect(fact).toMatchObject({ step: 'public', n: 1, languages: ['en', 'de', 'fr'] });
  const subscribed = await subscribe(small.door);
  expect(subscribed).toEqual({ atom: 1, json: 1, exercises: 1, pages: 3, drillPages: 3 });
  const lines = (await small.export(recallId)).map((entry) => JSON.stringify(entry));
  const { channels } = scorecard(lines, {
    ...{ seed: 1, wire: small.farEnds.wire(), post: [], documents: [], subscribed },
  });
  expect(channels.public).toMatchObject({ published: 1, languages: ['de', 'en', 'fr'], farEnd: subscribed });
  const { publications } = await ask(small.door, 'showPublic', { params: { recall: recallId } });
  const made = fact!.documents as { name: string }[];
  const byName = made.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(publications).toMatchObject([{ n: 1, documents: byName }]);
  const { steps, publicity } = await ask(small.door, 'showRecall', { params: { recall: recallId } });
  expect(steps.find(({ step }) => step === 'public')).toMatchObject({ status: 'done', words: 'done, published (1)' });
  expect(publicity).toMatchObject({ published: 1, languages: ['de', 'en', 'fr'] });
});

function link(): string {
  return /https?:\/\/\S+\/d\/\S+/.exec(small.farEnds.askMail('counsel' as never, PREVIEW)!.text)![0];
}
