import type { AskedPerson } from './effects.js';
import { isDecision } from './form.js';
import type { RefusalReason } from './inputs.js';
import type { LadderRung } from './playbook.js';
import type { Ask, RecallState } from './state.js';
import type { Vote } from './vote.js';
import { outlivesItsStep } from './steps/asks.js';
import { request, say, type Turn } from './turn.js';
import { after, type IsoDuration, type IsoInstant, type PersonId, type RoleName, type Sha256 } from './words.js';

type Climb = { after: IsoDuration | null; every: IsoDuration | null; to: RoleName | 'deputy' | 'act-alone' };

/** A ladder with its repeats written out, so that the number of rungs climbed says where it stands. */
function climbs(ladder: LadderRung[]): Climb[] {
  return ladder.flatMap((rung): Climb[] => {
    if (rung.kind === 'after') return [{ after: rung.after, every: null, to: rung.to }];
    const repeated = Array.from({ length: rung.times }, (): Climb => ({ after: null, every: rung.every, to: rung.to }));
    return rung.then === 'act-alone' ? [...repeated, { after: null, every: rung.every, to: 'act-alone' }] : repeated;
  });
}

function climbOf(state: RecallState, ask: Ask): Climb | null {
  const ladder = ask.escalation === null ? [] : (state.playbook.escalations[ask.escalation] ?? []);
  return climbs(ladder)[ask.climbed] ?? null;
}

/** When the next rung is due for an ask opened at `openedAt` whose last rung was climbed at `climbedAt`. */
function nextRungAt(state: RecallState, ask: Ask, openedAt: IsoInstant, climbedAt: IsoInstant): IsoInstant | null {
  const climb = climbOf(state, ask);
  if (climb === null) return null;
  return climb.after === null ? after(climbedAt, climb.every!) : after(openedAt, climb.after);
}

/** Whom an ask has been put to so far: the holders of its role, and whom each rung named that was climbed. */
export function reached(state: RecallState, { escalation, climbed }: Ask): ('holder' | 'deputy' | RoleName)[] {
  const ladder = escalation === null ? [] : (state.playbook.escalations[escalation] ?? []);
  const rungs = climbs(ladder).slice(0, climbed);
  return [...new Set(['holder' as const, ...rungs.flatMap(({ to }) => (to === 'act-alone' ? [] : [to]))])];
}

/** The people have been found and told. Where nobody holds the role, the ladder goes on at once: silence is never the end. */
export function peopleAsked(turn: Turn, ask: Ask, rung: number, people: AskedPerson[]): void {
  // Where people are found anew, the ladder goes on as it stood.
  const climbed = ask.actAlone ? null : nextRungAt(turn.state, ask, ask.openedAt ?? turn.at, turn.at);
  const next = ask.nextRungAt ?? climbed;
  const nobody = people.length === 0 && ask.people.length === 0;
  say(turn, {
    type: 'people asked',
    ask: ask.id,
    step: ask.step,
    rung,
    people,
    nextRungAt: nobody && next !== null ? turn.at : next,
  });
}

/** Climbs the rung that is due. */
export function climb(turn: Turn, ask: Ask): void {
  const due = climbOf(turn.state, ask)!;
  if (due.to === 'act-alone') {
    say(turn, { type: 'acting alone allowed', ask: ask.id, step: ask.step });
    return;
  }
  const rung = ask.climbed + 1;
  say(turn, { type: 'escalated', ask: ask.id, step: ask.step, rung, to: due.to, nextRungAt: null });
  const { id, role, exclude } = ask;
  request(turn, ask.step, 'askPeople', { ask: id, role, to: due.to, rung, exclude });
}

/** Whether this person may speak on this ask now; else why not. The order of the checks is the order in which a person would explain it. */
export function mayAnswer(
  state: RecallState,
  ask: Ask | undefined,
  by: PersonId,
  shown: Sha256 | null,
): { asked: AskedPerson } | { refused: RefusalReason } {
  if (!ask) return { refused: 'unknown-ask' };
  if (ask.exclude.includes(by)) return { refused: 'opener-excluded' };
  const step = state.steps.find((one) => one.name === ask.step)!;
  // One person has one vote, whatever roles they hold; where a playbook lets one stand for two, one for each role.
  const hasVoted = (vote: Vote): boolean =>
    vote.by === by && (state.playbook.samePerson === 'refused' || vote.ask === ask.id);
  // A question beside the vote, such as what becomes of a wave that has stopped, is for whoever voted too.
  const isVote = isDecision(ask.form) && ask.round === step.round;
  if (isVote && 'votes' in step.detail && step.detail.votes.some(hasVoted)) {
    return { refused: 'already-voted' };
  }
  const asked = ask.people.find((one) => one.person === by);
  if (!asked) return { refused: ask.left.includes(by) ? 'role-left' : 'not-asked' };
  if (ask.status !== 'open' || !(step.status === 'active' || outlivesItsStep(ask.question)))
    return { refused: 'gate-closed' };
  if (shown !== null && shown !== ask.shown) return { refused: 'stale-hash' };
  return { asked };
}

/** True where this ask's ladder has ended and the person holds the right to decide alone. */
export function mayActAlone(state: RecallState, ask: Ask, by: PersonId): boolean {
  if (!ask.actAlone) return false;
  return ask.people.some((one) => one.person === by && state.playbook.roles[one.role]?.may.includes('act-alone'));
}
