import type { PlannedFiling } from './effects.js';
import type { RecallEvent } from './events.js';
import type { Playbook, StepDefinition } from './playbook.js';
import { stepOf } from './playbook.js';
import type { Ask, FilingState, RecallState, StepDetail, StepState } from './state.js';
import { after, type AskId, type StepName } from './words.js';

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
    case 'step failed':
      return withStep(state, event.step, () => ({ status: 'failed', endedAt: event.at }));
    case 'step reopened':
      return withStep(state, event.step, (step) => ({
        ...freshStep(stepOf(state.playbook, event.step)),
        round: step.round + 1,
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
      return {
        ...state,
        outbox: state.outbox.filter((pending) => pending !== effect),
        postponed: [...state.postponed, { effect, dueAt: event.until }],
      };
    }
    case 'effect result late':
    case 'decision refused':
    case 'answer refused':
      return state;
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
        nextRungAt: ask.status === 'answered' || ask.status === 'withdrawn' ? null : event.nextRungAt,
      }));
    case 'escalated':
      return withAsk(state, event.ask, (ask) => ({ climbed: ask.climbed + 1, nextRungAt: null }));
    case 'acting alone allowed':
      return withAsk(state, event.ask, () => ({ actAlone: true, nextRungAt: null }));
    case 'ask overdue':
      return withAsk(state, event.ask, () => ({ overdue: true }));
    case 'ask withdrawn':
      return withAsk(state, event.ask, () => ({ status: 'withdrawn', nextRungAt: null }));
    case 'answer given':
      return withAsk(state, event.ask, () => ({ status: 'answered', nextRungAt: null }));
    case 'decision given':
      return decided(state, event);
    case 'facts set':
      return { ...state, facts: { ...state.facts, ...event.facts } };
    case 'awareness recorded':
      return { ...state, awareness: { ...state.awareness, decision: event.instant } };
    case 'gate opened':
      return withDetail(state, event.step, 'gate', () => ({ approved: true }));
    case 'gate rejected':
      return withDetail(state, event.step, 'gate', () => ({ approved: false }));
    case 'shipping stopped':
      return withDetail(state, event.step, 'contain', () => ({
        reference: event.reference,
        unitsHeld: event.unitsHeld,
      }));
    case 'trace found':
      return withDetail(state, event.step, 'trace', () => ({ found: event.found }));
    case 'filings planned':
      return withDetail(state, event.step, 'filing', ({ filings: known }) => ({
        plannedFor: event.plannedFor,
        counselNeeded: event.plan.counselNeeded,
        filings: plannedAnew(known, event.plan.filings),
      }));
    case 'report sent':
      return withFiling(state, event.step, event.regime, (filing) => ({
        status: filing.status === 'filed' ? 'filed' : 'sent',
        sentAt: event.at,
        filedAt: filing.filedAt ?? (filing.mode === 'mail' && filing.returnedAt === null ? event.at : null),
      }));
    case 'report returned':
      return withFiling(state, event.step, event.regime, () => ({ returnedAt: event.at, filedAt: null }));
    case 'report filed':
      return withFiling(state, event.step, event.regime, (filing) => ({
        status: 'filed',
        filedAt: filing.filedAt ?? event.at,
        reference: event.reference,
      }));
    case 'recipients frozen': {
      const { recipients, unreachable, missingLanguages, hash } = event.frozen;
      return withDetail(state, event.step, 'campaign', (detail) => ({
        frozen: { recipients, unreachable, missingLanguages, hash },
        tally: { ...detail.tally, recipients, unreachable },
      }));
    }
    case 'preview approved': {
      const definition = stepOf(state.playbook, event.step);
      const watch = definition.kind === 'campaign' ? definition.watch : null;
      return withDetail(state, event.step, 'campaign', () => ({
        approvedAt: event.at,
        enoughBy: watch ? after(event.at, watch.by) : null,
      }));
    }
    case 'preview rejected':
      return withDetail(withoutActingAlone(state, event.step), event.step, 'campaign', (detail) => ({
        revision: detail.revision + 1,
        frozen: null,
        votes: [],
      }));
    case 'campaign tallied':
      return withDetail(state, event.step, 'campaign', () => ({
        tally: event.tally,
        nextDue: event.nextDue,
        finished: event.nextDue === null,
      }));
    case 'watch changed':
      return withDetail(state, event.step, 'campaign', () => ({ enough: event.value, tally: event.tally }));
    case 'enough not reached':
      return withDetail(state, event.step, 'campaign', () => ({ enoughBy: null, overdue: true }));
    case 'recall closed':
      return { ...state, closedAt: event.at };
    case 'closing report written':
      return state;
    default:
      return event satisfies never;
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
    ...(event.case && { caseDigest: event.case.digest }),
    openedAt: event.at,
    awareness: event.awareness,
    facts: {},
    steps: freshSteps(event.playbook),
    asks: [],
    outbox: [],
    postponed: [],
    seq: event.seq,
    now: event.at,
    closedAt: null,
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
    startedAt: null,
    endedAt: null,
    effects: 0,
    asks: 0,
    detail: freshDetail(definition),
  };
}

