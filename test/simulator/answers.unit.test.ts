import { expect, test } from '@jest/globals';
import type { AskId, FilingId, IsoInstant, PersonId, StepName } from '../../engine/words.js';
import { DECISION, type Form } from '../../engine/form.js';
import { attend, onReport, referenceOf, viaOf, type AskMet } from '../../simulator/world/answers.js';
import { sampleWorld } from './simulated.js';

const NOW = '2026-09-10T08:00:00.000Z' as IsoInstant;
const FILINGS = ['gb-gpsr2005/initial/1', 'gb-gpsr2005/initial/2', 'gb-gpsr2005/final/1'] as FilingId[];

test('an authority answers each report to it by itself, and gives each a reference of its own', () => {
  const seeded = { world: sampleWorld(), seed: 7 };
  const answers = FILINGS.flatMap((filing) => onReport(seeded, filing, NOW));
  expect(answers.map(({ act }) => act)).toEqual(
    FILINGS.map((filing) => ({ do: 'receipt', filing, reference: referenceOf(7, filing) })),
  );
  expect(new Set(FILINGS.map((filing) => referenceOf(7, filing))).size).toBe(FILINGS.length);
  expect(new Set(answers.map(({ key }) => key)).size).toBe(FILINGS.length);
});

test('one that is silent answers none of them', () => {
  const world = { ...sampleWorld(), authorities: { ...sampleWorld().authorities, silent: ['gb-gpsr2005'] } };
  expect(FILINGS.flatMap((filing) => onReport({ world, seed: 7 }, filing, NOW))).toEqual([]);
});

function previewWith(rules: string[]): AskMet {
  const fields = rules.map((name) => ({
    ...{ name, label: name, required: true, type: 'acceptance' as const, lengthMax: 100 },
  }));
  const form: Form = { ...DECISION, fields };
  const [id, step, question] = ['tell/1/1' as AskId, 'tell' as StepName, 'approve-preview' as const];
  return { id, step, question, form, about: null, round: 1 };
}

test.each([
  [[], { verb: 'approve', accept: [] }],
  [['EU-14'], { verb: 'approve', accept: [{ rule: 'EU-14', reason: 'No time.' }] }],
  [['EU-07'], { verb: 'reject', accept: [] }],
  [['EU-07', 'EU-14'], { verb: 'reject', accept: [] }],
])('what has the errors %j is approved where the world accepts each of them, with its reason', (rules, done) => {
  const { people } = sampleWorld();
  const world = { ...sampleWorld(), people: { ...people, accepts: { 'EU-14': 'No time.' } } };
  expect(attend({ world, seed: 1 }, previewWith(rules), 'counsel' as PersonId)).toEqual({ do: 'decide', ...done });
});

test('who decides by signals gives reasons by command, because a signal holds no words', () => {
  const seeded = { world: sampleWorld(), seed: 1 };
  const commander = 'commander' as PersonId;
  expect(viaOf(seeded, commander, [])).toBe('signal');
  expect(viaOf(seeded, commander, [{ rule: 'EU-14', reason: 'No time.' }])).toBe('command');
});
