import {
  allHandlersFinished,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.js';
import { decide, nextDue } from '../engine/decide.js';
import type { Effect, EffectActivities, EffectKind, EffectReturn } from '../engine/effects.js';
import type { RecallEvent } from '../engine/events.js';
import { evolve } from '../engine/evolve.js';
import type { Input, InputAt } from '../engine/inputs.js';
import { open } from '../engine/open.js';
import { phaseOf } from '../engine/phase.js';
import type { RecallState } from '../engine/state.js';
import { epochMs, instantOf, type IsoInstant } from '../engine/words.js';
import {
  FOR_EVER,
  QUERIES,
  SIGNALS,
  UPDATES,
  type Advanced,
  type AdvanceUpdate,
  type AnswerUpdate,
  type Applied,
  type AttachUpdate,
  type CancelUpdate,
  type Carried,
  type DecideUpdate,
  type Halt,
  type Message,
  type RawDecision,
  type RecallInput,
  type RecallEnd,
  type Relayed,
  type RenewUpdate,
  type RepairUpdate,
  type RetraceUpdate,
  type Repaired,
  type Unreadable,
  type UpdateAnswer,
} from './contract.js';
import { detailsOf, searchAttributesOf, timerSummaryOf, viewOf } from './words.js';

// This file is what is bundled: the workflows beside the recall's own leave from here.
export { sendTestNotice } from './test-notice.js';

const EFFECTS_AT_ONCE_MAX = 8;
const APPEND_EVENTS_MAX = 200;
const SEEN_IDS_MAX = 500;
const ANSWERED_MAX = 200;
const NOT_TAKEN = 'the engine could not take it';
/** Past this a run starts no new effect, lets what runs finish and continues as new, however busy it is. */
const HISTORY_EVENTS_HARD_MAX = 12_000;

const effectActivities = proxyActivities<EffectActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});
const { appendEvents } = proxyActivities<Pick<Activities, 'appendEvents'>>({
  startToCloseTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});

const decideUpdate = defineUpdate<Applied, [DecideUpdate]>(UPDATES.decide);
const answerUpdate = defineUpdate<Applied, [AnswerUpdate]>(UPDATES.answer);
const renewUpdate = defineUpdate<Applied, [RenewUpdate]>(UPDATES.renew);
const cancelUpdate = defineUpdate<Applied, [CancelUpdate]>(UPDATES.cancel);
const retraceUpdate = defineUpdate<Applied, [RetraceUpdate]>(UPDATES.retrace);
const attachUpdate = defineUpdate<Applied, [AttachUpdate]>(UPDATES.attach);
const advanceUpdate = defineUpdate<Advanced, [AdvanceUpdate]>(UPDATES.advance);
const repairUpdate = defineUpdate<Repaired, [RepairUpdate]>(UPDATES.repair);
const relayedSignal = defineSignal<[Relayed]>(SIGNALS.relayed);
const rawDecisionSignal = defineSignal<[RawDecision]>(SIGNALS.rawDecision);
const stateQuery = defineQuery<RecallState>(QUERIES.state);

type Started = { effect: Effect; returned: EffectReturn<EffectKind> | null; failed: unknown; halt: Halt | null };

