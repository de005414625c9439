import { describe, expect, it } from '@jest/globals';
import { sharedRoles, unheldRoles } from '../../engine/holders.js';
import type { Roster } from '../../engine/roster.js';
import { sharedWords } from '../../engine/shared-roles.js';
import type { IsoInstant, PersonId } from '../../engine/words.js';
import { closing } from './playbooks.js';
import { OPENED, playbookOf } from './recall.js';

const OPENER = 'opener' as PersonId;

/** `legal: counsel deputy` is a role with its holder and deputies; everybody is called by their id. */
function rosterOf(
  roles: Record<string, string>,
  people: Record<string, { name?: string; email?: string }> = {},
): Roster {
  const held = Object.entries(roles).map(([role, who]) => {
    const [holder, ...deputies] = who.split(' ');
    return { role, holder, deputies };
  });
  const ids = new Set([OPENER, ...held.flatMap(({ holder, deputies }) => [holder!, ...deputies])]);
  return {
    people: [...ids].map((id) => ({
      id,
      name: id,
      email: `${id}@maker.example`,
      phone: null,
      zone: 'UTC',
      ...people[id],
    })),
    roles: held,
    absences: [],
  } as never;
}

const ALL_HELD = { commander: 'cora', quality: 'quin', legal: 'lea' };
const LADDER = `
  decide: { kind: gate, title: D, approvers: { all: [quality] }, exclude: [opener], due: PT8H, escalation: decision }`;

function unheld(steps: string, roles: Record<string, string>, changes: Partial<Roster> = {}) {
  const roster = { ...rosterOf(roles), ...changes };
  return unheldRoles(playbookOf(steps + closing('decide')), roster, { opener: OPENER, at: OPENED });
}

describe('a role that nobody holds', () => {
  it.each([
    ['contain', 'one: { kind: contain, title: T, owner: quality, due: PT1H, escalation: decision }'],
    ['assessment', 'one: { kind: assessment, title: T, owner: quality, due: PT1H, sets: [risk] }'],
    ['task', 'one: { kind: task, title: T, owner: quality, due: PT1H }'],
    ['gate', 'one: { kind: gate, title: T, approvers: { all: [quality] }, due: PT1H, escalation: decision }'],
    [
      'filing',
      'one: { kind: filing, title: T, after: [find], regimes: markets, report: initial, owner: quality, due: P1D }',
    ],
    [
      'campaign',
      'one: { kind: campaign, title: T, after: [find], audience: consignees, notice: recall-notice, languages: [en], preview: [legal, quality], due: P1D, ladder: [{ by: email }] }',
    ],
    [
      'wait',
      'one: { kind: wait, title: T, until: { condition: find.done, limit: { within: P1D, then: { ask: quality, due: P1D, escalation: decision } } } }',
    ],
  ])('is named with the step of kind %s that asks it', (_kind, step) => {
    const playbook = playbookOf(`
  find: { kind: trace, title: F }
  decide: { kind: gate, title: D, approvers: { any: [legal], count: 1 }, due: PT8H, escalation: decision }
  ${step}${closing('decide')}`);
    const place = { opener: OPENER, at: OPENED };
    const { quality: _quality, ...others } = ALL_HELD;
    expect(unheldRoles(playbook, rosterOf(others), place)).toEqual([
      { role: 'quality', steps: ['one'], why: 'not held' },
    ]);
    expect(unheldRoles(playbook, rosterOf(ALL_HELD), place)).toEqual([]);
  });

  it('is named where only a ladder climbs to it, once for all steps', () => {
    const { commander: _commander, ...others } = ALL_HELD;
    expect(unheld(LADDER, others)).toMatchObject([{ role: 'commander', steps: ['decide', 'close'], why: 'not held' }]);
  });

  it('is one whose holder and deputies are all away now', () => {
    const absence = (person: string, to: string) => ({ person, from: '2026-09-01T00:00:00.000Z', to }) as never;
    const until = '2026-10-01T00:00:00.000Z';
    expect(unheld(LADDER, ALL_HELD, { absences: [absence('quin', until)] })).toMatchObject([
      { role: 'quality', why: 'away' },
    ]);
    const deputy = { ...ALL_HELD, quality: 'quin dana' };
    expect(unheld(LADDER, deputy, { absences: [absence('quin', until)] })).toEqual([]);
    expect(unheld(LADDER, deputy, { absences: [absence('quin', until), absence('dana', until)] })).toHaveLength(1);
    expect(unheld(LADDER, ALL_HELD, { absences: [absence('quin', OPENED as IsoInstant)] })).toEqual([]);
  });

  it('is one that only the opener holds, where the opener may not decide', () => {
    expect(unheld(LADDER, { ...ALL_HELD, quality: OPENER })).toEqual([
      { role: 'quality', steps: ['decide'], why: 'held by the opener alone' },
    ]);
    expect(unheld(LADDER, { ...ALL_HELD, quality: `${OPENER} dana` })).toEqual([]);
    // Whom only the ladder reaches comes after somebody who was asked.
    expect(unheld(LADDER, { ...ALL_HELD, commander: OPENER })).toEqual([]);
  });
});

