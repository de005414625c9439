import { describe, expect, it } from '@jest/globals';
import { pick } from '../../engine/entries.js';
import type { NoticeRow, RecipientRow } from '../../engine/facts.js';
import { PLAYBOOK, sampleWorld, simulated, type Simulated } from './simulated.js';
import type { World } from '../../simulator/world/schema.js';

const SEED = 5;

/** The bundled playbook in waves. */
function inWaves(waves: string): string {
  const edited = PLAYBOOK.replace(/^ +watch: .*\n/m, (watch) => `${watch}    waves: ${waves}\n`);
  if (edited === PLAYBOOK) throw new Error('the playbook has another watch');
  return edited;
}

function world(refused: number, answers: Record<string, string | number | boolean> = {}): World {
  const sample = sampleWorld();
  return {
    ...sample,
    recipients: { ...sample.recipients, refused },
    people: { ...sample.people, answers: { ...sample.people.answers, tell: answers } },
  };
}

function settledRows(run: Simulated): NoticeRow[] {
  const settled = pick(run.written.facts, 'notices settled').filter(({ body }) => body.step === 'tell');
  return settled.flatMap(({ entry }) => (entry.rows ?? []) as NoticeRow[]);
}

function frozenRows(run: Simulated): RecipientRow[] {
  return (pick(run.written.facts, 'recipients frozen')[0]!.entry.rows ?? []) as RecipientRow[];
}

describe('a simulated campaign in waves', () => {
  it('tells the critical first and the rest after the pause, and stops for nothing where nothing is over a limit', () => {
    const run = simulated(
      SEED,
      world(0),
      inWaves('{ first: [critical], pause: P1D, stop: { bounced: 0.9, ask: commander } }'),
    );
    const critical = frozenRows(run).filter(({ criticality }) => criticality !== null);
    expect(critical.length).toBeGreaterThan(1);
    expect(critical.every(({ wave, channels }) => wave === 0 && channels.length > 0)).toBe(true);
    const [first, second] = pick(run.written.events, 'wave begun').map(({ body }) => body.at);
    expect(Date.parse(second!) - Date.parse(first!)).toBe(86_400_000);
    expect(
      settledRows(run)
        .slice(0, critical.length)
        .map(({ recipient }) => recipient)
        .sort(),
    ).toEqual(critical.map(({ recipient }) => recipient).sort());
    expect(pick(run.written.events, 'sending stopped')).toEqual([]);
    expect(run.state.closedAt).not.toBeNull();
  });

  it.each(['go-on', 'stop', 'correct'])(
    'stops where too many are refused, and ends after the verdict %s',
    (verdict) => {
      const stop = '{ first: [{ share: 0.5 }], pause: P1D, stop: { bounced: 0.1, ask: commander } }';
      const run = simulated(SEED, world(0.5, { verdict }), inWaves(stop));
      expect(pick(run.written.events, 'sending stopped').length).toBeGreaterThan(0);
      const verdicts = pick(run.written.events, 'wave judged').map(({ body }) => body.verdict);
      expect(verdicts[0]).toBe(verdict);
      expect(run.state.endedAt).not.toBeNull();
      const told = new Set(settledRows(run).map(({ recipient }) => recipient));
      const all = frozenRows(run).filter(({ channels }) => channels.length > 0);
      if (verdict === 'stop') expect(told.size).toBeLessThan(all.length);
      else expect(told.size).toBe(all.length);
      const revisions = pick(run.written.events, 'recipients frozen').map(({ body }) => body.revision);
      expect(Math.max(...revisions)).toBe(verdict === 'correct' ? 2 : 1);
    },
  );
});