function freshDetail(definition: StepDefinition): StepDetail {
  switch (definition.kind) {
    case 'contain':
      return { kind: 'contain', reference: null, unitsHeld: null };
    case 'assessment':
    case 'task':
      return { kind: definition.kind };
    case 'gate':
      return { kind: 'gate', votes: [], approved: null };
    case 'trace':
      return { kind: 'trace', found: null };
    case 'filing':
      return { kind: 'filing', filings: [], counselNeeded: [], plannedFor: null };
    case 'campaign':
      return {
        kind: 'campaign',
        revision: 1,
        frozen: null,
        votes: [],
        approvedAt: null,
        tally: { recipients: 0, delivered: 0, refused: 0, bounced: 0, acknowledged: 0, unreachable: 0 },
        nextDue: null,
        finished: false,
        enough: false,
        enoughBy: null,
        overdue: false,
      };
    case 'closure':
      return { kind: 'closure', votes: [], shown: null };
    default:
      return definition satisfies never;
  }
}

function requested(state: RecallState, event: EventOf<'effect requested'>): RecallState {
  const { effect } = event;
  const postponed = state.postponed.filter((one) => one.effect.id !== effect.id);
  const again = postponed.length < state.postponed.length;
  const counted = again ? state : withStep(state, effect.step, (step) => ({ effects: step.effects + 1 }));
  const sending =
    effect.kind === 'fileReport'
      ? withFiling(counted, effect.step, effect.payload.regime, () => ({ status: 'sending' }))
      : counted;
  return { ...sending, postponed, outbox: [...state.outbox, effect] };
}

function asked(state: RecallState, event: EventOf<'asked'>): RecallState {
  const ask: Ask = {
    id: event.ask,
    step: event.step,
    round: event.round,
    question: event.question,
    role: event.role,
    regime: event.regime,
    shown: event.shown,
    exclude: event.exclude,
    status: 'opening',
    openedAt: null,
    dueAt: event.dueAt,
    overdue: false,
    people: [],
    escalation: event.escalation,
    climbed: 0,
    nextRungAt: null,
    actAlone: false,
  };
  const counted = withStep(state, event.step, (step) => ({ asks: step.asks + 1 }));
  return { ...counted, asks: [...counted.asks, ask] };
}

function decided(state: RecallState, event: EventOf<'decision given'>): RecallState {
  const { by, role, onBehalfOf, outcome, at } = event;
  const vote = { by, role, onBehalfOf, outcome, at };
  const answered = withAsk(state, event.ask, () => ({ status: 'answered', nextRungAt: null }));
  return {
    ...answered,
    steps: answered.steps.map((step) =>
      step.name === event.step && 'votes' in step.detail
        ? { ...step, detail: { ...step.detail, votes: [...step.detail.votes, vote] } }
        : step,
    ),
  };
}

function withStep(state: RecallState, name: StepName, change: (step: StepState) => Partial<StepState>): RecallState {
  return { ...state, steps: state.steps.map((step) => (step.name === name ? { ...step, ...change(step) } : step)) };
}

type DetailOf<K extends StepDetail['kind']> = Extract<StepDetail, { kind: K }>;

function withDetail<K extends StepDetail['kind']>(
  state: RecallState,
  name: StepName,
  kind: K,
  change: (detail: DetailOf<K>) => Partial<DetailOf<K>>,
): RecallState {
  return withStep(state, name, ({ detail }) =>
    detail.kind === kind ? { detail: { ...detail, ...change(detail as DetailOf<K>) } as StepDetail } : {},
  );
}

/** A new plan takes nothing back: what has gone to an authority is followed up, owed or not. */
function plannedAnew(known: FilingState[], plan: PlannedFiling[]): FilingState[] {
  const fresh = { status: 'planned', sentAt: null, returnedAt: null, filedAt: null, reference: null } as const;
  const planned = plan.map((one) => ({ ...fresh, ...known.find(({ regime }) => regime === one.regime), ...one }));
  const gone = known.filter((one) => one.status !== 'planned' && !plan.some(({ regime }) => regime === one.regime));
  return [...planned, ...gone];
}

function withFiling(
  state: RecallState,
  name: StepName,
  regime: string,
  change: (filing: DetailOf<'filing'>['filings'][number]) => Partial<DetailOf<'filing'>['filings'][number]>,
): RecallState {
  return withDetail(state, name, 'filing', (detail) => ({
    filings: detail.filings.map((filing) => (filing.regime === regime ? { ...filing, ...change(filing) } : filing)),
  }));
}

/** What the silence on one revision allowed does not count for the next. */
function withoutActingAlone(state: RecallState, name: StepName): RecallState {
  return { ...state, asks: state.asks.map((ask) => (ask.step === name ? { ...ask, actAlone: false } : ask)) };
}

function withAsk(state: RecallState, id: AskId, change: (ask: Ask) => Partial<Ask>): RecallState {
  return { ...state, asks: state.asks.map((ask) => (ask.id === id ? { ...ask, ...change(ask) } : ask)) };
}