/** The interpreter: runs the engine durably. It knows no step kind; it folds inputs, runs what the outbox holds, and waits. */
export async function recall(input: RecallInput): Promise<RecallEnd> {
  const stepped = input.open.clock === 'stepped';
  // Not a failure of the workflow, which would end it: with the right keys the same input can be read.
  if ('unreadable' in input) throw new Error(`the input cannot be read: ${String(input.unreadable)}`);
  const { state: first, pending, ...carried } = input.carried ?? begin(input);
  let state = first;
  let { appended, clockAt, stepNo } = carried;
  const seenIds = carried.seenIds;
  const answered = carried.answered ?? [];
  /** Effects in the order in which they were started; stepped drills fold their results in that order. */
  const started: Started[] = [];
  let appending = false;
  /** Why the ledger takes no more of this recall; events wait for it, and nothing new begins. */
  let appendHalt = null as Halt | null;
  /** Why the engine cannot do what is due; what people do, it still takes. */
  let tickHalt = null as Halt | null;
  let haltsTold = '[]';
  let changes = 0;
  let draining = false;

  const now = (): IsoInstant => (stepped ? clockAt : instantOf(Date.now()));

  /** The one way into the engine. A fault in it leaves the state untouched and refuses, instead of blocking every caller. */
  const apply = (given: Input, at: IsoInstant): RecallEvent[] => {
    if (stepped && at > clockAt) clockAt = at;
    const stamped: InputAt = { ...given, at: now() };
    let events: RecallEvent[];
    try {
      events = decide(state, stamped);
      state = events.reduce<RecallState>(evolve, state);
    } catch (fault) {
      log.error('engine fault', { input: given.type, fault: String(fault) });
      throw ApplicationFailure.nonRetryable(`the engine could not take: ${given.type}`, 'engine-fault');
    }
    pending.push(...events);
    changes += 1;
    return events;
  };
  const applyQuietly = (given: Input, at: IsoInstant): boolean => {
    try {
      apply(given, at);
      return true;
    } catch {
      // The fault has been logged; a result or a signal has nobody to be refused to.
      return false;
    }
  };
  const halts = (): Halt[] => [
    ...[appendHalt, tickHalt].filter((halt) => halt !== null),
    ...started.flatMap(({ halt }) => (halt === null ? [] : [halt])),
  ];
  /** Whoever asks for something while the ledger takes nothing is told so: what they do would not be recorded. */
  const requireRecorded = (): void => {
    if (appendHalt !== null) throw ApplicationFailure.nonRetryable(appendHalt.message, 'recall-halted');
  };

  /** Temporal knows the id of an update within one run only; sent again in a later run, it is answered as it was. */
  const answerOnce = (given: Input, at: IsoInstant): Applied => {
    const id = currentUpdateInfo()?.id;
    const known = answered.find((one) => one.id === id);
    if (known) return answerAs(known);
    const events = apply(given, at);
    const answer = answerOf(events, state.seq);
    if (id !== undefined) answered.push({ id, ...answer });
    if (answered.length > ANSWERED_MAX) answered.shift();
    return answerAs(answer);
  };

  /** Nothing of what is left can go on by itself. */
  const standsStill = (): boolean =>
    halts().length > 0 && !appending && started.every((one) => one.halt !== null || isFinished(one));
  const isSettled = (): boolean =>
    state.outbox.length === 0 && started.length === 0 && pending.length === 0 && !appending;
  const answerAdvance = (settled: boolean): Advanced => ({
    settled,
    nextDue: nextDue(state),
    seq: state.seq,
    phase: phaseOf(state),
  });

  setHandler(decideUpdate, ({ decision, at }) => answerOnce({ type: 'decision', decision }, at), {
    validator: (given: DecideUpdate) => {
      requireRead(given, 'decide');
      requireRecorded();
    },
  });
  setHandler(answerUpdate, ({ answer, at }) => answerOnce({ type: 'answer', answer }, at), {
    validator: (given: AnswerUpdate) => {
      requireRead(given, 'answer');
      requireRecorded();
    },
  });
  setHandler(renewUpdate, ({ renewal, at }) => answerOnce({ type: 'renewal', renewal }, at), {
    validator: (given: RenewUpdate) => {
      requireRead(given, 'renew');
      requireRecorded();
    },
  });
  setHandler(cancelUpdate, ({ cancellation, at }) => answerOnce({ type: 'cancellation', cancellation }, at), {
    validator: (given: CancelUpdate) => {
      requireRead(given, 'cancel');
      requireRecorded();
    },
  });
  setHandler(retraceUpdate, ({ retrace, at }) => answerOnce({ type: 'retrace', retrace }, at), {
    validator: (given: RetraceUpdate) => {
      requireRead(given, 'retrace');
      requireRecorded();
    },
  });
  setHandler(attachUpdate, ({ finding, at }) => answerOnce({ type: 'finding', finding }, at), {
    validator: (given: AttachUpdate) => {
      requireRead(given, 'attach');
      requireRecorded();
    },
  });
  setHandler(
    advanceUpdate,
    async (step) => {
      if (step.stepNo === null || step.stepNo > stepNo) {
        stepNo = step.stepNo ?? stepNo;
        if (step.to > clockAt) clockAt = step.to;
        const due = nextDue(state);
        if (due !== null && due <= clockAt && tickHalt === null && !applyQuietly({ type: 'tick' }, clockAt))
          tickHalt = { what: 'tick', message: NOT_TAKEN };
      }
      await condition(() => isSettled() || draining || standsStill());
      const [halt] = halts();
      if (halt !== undefined) throw ApplicationFailure.nonRetryable(`${halt.what}: ${halt.message}`, 'recall-halted');
      return answerAdvance(isSettled());
    },
    {
      validator: (given: AdvanceUpdate) => {
        requireRead(given, 'advance');
        if (!stepped) throw ApplicationFailure.nonRetryable('the clock of a recall cannot be moved', 'mode-is-recall');
      },
    },
  );
  setHandler(
    repairUpdate,
    () => {
      const tried = halts().map(({ what }) => what);
      appendHalt = null;
      tickHalt = null;
      // They stand in the outbox still, so they begin again.
      for (const one of started.filter(({ halt }) => halt !== null)) started.splice(started.indexOf(one), 1);
      changes += 1;
      return { seq: appended, tried };
    },
    { validator: (given: RepairUpdate) => requireRead(given, 'repair') },
  );
  setHandler(relayedSignal, (given) => {
    if (isRead(given, 'relayed') && isNew(seenIds, given.id)) applyQuietly(given.input, given.at);
  });
  setHandler(rawDecisionSignal, (given) => {
    if (!isRead(given, 'raw decision') || !isNew(seenIds, given.id)) return;
    applyQuietly({ type: 'raw decision', decision: given.decision, token: given.token }, given.at);
  });
  setHandler(stateQuery, () => state);

  const foldResults = (): void => {
    for (;;) {
      const next = stepped ? started[0] : started.find((one) => isFinished(one) && one.halt === null);
      if (!next || !isFinished(next) || next.halt !== null) return;
      const message =
        whyForEver(next.failed) ??
        whyNoReturn(next.returned) ??
        (applyQuietly(inputOf(next), now()) ? null : NOT_TAKEN);
      if (message === null) started.splice(started.indexOf(next), 1);
      else next.halt = { what: next.effect.id, message };
    }
  };
  const startEffects = (): void => {
    for (const effect of state.outbox) {
      const running = started.filter(({ halt }) => halt === null).length;
      if (draining || appendHalt !== null || running >= EFFECTS_AT_ONCE_MAX) return;
      if (started.some((one) => one.effect.id === effect.id)) continue;
      if (effect.reads !== null && effect.reads > appended) {
        // In a stepped drill the order of starting is that of the results, so what comes later waits with it.
        if (stepped) return;
        continue;
      }
      const one: Started = { effect, returned: null, failed: null, halt: null };
      started.push(one);
      void run(effect, state.recallId, now()).then(
        (returned) => void ((one.returned = returned), (changes += 1)),
        (failed: unknown) => void ((one.failed = failed ?? 'failed'), (changes += 1)),
      );
    }
  };
  const startAppend = (): void => {
    const telling = halts();
    if (appending || appendHalt !== null) return;
    if (pending.length === 0 && JSON.stringify(telling) === haltsTold) return;
    const events = pending.slice(0, APPEND_EVENTS_MAX);
    appending = true;
    void appendEvents({ recallId: state.recallId, events, view: viewOf(state), halts: telling }).then(
      () => {
        appended = events.at(-1)?.seq ?? appended;
        pending.splice(0, events.length);
        haltsTold = JSON.stringify(telling);
        appending = false;
        changes += 1;
      },
      (failure: unknown) => {
        // The activity is tried without end unless it says that this would be in vain.
        appendHalt = { what: 'append', message: whyForEver(failure) ?? messageOf(failure) };
        appending = false;
        changes += 1;
      },
    );
  };

  let told = '';
  let timer: Timer | null = null;
  for (;;) {
    foldResults();
    const due = nextDue(state);
    const isHeld = appendHalt !== null || tickHalt !== null;
    if (!stepped && !isHeld && due !== null && due <= now() && !applyQuietly({ type: 'tick' }, now()))
      tickHalt = { what: 'tick', message: NOT_TAKEN };
    const begun = started.length;
    // Effects go out before the append that records them, which brings them sooner; those that read it come after it.
    startEffects();
    startAppend();
    // Telling Temporal's UI waits where effects begin: it would keep them waiting, and this loop soon turns again.
    if (started.length === begun) told = tell(state, halts(), told);

    const idle = started.every(({ halt }) => halt !== null) && !appending && pending.length === 0;
    if (state.endedAt !== null && isSettled() && allHandlersFinished()) {
      return { recallId: state.recallId, endedAt: state.endedAt, seq: state.seq };
    }
    const info = workflowInfo();
    const isFull = info.historyLength > HISTORY_EVENTS_HARD_MAX;
    if (info.continueAsNewSuggested || isFull) draining = draining || isFull || isSettled();
    if (draining && idle && allHandlersFinished()) {
      const next: Carried = { state, pending, appended, clockAt, seenIds, answered, stepNo };
      await continueAsNew<typeof recall>({ ...input, carried: next });
    }

    const seen = changes;
    const woken = (): boolean => changes !== seen || (draining && idle && allHandlersFinished()) || hasEnded();
    const hasEnded = (): boolean => state.endedAt !== null && isSettled() && allHandlersFinished();
    const next = stepped || appendHalt !== null || tickHalt !== null ? null : nextDue(state);
    if (next === null) await condition(woken);
    else timer = await waitUntil(next, timer, woken, timerSummaryOf(state, next));
  }
}

