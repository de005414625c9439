import { EFFECTS_THAT_READ, type Effect, type EffectRequest } from './effects.js';
import type { RecallEvent, StepEvent } from './events.js';
import { stepOf, type Playbook, type StepDefinition } from './playbook.js';
import type { Ask, RecallState, StepState } from './state.js';
import { modelOf } from './steps/models.js';
import type { AskId, IsoInstant, StepName } from './words.js';

/** Folds one event into the state. Total and pure: the state is what the events say, so the ledger can rebuild it. */
export function evolve(before: RecallState | null, event: RecallEvent): RecallState {
  if (event.type === 'recall opened') return opened(event);
  if (before === null) throw new Error(`the first event opens the recall, not: ${event.type}`);
  const state = { ...before, seq: event.seq, now: event.at };
  switch (event.type) {
    case 'step started':
      return withStep(state, event.step, () => ({ status: 'active', startedAt: event.at, endedAt: null }));
    case 'step skipped':
      return withStep(state, event.step, () => ({ status: 'skipped', endedAt: event.at }));
    case 'step done':
      return withStep(state, event.step, () => ({ status: 'done', endedAt: event.at }));
    case 'step resumed':
      return withStep(state, event.step, () => ({ status: 'active', endedAt: null }));
    case 'step failed':
      return withStep(state, event.step, () => ({ status: 'failed', endedAt: event.at }));
    case 'step reopened':
      return withStep(state, event.step, (step) => ({
        ...freshStep(stepOf(state.playbook, event.step)),
        round: step.round + 1,
        because: event.because,
      }));
    case 'effect requested':
      return requested(state, event);
    case 'effect done':
    case 'effect failed':
      return {
        ...state,
        outbox: state.outbox.filter((effect) => effect.id !== event.effect),
        postponed: state.postponed.filter(({ effect }) => effect.id !== event.effect),
      };
    case 'effect postponed': {
      const effect = state.outbox.find((pending) => pending.id === event.effect)!;
      const definition = stepOf(state.playbook, effect.step);
      const told = withStep(state, effect.step, ({ detail }) => ({
        detail: modelOf(definition.kind).postponed?.(detail, effect, event.failure) ?? detail,
      }));
      return {
        ...told,
        outbox: state.outbox.filter((pending) => pending !== effect),
        postponed: [...state.postponed, { effect: requestOf(effect), dueAt: event.until }],
      };
    }
    case 'effect result late':
    case 'decision refused':
    case 'answer refused':
    case 'cancellation refused':
    case 'retrace refused':
    case 'finding refused':
    case 'mention judged':
      return state;
    case 'mention noted':
      return { ...state, mentions: [...state.mentions, event.mention] };
    case 'asked':
      return asked(state, event);
    case 'people asked':
      return withAsk(state, event.ask, (ask) => ({
        status: ask.status === 'opening' ? 'open' : ask.status,
        openedAt: ask.openedAt ?? event.at,
        people: [
          ...ask.people,
          ...event.people.filter((one) => !ask.people.some((known) => known.person === one.person)),
        ],
        left: ask.left.filter((person) => !event.people.some((one) => one.person === person)),
        nextRungAt: ask.status === 'answered' || ask.status === 'withdrawn' ? null : event.nextRungAt,
      }));
    case 'roster changed': {
      const changed = event.roles.map((held) => ({ ...held, since: event.seq }));
      const others = state.held.filter(({ role }) => !changed.some((held) => held.role === role));
      return { ...state, held: [...others, ...changed] };
    }
    case 'people left':
      return withAsk(state, event.ask, (ask) => ({
        people: ask.people.filter(({ person }) => !event.people.includes(person)),
        left: [...ask.left, ...event.people.filter((person) => !ask.left.includes(person))],
      }));
    case 'escalated':
      return withAsk(state, event.ask, (ask) => ({ climbed: ask.climbed + 1, nextRungAt: null }));
    case 'acting alone allowed':
      return withAsk(state, event.ask, () => ({ actAlone: true, nextRungAt: null }));
    case 'acting alone ended':
      return withAsk(state, event.ask, () => ({ actAlone: false }));
    case 'ask overdue':
      return withAsk(state, event.ask, () => ({ overdue: true }));
    case 'ask withdrawn':
      return withAsk(state, event.ask, () => ({ status: 'withdrawn', nextRungAt: null }));
    case 'ask renewed':
      return withoutVotesOn(
        withAsk(state, event.ask, () => ({ status: 'withdrawn', nextRungAt: null, actAlone: false })),
        event,
      );
    case 'answer given':
    case 'answer corrected': {
      const { by, values } = event;
      return withAsk(state, event.ask, () => ({ status: 'answered', nextRungAt: null, given: { by, values } }));
    }
    case 'decision given':
      return decided(state, event);
    case 'facts set':
      return { ...state, facts: { ...state.facts, ...event.facts } };
    case 'finding attached': {
      const { kind, by, role, text, file, at } = event;
      return { ...state, findings: [...state.findings, { kind, by, role, text, file, at }] };
    }
    case 'injury recorded':
      return {
        ...state,
        injuries: [...state.injuries, event.injury],
        facts: { ...state.facts, ...event.facts },
      };
    case 'awareness recorded':
      return { ...state, awareness: { ...state.awareness, decision: event.instant } };
    case 'recall closed':
      return { ...state, closedAt: event.at };
    case 'recall cancelled':
    case 'recall ended':
      return { ...state, endedAt: event.at };
    default:
      return changedByKind(state, event);
  }
}

