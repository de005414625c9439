import { expect, test } from '@jest/globals';
import type { FilingId, IsoInstant } from '../../engine/words.js';
import { onReport, referenceOf } from '../../simulator/world/answers.js';
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