function begin({ open: opening }: RecallInput): Carried {
  const { state, events } = open(opening);
  return { state, pending: events, appended: 0, clockAt: opening.openedAt, seenIds: [], answered: [], stepNo: 0 };
}

type Timer = { due: IsoInstant; fired: boolean; cancel: () => void };

/** Waits for a change or for the instant, with one timer that is kept until the instant changes. */
async function waitUntil(due: IsoInstant, timer: Timer | null, woken: () => boolean, summary: string): Promise<Timer> {
  const kept = timer?.due === due && !timer.fired ? timer : startTimer(due, timer, summary);
  await condition(() => woken() || kept.fired);
  return kept;
}

function startTimer(due: IsoInstant, former: Timer | null, summary: string): Timer {
  if (former && !former.fired) former.cancel();
  const scope = new CancellationScope();
  const timer: Timer = { due, fired: false, cancel: () => scope.cancel() };
  const waitMs = Math.max(1, epochMs(due) - Date.now());
  scope
    .run(() => sleep(waitMs, { summary }))
    .then(
      () => void (timer.fired = true),
      (ended: unknown) => {
        if (!isCancellation(ended)) throw ended;
      },
    );
  return timer;
}

async function run(
  effect: Effect,
  recallId: RecallState['recallId'],
  now: IsoInstant,
): Promise<EffectReturn<EffectKind>> {
  const activity = effectActivities[effect.kind] as (call: unknown) => Promise<EffectReturn<EffectKind>>;
  return activity({ ...effect, recallId, now });
}

