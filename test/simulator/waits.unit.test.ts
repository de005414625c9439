import { describe, expect, it } from '@jest/globals';
import { createStory } from '../../drills/story.js';
import type { RecallEvent } from '../../engine/events.js';
import { measure } from '../../engine/measures.js';
import { withWaits, WAITS_END, worldOfWaits } from '../drills/waits.js';
import { PLAYBOOK, simulated } from './simulated.js';

const { entries, state } = simulated(1, worldOfWaits(), withWaits(PLAYBOOK));
const events = entries.filter(({ stream }) => stream === 'events').map(({ body }) => JSON.parse(body) as RecallEvent);

function endedOf(): Extract<RecallEvent, { type: 'wait ended' }>[] {
  return events.filter((event) => event.type === 'wait ended');
}

describe('a recall in virtual time with waits of each form', () => {
  it('comes to its end, each wait as it had to end', () => {
    expect(state.endedAt).not.toBeNull();
    expect(Object.fromEntries(endedOf().map(({ step, by }) => [step, by]))).toEqual(WAITS_END);
  });

  it('waits for as long as the playbook and the people say', () => {
    const decided = events.find((event) => event.type === 'gate opened')!.at;
    const waited = new Map(endedOf().map((event) => [event.step as string, event]));
    expect(waited.get('pause')!.waited).toBe('PT1H30M');
    expect(waited.get('morning')!.at).toBe('2026-09-12T07:00:00.000Z');
    expect(waited.get('overdue')!.waited).toBe('P1D');
    expect(waited.get('some')!.at > decided).toBe(true);
    // The head is silent, the deputy is asked after two hours and waits another day, and goes on when asked again.
    const extended = events.find((event) => event.type === 'wait extended');
    const answers = events.filter((event) => event.type === 'answer given' && event.step === 'all');
    expect(answers).toMatchObject([
      { by: 'quality-deputy', values: { hours: 24 } },
      { by: 'quality-deputy', values: { hours: 0 } },
    ]);
    expect(waited.get('all')!.at > extended!.at).toBe(true);
  });

  it('is told what enough have answered when they have, and not with the next notices', () => {
    const changed = events.find((event) => event.type === 'watch changed' && event.value)!;
    expect(endedOf().find(({ step }) => step === 'some')).toMatchObject({ at: changed.at });
  });

  it('tells its story with what was waited for', () => {
    const lines: string[] = [];
    createStory((line) => void lines.push(line.slice(27)))(entries);
    const words = lines.filter((line) => /^(goes on|waits|overdue) /.test(line)).map((line) => line.slice(14));
    expect(words).toContain('pause: its time has come, after PT1H30M');
    expect(words.find((line) => line.startsWith('some: '))).toMatch(/^some: what it waited for has come, after P/);
    expect(words).toContain('overdue: what it waited for has not come in time, after P1D');
    expect(words).toContain('all: what it waited for has not come in time');
    expect(words.find((line) => line.startsWith('all: until '))).toMatch(/ at the longest$/);
  });

  it('adds no number to the scorecard', () => {
    expect(Object.keys(measure(entries)).sort()).toEqual(Object.keys(measure(simulated(1).entries)).sort());
  });
});
