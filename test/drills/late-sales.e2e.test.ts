import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { askParamsOf } from '../../api/contract/asks.js';
import type { Problem } from '../../api/contract/problem.js';
import { ask, follow, send } from '../../drills/door.js';
import type { AskId, PersonId, RecallId } from '../../engine/words.js';
import { HEADER } from '../store/sales-files.js';
import { samplePath } from '../store/sample-sales.js';
import { prepareDrill, SMALL_SCOPE, type SmallDrill } from './small-drill.js';

const QUALITY = 'decide/1/1' as AskId;
const PREVIEW = 'tell/1/1' as AskId;
const NAMED = 'Sales that came later';
let small: SmallDrill;
let recallId: RecallId;
let invoice = 910_000;

/** A file of sales to these customers, each of three units, on a day of the scope. */
async function sold(...customers: string[]) {
  const lines = customers.map((customer) => {
    invoice += 1;
    return `${invoice},${SMALL_SCOPE.item},LATE,3,2011-03-08 08:30:00,7.95,${customer}.0,United Kingdom`;
  });
  const mapping = { file: 'mapping.yaml', text: readFileSync(samplePath('mapping.yaml'), 'utf8') };
  const file = { name: 'late.csv', content: new Blob([[HEADER, ...lines, ''].join('\n')]) };
  const { late } = await ask(small.door, 'importSales', { upload: { mapping, file } });
  await small.settle(recallId);
  return late;
}

/** What is said of them with an ask: as it was shown, and now. */
async function named(id: AskId): Promise<{ value?: string; now?: string }> {
  const params = askParamsOf(recallId, id);
  const { evidence } = await ask(small.door, 'showAsk', { params, person: 'counsel' });
  return evidence.find(({ name }) => name === NAMED) ?? {};
}

async function again(): Promise<Partial<Problem>> {
  const answered = await send(small.door, 'traceAgain', { params: { recall: recallId }, person: 'commander' });
  return { status: answered.status, ...((await answered.json()) as Partial<Problem>) };
}

const traced = async (): Promise<string> =>
  (await ask(small.door, 'showRecall', { params: { recall: recallId } })).steps.find(({ step }) => step === 'trace')!
    .words;

beforeAll(async () => {
  small = await prepareDrill();
  recallId = await small.openAssessed();
}, 120_000);
afterAll(() => small.stop());

it('sales that come after the trace are named to who decides, by command and page, and traced again by one command', async () => {
  expect(await named(QUALITY)).toEqual({});
  expect(await sold('77001', '77002')).toMatchObject([
    { recallId, step: 'trace', lines: 2, units: 6, newCustomers: 2 },
  ]);
  expect((await named(QUALITY)).now).toMatch(
    /^2 lines, 6 units, 2 customers \(2 of them not traced\) since the trace of/,
  );
  const { text } = small.farEnds.askMail('counsel' as PersonId, 'decide/1/2' as AskId)!;
  const page = await (await follow(small.door, /http\S+\/d\/\S+/.exec(text)![0])).text();
  expect(page).toContain('2 lines, 6 units, 2 customers');
  const before = await traced();
  expect(before).toMatch(/; since the trace: 2 lines, 6 units, 2 customers/);
  expect(await again()).toMatchObject({ status: 200 });
  await small.settle(recallId);
  expect(await named(QUALITY)).toEqual({});
  const [units, customers] = [/^(\d+) units at (\d+)/.exec(before)!, /^(\d+) units at (\d+)/.exec(await traced())!];
  expect([Number(customers[1]) - Number(units[1]), Number(customers[2]) - Number(units[2])]).toEqual([6, 2]);
});

it('once recipients are frozen they are named only: with the preview, in its mail, and in the report', async () => {
  await sold('77003');
  for (const [person, id] of [
    ['quality-head', QUALITY],
    ['counsel', 'decide/1/2'],
  ] as const) {
    const { shown } = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, id), person });
    const body = { ask: id, outcome: 'approve', shown } as const;
    await ask(small.door, 'decide', { params: { recall: recallId }, person, body });
  }
  await small.settle(recallId);
  expect((await named(PREVIEW)).value).toMatch(/^1 line, 3 units, 1 customer \(1 of them not traced\) since/);
  expect(small.farEnds.askMail('counsel' as PersonId, PREVIEW)!.text).toContain(`${NAMED}: 1 line, 3 units`);
  expect(await again()).toMatchObject({ status: 409, code: 'recipients-frozen' });
  await sold('77003');
  expect(await named(PREVIEW)).toMatchObject({ value: expect.stringMatching(/^1 line/), now: expect.stringMatching(/^2 lines, 6 units, 1 customer /) }); // prettier-ignore
  const { lateSales } = await ask(small.door, 'showReport', { params: { recall: recallId } });
  expect(lateSales).toMatchObject({ lines: 2, units: 6, customers: 1, newCustomers: 1 });
});
