import { beforeEach, describe, expect, it } from '@jest/globals';
import { changedRoles, type Roster } from '../../engine/roster.js';
import type { IsoInstant, PersonId, RoleName } from '../../engine/words.js';
import { closing } from './playbooks.js';
import { answer, ask, at, give, of, opened, peopleFound, pending, step, tick, vote, type Recall } from './recall.js';

const STEPS = `
  decide: { kind: gate, title: Decide, approvers: { all: [quality, legal] }, exclude: [opener], due: PT8H, escalation: decision }
  pack: { kind: task, title: Pack, owner: quality, due: PT4H, escalation: stays }${closing('decide', 'pack')}`;

const QUALITY = 'quality' as RoleName;
let recall: Recall;
beforeEach(() => {
  recall = opened(STEPS);
  peopleFound(recall);
});

/** Quality is held by this person from now on, or by nobody. */
function held(holder: string | null, deputies: string[] = [], when?: string) {
  const change = { role: QUALITY, holder: holder as PersonId | null, deputies: deputies as PersonId[] };
  return give(recall, { type: 'roster changed', roles: [change] }, when);
}

/** Whoever holds quality now is found, for whichever of its asks. */
function found(...people: string[]): void {
  for (const effect of recall.state.outbox) {
    if (effect.kind !== 'askPeople') continue;
    const asked = people.filter((person) => !effect.payload.exclude.includes(person as PersonId));
    const result = { people: asked.map((one) => ({ person: one as PersonId, role: QUALITY, onBehalfOf: null })) };
    give(recall, { type: 'effect done', effect: effect.id, kind: 'askPeople', result });
  }
}

const people = (id: string): string[] => ask(recall, id).people.map(({ person }) => person);