type EventOf<T extends RecallEvent['type']> = Extract<RecallEvent, { type: T }>;

function opened(event: EventOf<'recall opened'>): RecallState {
  return {
    v: 1,
    recallId: event.recallId,
    mode: event.mode,
    action: event.action,
    playbook: event.playbook,
    scope: event.scope,
    opener: event.opener,
    case: event.case,
    openedAt: event.at,
    awareness: event.awareness,
    facts: {},
    injuries: [],
    mentions: [],
    steps: freshSteps(event.playbook),
    asks: [],
    rejections: [],
    findings: [],
    held: [],
    outbox: [],
    postponed: [],
    seq: event.seq,
    now: event.at,
    closedAt: null,
    endedAt: null,
  };
}

function freshSteps(playbook: Playbook): StepState[] {
  return playbook.steps.map(freshStep);
}

function freshStep(definition: StepDefinition): StepState {
  return {
    name: definition.name,
    status: 'waiting',
    round: 1,
    because: null,
    startedAt: null,
    endedAt: null,
    effects: 0,
    asks: 0,
    detail: modelOf(definition.kind).fresh(definition),
  };
}

/** What an event of one kind of step changes is that kind's own. */
function changedByKind(state: RecallState, event: StepEvent & { at: IsoInstant }): RecallState {
  const definition = stepOf(state.playbook, event.step);
  return withStep(state, event.step, ({ detail }) => ({
    detail: modelOf(definition.kind).evolve(detail, event, definition),
  }));
}

function requested(state: RecallState, event: EventOf<'effect requested'>): RecallState {
  const { effect } = event;
  const postponed = state.postponed.filter((one) => one.effect.id !== effect.id);
  const again = postponed.length < state.postponed.length;
  const counted = again ? state : withStep(state, effect.step, (step) => ({ effects: step.effects + 1 }));
  const kind = stepOf(state.playbook, effect.step).kind;
  const told = withStep(counted, effect.step, ({ detail }) => ({
    detail: modelOf(kind).requested?.(detail, effect) ?? detail,
  }));
  // All that led to an effect was said before it was asked for, and nothing that follows is for it to read.
  const reads = EFFECTS_THAT_READ[effect.kind] ? event.seq : null;
  return { ...told, postponed, outbox: [...state.outbox, { ...effect, reads }] };
}

/** What stands until it is asked for again, which says anew what it reads. */
function requestOf({ id, kind, step, round, payload }: Effect): EffectRequest {
  return { id, kind, step, round, payload } as EffectRequest;
}

function asked(state: RecallState, event: EventOf<'asked'>): RecallState {
  const ask: Ask = {
    id: event.ask,
    step: event.step,
    round: event.round,
    question: event.question,
    role: event.role,
    about: event.about,
    form: event.form,
    evidence: event.evidence,
    shown: event.shown,
    exclude: event.exclude,
    status: 'opening',
    openedAt: null,
    dueAt: event.dueAt,
    overdue: false,
    people: [],
    given: null,
    left: [],
    escalation: event.escalation,
    climbed: 0,
    nextRungAt: null,
    actAlone: false,
  };
  const counted = withStep(state, event.step, (step) => ({ asks: step.asks + 1 }));
  return { ...counted, asks: [...counted.asks, ask] };
}

function decided(state: RecallState, event: EventOf<'decision given'>): RecallState {
  const { ask, step: name, by, role, onBehalfOf, verb, reason, accepted, at } = event;
  const vote = { ask, by, role, onBehalfOf, verb, accepts: accepted.map(({ rule }) => rule), at };
  const answered = withAsk(state, event.ask, () => ({ status: 'answered', nextRungAt: null }));
  const rejection = { step: name, at, by, onBehalfOf, role, reason };
  return {
    ...answered,
    rejections: verb === 'reject' ? [...answered.rejections, rejection] : answered.rejections,
    steps: answered.steps.map((step) =>
      step.name === event.step && 'votes' in step.detail
        ? { ...step, detail: { ...step.detail, votes: [...step.detail.votes, vote] } }
        : step,
    ),
  };
}

/** What was decided on a question that is put anew does not count for the new one. */
function withoutVotesOn(state: RecallState, { ask, step: name }: EventOf<'ask renewed'>): RecallState {
  return withStep(state, name, ({ detail }) =>
    'votes' in detail ? { detail: { ...detail, votes: detail.votes.filter((vote) => vote.ask !== ask) } } : {},
  );
}

function withStep(state: RecallState, name: StepName, change: (step: StepState) => Partial<StepState>): RecallState {
  return { ...state, steps: state.steps.map((step) => (step.name === name ? { ...step, ...change(step) } : step)) };
}

function withAsk(state: RecallState, id: AskId, change: (ask: Ask) => Partial<Ask>): RecallState {
  return { ...state, asks: state.asks.map((ask) => (ask.id === id ? { ...ask, ...change(ask) } : ask)) };
}
