import { expect, test } from '@jest/globals';
import { createStory } from '../../drills/story.js';
import type { EventBody } from '../../engine/events.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { Sha256, StepName } from '../../engine/words.js';
import { at, owed } from '../engine/recall.js';

test('what else is owed beside a report is told once, though the plan is made again', () => {
  const lines: string[] = [];
  const tell = createStory((line) => void lines.push(line));
  const plan = (...regimes: string[]): EventBody => ({
    type: 'filings planned',
    step: 'notify' as StepName,
    plan: { filings: regimes.map((regime) => owed(regime)), counselNeeded: [] },
    plannedFor: 'undecided',
  });
  tell([plan('gb'), plan('au', 'gb')].map(entryOf));
  const owedLines = lines.filter((line) => line.includes('  owed  ')).map((line) => line.slice(41));
  expect(owedLines).toEqual([
    'gb ("immediately"); counsel needed: none',
    'gb: Note of gb.',
    'au ("immediately"), gb ("immediately"); counsel needed: none',
    'au: Note of au.',
  ]);
});

function entryOf(event: EventBody, index: number): LedgerEntry {
  const [number, when, hash] = [index + 1, at('PT1H'), '' as Sha256];
  const body = JSON.stringify({ ...event, v: 1, seq: number, at: when });
  const chained = { link: number, stream: 'events', number, rows: null, prev: hash, hash };
  return { recallId: 'RC-2026-0001', at: when, body, wall: when, ...chained };
}