describe('when a role changes hands', () => {
  it('who leaves is asked no more, in every open ask of the role and in no other', () => {
    const events = held('nina');
    expect(of(events, 'people left')).toMatchObject([
      { ask: 'decide/1/1', people: ['quality-holder'] },
      { ask: 'pack/1/1', people: ['quality-holder'] },
    ]);
    expect(people('decide/1/1')).toEqual([]);
    expect(people('decide/1/2')).toEqual(['legal-holder']);
    expect(recall.state.outbox.map(({ payload }) => payload)).toMatchObject([
      { ask: 'decide/1/1', to: 'holder', exclude: ['opener'] },
      { ask: 'pack/1/1', to: 'holder', exclude: [] },
    ]);
  });

  it('who comes is asked and decides, and who left is refused with that reason, by decision, answer and renewal', () => {
    held('nina');
    found('nina');
    expect(people('decide/1/1')).toEqual(['nina']);
    expect(vote(recall, 'decide/1/1', 'quality-holder', 'approve')).toMatchObject([
      { type: 'decision refused', reason: 'role-left' },
    ]);
    expect(answer(recall, 'pack/1/1', 'quality-holder', {})).toMatchObject([{ reason: 'role-left' }]);
    const renewal = { ask: ask(recall, 'decide/1/1').id, by: 'quality-holder' as PersonId };
    expect(give(recall, { type: 'renewal', renewal })).toMatchObject([{ reason: 'role-left' }]);
    expect(vote(recall, 'decide/1/1', 'stranger', 'approve')).toMatchObject([{ reason: 'not-asked' }]);
    answer(recall, 'pack/1/1', 'nina', {});
    vote(recall, 'decide/1/1', 'nina', 'approve');
    vote(recall, 'decide/1/2', 'legal-holder', 'approve');
    expect(step(recall, 'decide').status).toBe('done');
  });

  it('what was decided while one held the role stands', () => {
    vote(recall, 'decide/1/1', 'quality-holder', 'approve');
    expect(of(held('nina'), 'people left').map(({ ask: id }) => id)).toEqual(['pack/1/1']);
    vote(recall, 'decide/1/2', 'legal-holder', 'approve');
    expect(step(recall, 'decide').status).toBe('done');
  });

  it('who comes back is asked again', () => {
    held('nina');
    found('nina');
    held('quality-holder');
    found('quality-holder');
    expect(people('decide/1/1')).toEqual(['quality-holder']);
    expect(vote(recall, 'decide/1/1', 'quality-holder', 'approve')).toMatchObject([{ type: 'decision given' }]);
  });

  it('who was deputy and now holds the role is asked as its holder', () => {
    const deputy = { person: 'quality-deputy' as PersonId, role: QUALITY, onBehalfOf: 'quality-holder' as PersonId };
    tick(recall, 'PT2H');
    const effect = pending(recall, 'askPeople');
    give(recall, { type: 'effect done', effect: effect.id, kind: 'askPeople', result: { people: [deputy] } });
    held('quality-deputy');
    found('quality-deputy');
    expect(ask(recall, 'decide/1/1').people).toEqual([{ ...deputy, onBehalfOf: null }]);
  });

  it('the ladder goes on as it stood, and at once where nobody is left', () => {
    held('nina', [], 'PT1H');
    found('nina');
    expect(ask(recall, 'decide/1/1').nextRungAt).toBe(at('PT2H'));
    held(null, [], 'PT1H30M');
    const before = recall.events.length;
    found();
    expect(of(recall.events.slice(before), 'escalated')).toContainEqual(
      expect.objectContaining({ ask: 'decide/1/1', to: 'deputy', at: at('PT1H30M') }),
    );
  });

  it('the holders of roles that the ladder has reached change as well', () => {
    tick(recall, 'PT2H');
    peopleFound(recall);
    tick(recall, 'PT4H');
    peopleFound(recall);
    const commander = { role: 'commander' as RoleName, holder: 'cleo' as PersonId, deputies: [] };
    const events = give(recall, { type: 'roster changed', roles: [commander] });
    expect(of(events, 'people left').map(({ people: gone }) => gone)).toContainEqual(['commander-holder']);
    expect(recall.state.outbox.map(({ payload }) => payload)).toContainEqual(
      expect.objectContaining({ ask: 'decide/1/1', to: 'commander' }),
    );
  });

  it('an effect that was on its way may have read the roster before: whom it found is replaced', () => {
    recall = opened(STEPS);
    held('nina');
    expect(of(recall.events, 'people left')).toEqual([]);
    // It stands in the outbox since the opening.
    const effect = pending(recall, 'askPeople');
    const early = { person: 'quality-holder' as PersonId, role: QUALITY, onBehalfOf: null };
    give(recall, { type: 'effect done', effect: effect.id, kind: 'askPeople', result: { people: [early] } });
    expect(ask(recall, 'decide/1/1')).toMatchObject({ people: [], left: ['quality-holder'], status: 'open' });
    found('nina');
    expect(people('decide/1/1')).toEqual(['nina']);
    expect(vote(recall, 'decide/1/1', 'quality-holder', 'approve')).toMatchObject([{ reason: 'role-left' }]);
  });
});

describe('what a new roster changes', () => {
  const roster = (roles: object[], absences: object[] = []): Roster => ({ people: [], roles, absences }) as never;
  const quality = { role: 'quality', holder: 'quin', deputies: ['dana'] };
  const legal = { role: 'legal', holder: 'lea', deputies: [] };
  const now = '2026-09-10T08:00:00.000Z' as IsoInstant;

  it.each([
    ['nothing', [quality, legal], [quality, legal], []],
    ['the holder', [quality, legal], [{ ...quality, holder: 'nina' }, legal], [{ ...quality, holder: 'nina' }]],
    ['a deputy', [quality], [{ ...quality, deputies: [] }], [{ ...quality, deputies: [] }]],
    ['a role that is gone', [quality, legal], [legal], [{ role: 'quality', holder: null, deputies: [] }]],
    ['a role that is new', [legal], [quality, legal], [quality]],
  ])('is %s', (_what, before, after, changed) => {
    expect(changedRoles(roster(before), roster(after), now)).toEqual(changed);
  });

  it('is a role whose holder is away now, and none whose holder will be', () => {
    const away = (from: string) => [{ person: 'quin', from, to: '2026-10-01T00:00:00.000Z' }];
    const before = roster([quality, legal]);
    expect(changedRoles(before, roster([quality, legal], away('2026-09-01T00:00:00.000Z')), now)).toEqual([quality]);
    expect(changedRoles(before, roster([quality, legal], away('2026-09-11T00:00:00.000Z')), now)).toEqual([]);
  });

  it('is every role where there was no roster', () => {
    expect(changedRoles(null, roster([quality]), now)).toEqual([quality]);
  });
});
