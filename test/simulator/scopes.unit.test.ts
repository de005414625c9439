import { beforeAll, describe, expect, test } from '@jest/globals';
import { createStory } from '../../drills/story.js';
import { evidenceLines } from '../../documents/evidence.js';
import { renderPdf } from '../../documents/pdf.js';
import type { RecallEvent } from '../../engine/events.js';
import type { Fact, LedgerEntry } from '../../engine/facts.js';
import { measure } from '../../engine/measures.js';
import { scopeWords } from '../../engine/scope.js';
import { LOTS_SCOPE, SERIALS_SCOPE, simulateSmall, SMALL_SCOPE } from '../drills/small-drill.js';

function eventsOf(entries: LedgerEntry[]): RecallEvent[] {
  return entries.filter(({ stream }) => stream === 'events').map(({ body }) => JSON.parse(body) as RecallEvent);
}

describe.each([
  ['lots', LOTS_SCOPE, 'no lot'],
  ['serial numbers', SERIALS_SCOPE, 'no serial number'],
] as const)('a recall of %s', (_kind, scope, lacking) => {
  let entries: LedgerEntry[];
  beforeAll(async () => {
    entries = await simulateSmall({ seed: 3, scope });
  });

  test('goes from its trace to its closing, and tells fewer than the whole window holds', async () => {
    const card = measure(entries);
    const whole = measure(await simulateSmall({ seed: 3 }));
    expect(card.closedAt).not.toBeNull();
    expect(card.filings.length).toBeGreaterThan(0);
    expect(card.trace!.unitsSold).toBeGreaterThan(0);
    expect(card.trace!.unitsSold).toBeLessThan(whole.trace!.unitsSold);
    expect(card.notices.recipients + card.notices.notTold).toBe(card.trace!.consignees);
    expect(card.notices.recipients).toBeLessThan(whole.notices.recipients);
  });

  test('is recorded with its scope whole; item stays in its scorecard, and no window is made up', async () => {
    const recorded = { version: 1, ...scope };
    const bodies = entries.map(({ body }) => JSON.parse(body) as Fact | RecallEvent);
    expect(bodies).toContainEqual(expect.objectContaining({ type: 'recall opened', scope: recorded }));
    expect(bodies).toContainEqual(expect.objectContaining({ type: 'trace recorded', scope: recorded }));
    const { item, from, to, scope: measured } = measure(entries);
    expect({ item, from, to, measured }).toEqual({ item: scope.item, from: null, to: null, measured: recorded });
  });

  test('says in its story, to those who decide, and in its closing report what it is about and what it may miss', async () => {
    const story: string[] = [];
    createStory((line) => void story.push(line))(entries);
    expect(story.find((line) => line.includes('  opened  '))).toContain(scopeWords(scope));
    expect(story.find((line) => line.includes('  traced  '))).toMatch(
      new RegExp(`sale lines with \\d+ units of the item carry ${lacking}`),
    );
    const decide = eventsOf(entries).find((event) => event.type === 'asked' && event.question === 'decide');
    if (decide?.type !== 'asked') throw new Error('nobody was asked to decide');
    const shown = evidenceLines({ evidence: decide.evidence, evidenceNow: null }, { attached: new Map(), zone: 'UTC' });
    expect(shown).toContainEqual({ name: 'Scope', value: scopeWords(scope) });
    expect(shown).toContainEqual({ name: 'May be affected', value: expect.stringContaining(lacking) });
    const measures = measure(entries);
    const through = { entries: 1, hash: 'a'.repeat(64) };
    const pdf = (changed: object): Buffer =>
      renderPdf('closing-report', { measures: { ...measures, ...changed }, ledgerVerified: true, through, disclaimer: '' }); // prettier-ignore
    const named = pdf({});
    expect(named.equals(pdf({}))).toBe(true);
    expect(named.equals(pdf({ scope: { ...SMALL_SCOPE, version: 1 } }))).toBe(false);
    expect(named.equals(pdf({ trace: { ...measures.trace, unmarked: null } }))).toBe(false);
  });
});

test('a recall of a window says nothing of what it may miss, because every sale has a day', async () => {
  const entries = await simulateSmall({ seed: 3 });
  const { scope, item, from, to, trace } = measure(entries);
  expect({ scope, item, from, to }).toEqual({
    scope: { version: 1, ...SMALL_SCOPE },
    item: SMALL_SCOPE.item,
    from: SMALL_SCOPE.from,
    to: SMALL_SCOPE.to,
  });
  expect(trace!.unmarked).toBeNull();
});