describe('one human in roles that must be two people', () => {
  const BOTH = `
  decide: { kind: gate, title: D, approvers: { all: [quality, legal] }, due: PT8H, escalation: stays }`;
  const shared = (steps: string, roster: Roster) => sharedRoles(playbookOf(steps + closing('decide')), roster, OPENER);

  it('are different people in a roster that is right, a deputy of two roles included', () => {
    expect(shared(BOTH, rosterOf({ commander: 'cora dana', quality: 'quin dana', legal: 'lea dana' }))).toEqual([]);
  });

  it('are found where one id holds both', () => {
    const found = shared(BOTH, rosterOf({ ...ALL_HELD, quality: 'lea' }));
    expect(found).toEqual([{ step: 'decide', roles: ['quality', 'legal'], people: ['lea'] }]);
    expect(sharedWords(found[0]!)).toBe('decide: lea is one person in the roles quality and legal');
  });

  it.each([
    ['name', { lea: { name: 'Ada  LÓVELACE' }, quin: { name: 'Lovelace, Ada' } }],
    ['mail address', { lea: { email: 'Ada@maker.example' }, quin: { email: 'ada+quality@maker.example' } }],
  ])('are found under two ids by their %s', (_what, people) => {
    expect(shared(BOTH, rosterOf(ALL_HELD, people))).toEqual([
      { step: 'decide', roles: ['quality', 'legal'], people: ['quin', 'lea'] },
    ]);
  });

  it('are found where the second id is a deputy, or stands on the ladder alone', () => {
    const people = { dana: { name: 'lea' }, cora: { name: 'quin' } };
    expect(shared(BOTH, rosterOf({ ...ALL_HELD, quality: 'quin dana' }, people))).toEqual([
      { step: 'decide', roles: ['commander', 'quality'], people: ['cora', 'quin'] },
      { step: 'decide', roles: ['quality', 'legal'], people: ['dana', 'lea'] },
    ]);
  });

  it('are found where the opener, who may not decide, is asked under another id', () => {
    expect(shared(LADDER, rosterOf(ALL_HELD, { quin: { name: OPENER } }))).toEqual([
      { step: 'decide', roles: ['quality'], people: ['quin', OPENER] },
    ]);
  });

  it('are no matter where one vote is enough', () => {
    const one = BOTH.replace('all: [quality, legal]', 'any: [quality, legal], count: 1');
    expect(shared(one, rosterOf({ ...ALL_HELD, quality: 'lea' }))).toEqual([]);
    const two = BOTH.replace('all: [quality, legal]', 'any: [commander, quality, legal], count: 2');
    expect(shared(two, rosterOf({ ...ALL_HELD, quality: 'lea' }))).toEqual([]);
    expect(shared(two, rosterOf({ commander: 'lea', quality: 'lea', legal: 'lea' }))).toMatchObject([
      { roles: ['commander', 'quality', 'legal'], people: ['lea'] },
    ]);
  });
});
