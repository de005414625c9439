import { describe, expect, it } from '@jest/globals';
import { pick } from '../../engine/entries.js';
import type { NoticeRow } from '../../engine/facts.js';
import { worldSchema, type World } from '../../simulator/world/schema.js';
import { measure } from '../../engine/measures.js';
import { PLAYBOOK, sampleWorld, simulated, type Simulated } from './simulated.js';

const SEED = 5;
const RUNG = '{ by: call, after: P1D, to: commander, attempts: 2, due: P2D, escalation: calls }';

/** The bundled playbook, in which people call everybody who is silent after a day. */
function withCalls(): string {
  const ladder = /^( +ladder:\n)(?: +- \{ by: .*\n)+/m;
  const edited = PLAYBOOK.replace(ladder, `$1      - { by: email }\n      - ${RUNG}\n`);
  if (edited === PLAYBOOK) throw new Error('the playbook has another ladder');
  return edited;
}

/** Nobody answers a mail, and telephones are taken as it says. */
function world(call: Record<string, unknown>): World {
  const { recipients, ...rest } = sampleWorld();
  return worldSchema.parse({ ...rest, recipients: { ...recipients, answers: [0], channels: { call } } });
}

const settled = (run: Simulated): NoticeRow[] =>
  pick(run.written.facts, 'notices settled').flatMap(({ entry }) => (entry.rows ?? []) as NoticeRow[]);

describe('a simulated ladder on which people call', () => {
  it('hands over, asks one role, and counts what callers say: told, not taken, wrong, not wanted', () => {
    const run = simulated(SEED, world({ unanswered: 0.4, wrong: 0.2, refused: 0.2, answers: [0, 0.5] }), withCalls());
    const handed = settled(run).filter(({ outcome }) => outcome === 'handed');
    expect(handed.length).toBeGreaterThan(5);
    const asked = pick(run.written.events, 'asked').filter(({ body }) => body.question === 'call-recipients');
    expect(asked.map(({ body }) => body.role)).toEqual(['commander']);
    const calls = pick(run.written.facts, 'call recorded').map(({ body }) => body);
    const onRung = calls.filter(({ rung }) => rung === 1);
    expect(new Set(onRung.map(({ result }) => result)).size).toBe(4);
    const carried = pick(run.written.facts, 'notices carried');
    const bounced = pick(run.written.facts, 'notice bounced').filter(({ body }) => body.channel === 'call');
    expect(carried.length + bounced.length).toBe(handed.length);
    const { channels, notices } = measure(run.entries);
    expect(channels.call).toMatchObject({
      entered: calls.length,
      reached: calls.filter(({ result }) => result === 'reached').length,
      delivered: onRung.filter(({ result }) => result === 'reached').length,
      refused: onRung.filter(({ result }) => result === 'refused').length,
      bounced: bounced.length,
    });
    expect(notices.responded).toBeGreaterThan(0);
    expect(run.state.closedAt).not.toBeNull();
  });
});