/** What an effect that has ended tells the engine. */
function inputOf({ effect: { id, kind }, returned, failed }: Started): Input {
  if (returned === null) {
    const failure = { code: 'service-missing', message: messageOf(failed), retryAfterSeconds: null };
    return { type: 'effect failed', effect: id, failure };
  }
  if ('failed' in returned) return { type: 'effect failed', effect: id, failure: returned.failed };
  return { type: 'effect done', effect: id, kind, result: returned.result };
}

/** Why an activity would fail for ever, in its own words; null where it has not said so. */
function whyForEver(failed: unknown): string | null {
  if (!(failed instanceof ActivityFailure) || !(failed.cause instanceof ApplicationFailure)) return null;
  return failed.cause.type === FOR_EVER ? failed.cause.message : null;
}

/** Why a result is none, such as one that does not decrypt; null where it is one. */
function whyNoReturn(returned: EffectReturn<EffectKind> | Unreadable | null): string | null {
  return returned !== null && 'unreadable' in returned ? returned.unreadable : null;
}

function isFinished(one: Started): boolean {
  return one.returned !== null || one.failed !== null;
}

function answerOf(events: RecallEvent[], seq: number): UpdateAnswer {
  const refused = events.find(
    (event) =>
      event.type === 'decision refused' ||
      event.type === 'answer refused' ||
      event.type === 'cancellation refused' ||
      event.type === 'retrace refused' ||
      event.type === 'finding refused',
  );
  if (!refused) return { seq, refusal: null };
  const message = refused.type === 'decision refused' || refused.type === 'answer refused' ? refused.message : '';
  return { seq, refusal: { reason: refused.reason, message: message || refused.reason } };
}

/** A refusal has been folded as an event; now the caller hears it, with its type. */
function answerAs({ seq, refusal }: UpdateAnswer): Applied {
  if (refusal === null) return { seq };
  const { reason: type, message } = refusal;
  throw ApplicationFailure.create({ message, type, nonRetryable: true, details: [seq] });
}

/** Why a message is none that may be taken under this name; null where it is one. */
function whyNot(given: Message | Unreadable | null | undefined, name: Message['message']): string | null {
  if (typeof given !== 'object' || given === null) return 'nothing was said';
  if ('unreadable' in given) return given.unreadable;
  return given.message === name ? null : `this is no message of the name ${name}`;
}

function requireRead(given: Message, name: Message['message']): void {
  const why = whyNot(given, name);
  if (why !== null) throw ApplicationFailure.nonRetryable(why, 'wrong-use');
}

/** A signal has nobody to be refused to: the log says what was left aside. Nothing of it is looked at before, for it may be nothing at all. */
function isRead(given: Message, name: Message['message']): boolean {
  const why = whyNot(given, name);
  if (why !== null) log.error('a signal that cannot be read', { name, why });
  return why === null;
}

function isNew(seenIds: string[], id: string): boolean {
  if (seenIds.includes(id)) return false;
  seenIds.push(id);
  if (seenIds.length > SEEN_IDS_MAX) seenIds.shift();
  return true;
}

/** Tells Temporal's own UI how the recall stands, once per change. */
function tell(state: RecallState, halts: Halt[], told: string): string {
  const details = detailsOf(state, halts);
  if (details === told) return told;
  setCurrentDetails(details);
  upsertSearchAttributes(searchAttributesOf(state, halts));
  return details;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'the effect failed';
}
