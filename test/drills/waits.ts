import type { World } from '../../simulator/world/schema.js';
import { sampleWorld } from '../../drills/sample.js';

/**
 * Waits of each form in the bundled playbook, which closes after them. Enough have answered when three in ten have, which
 * comes while it is waited for; twenty in ten never have, so that one wait goes on at its limit and one asks, and is told
 * to wait longer once.
 */
const WAITS = `
  pause: { kind: wait, title: Let it sink in, after: [decide], until: { after: decide, duration: PT90M } }
  morning: { kind: wait, title: Wait for the meeting, after: [trace], until: { instant: 2026-09-12T09:00:00+02:00 } }
  some:
    kind: wait
    title: Wait for the first answers
    after: [decide]
    until: { condition: tell.enough, limit: { within: P30D, then: continue } }
  overdue:
    kind: wait
    title: Wait until it is too late
    after: [decide]
    until: { condition: tell.overdue, limit: { within: P1D, then: continue } }
  all:
    kind: wait
    title: Wait for all answers
    after: [decide]
    until:
      condition: tell.overdue
      limit: { within: P2D, then: { ask: quality, due: PT8H, escalation: decision } }

  close:
    kind: closure
    title: Close the recall
    after: [tell, notify, call, telephone, pause, morning, some, overdue, all, tellOn]
`;

/** A notice to consumers of lots gives no days of sale, which a person accepts or not, and a simulation knows nothing of. */
const PUBLIC = /\n {2}public:\n(?: {4}.*\n)+/;

/** The bundled playbook with waits of each form, in which few may be told of those whom customers have supplied. */
export function withWaits(playbook: string): string {
  return playbook
    .replace('tell.acknowledged >= 0.9', 'tell.acknowledged >= 0.3')
    .replace(PUBLIC, '')
    .replace('takes: { at-most: 2000, of-each: 500, within: P10D', 'takes: { at-most: 4, of-each: 5, within: P5D')
    .replace(/\n {2}close:\n[^]*after: \[tell, notify, call, telephone, public, tellOn\]\n/, WAITS);
}

/** The head of quality says nothing, the deputy wants to wait for another day. */
export function worldOfWaits(): World {
  const world = sampleWorld();
  const head = { ...world.people.each['quality-head']!, silentOn: ['decide', 'close', 'all'] };
  return {
    ...world,
    recipients: { ...world.recipients, passOn: { share: 1, customers: 3 } },
    people: {
      ...world.people,
      answers: { ...world.people.answers, all: { hours: 24 } },
      each: { ...world.people.each, 'quality-head': head },
    },
  };
}

/** How each of these waits ends, by their steps. */
export const WAITS_END = {
  written: 'met',
  pause: 'elapsed',
  morning: 'elapsed',
  some: 'met',
  overdue: 'limit',
  all: 'limit',
};
