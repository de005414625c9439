import { expect, test } from '@jest/globals';
import { createStory } from '../../drills/story.js';
import type { EventBody } from '../../engine/events.js';
import type { Fact, LedgerEntry } from '../../engine/facts.js';
import type { Sha256, StepName } from '../../engine/words.js';
import { at, owed } from '../engine/recall.js';

test('what else is owed beside a report is told once, though the plan is made again', () => {
  const lines: string[] = [];
  const tell = createStory((line) => void lines.push(line));
  const plan = (...regimes: string[]): EventBody => ({
    type: 'filings planned',
    step: 'notify' as StepName,
    plan: { filings: regimes.map((regime) => owed(regime)), counselNeeded: [], lawThere: [] },
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

test('what nobody signed is told as refused, with how often and why', () => {
  const lines: string[] = [];
  const [from, to] = [at('PT0S'), at('PT1H')];
  const fact: Fact = {
    type: 'refusals summarised',
    ...{ v: 1, count: 3, reasons: { 'link-expired': 2, 'link-revoked': 1 }, from, to, tried: '' as Sha256 },
  };
  createStory((line) => void lines.push(line))([
    { ...entryOf(fact as never, 0), stream: 'refusals', body: JSON.stringify(fact) },
  ]);
  expect(lines).toEqual([
    expect.stringMatching(/refused +by nobody who is known: 2 times link-expired, 1 times link-revoked$/),
  ]);
});

function entryOf(event: EventBody, index: number): LedgerEntry {
  const [number, when, hash] = [index + 1, at('PT1H'), '' as Sha256];
  const body = JSON.stringify({ ...event, v: 1, seq: number, at: when });
  const chained = { link: number, stream: 'events', number, rows: null, prev: hash, hash };
  return { recallId: 'RC-2026-0001', at: when, body, wall: when, ...chained };
}
