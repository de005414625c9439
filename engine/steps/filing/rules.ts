import { aboutFiling } from '../../about.js';
import type { DocumentRef, EffectPayload } from '../../effects.js';
import type { RefusalReason, StepInput } from '../../inputs.js';
import { evaluateCondition } from '../../conditions.js';
import { contextOf } from '../results.js';
import { changesWords, correctedFacts, factChanges } from '../../fact-changes.js';
import { filingName, type PlannedFiling } from '../../filing.js';
import type { Injury } from '../../injury.js';
import { knownOf } from './known-of.js';
import type { ReportName } from '../../reports.js';
import type { Ask, RecallState, StateOf } from '../../state.js';
import {
  asksOf,
  finish,
  hasEnded,
  isPending,
  isUnanswered,
  openAsk,
  request,
  say,
  stepState,
  withdraw,
  type Turn,
} from '../../turn.js';
import {
  after,
  earlier,
  type FilingId,
  type IsoInstant,
  type PersonId,
  type RegimeId,
  type Sha256,
} from '../../words.js';
import type { StepRules } from '../step-rules.js';
import type { FilingInput, FilingState, FilingStep } from './model.js';

type Filing = StateOf<'filing'>;

/** What is owed to authorities: planned by the rules of each market, sent its own way, and not done before it has its reference. */
export const filing: StepRules<'filing'> = {
  afterClosing: 'takes what comes',
  react(turn, step, definition) {
    if (step.detail.isHeld && isCalledFor(turn.state, definition)) return release(turn, step, null);
    const key = turn.state.awareness.decision ?? 'undecided';
    if (step.detail.plannedFor !== key) return plan(turn, step, definition);
    const hurt = unplanned(turn.state, step)[0];
    if (hurt) return planAccident(turn, step, hurt);
    for (const one of step.detail.filings) if (isOfAccident(one)) prepare(turn, step, one);
    if (step.detail.isHeld && !step.detail.isWaived && hold(turn, step, definition)) return;
    if (!step.detail.isWaived) for (const one of step.detail.filings) if (!isOfAccident(one)) prepare(turn, step, one);
    const wrong = toldWrongly(turn.state, step)[0];
    if (wrong) return planSupplement(turn, step, wrong);
    const { filings, isWaived } = stepState(turn.state, step.name).detail as Filing['detail'];
    const owed = filings.filter((one) => isOfAccident(one) || !isWaived);
    if (owed.every((one) => one.status === 'filed' || notOwed(turn.state, one))) {
      finish(turn, step, isWaived ? 'not owed' : 'filed');
    }
  },
  onResult(turn, step, definition, result) {
    if (result.kind === 'planFilings' && result.effect.payload.only !== null) {
      const { only } = result.effect.payload;
      const corrects = lastOf(step, only[0]!)?.id ?? null;
      say(turn, { type: 'filings added', step: step.name, plan: result.result, corrects, injury: null });
    } else if (result.kind === 'planFilings' && result.effect.payload.injury !== null) {
      const { n: injury } = result.effect.payload.injury;
      say(turn, { type: 'filings added', step: step.name, plan: result.result, corrects: null, injury });
    } else if (result.kind === 'planFilings') {
      const plannedFor = result.effect.payload.awareness.decision ?? 'undecided';
      say(turn, { type: 'filings planned', step: step.name, plan: result.result, plannedFor });
    }
    if (result.kind === 'fileReport')
      sent(turn, step, definition, result.effect.payload.filing, result.result.documents);
  },
  /** Authorities are told from knowledge on: a recall that is turned down, or not decided, takes nothing of that back. */
  startsHeld: {
    applies: ({ report }) => report === 'initial',
    begin: (turn, { name }) => say(turn, { type: 'filing held', step: name }),
  },
  resumes: (state, step, definition) =>
    unplanned(state, step).length > 0 ||
    toldWrongly(state, step).length > 0 ||
    (step.detail.isWaived && isCalledFor(state, definition)),
  /** Who submits a pack that is being made anew would tell the authority what is not so. */
  whyNotNow(state, step, ask, { values }) {
    if (ask.question === 'waive-filing')
      return values.file === 'not-owed' && values.reason === undefined ? WITHOUT_REASON : null;
    const one = step.detail.filings.find((known) => isAbout(ask, known));
    const isOld = state.outbox.some(
      ({ kind, payload }) => kind === 'fileReport' && payload.filing.id === one?.id && payload.filing.mode === 'portal',
    );
    if (!one) return null;
    if (!isOld) return values.reason === undefined ? wrongReference(state, one, String(values.reference)) : null;
    const asked = ask.evidence.facts ?? {};
    const changes = changesWords(factChanges(asked, state.facts));
    return ['stale-hash', `the report is being made anew, and is asked for again: ${changes}`];
  },
  /** A report that does not get out does not stop the clock that runs against it: a person files it another way. */
  onPostponed(turn, step, definition) {
    for (const { effect } of turn.state.postponed) {
      if (effect.kind !== 'fileReport' || effect.step !== step.name) continue;
      const one = filingOf(step, effect.payload.filing.id);
      if (one && one.reference === null && !isAsked(turn.state, step, one))
        ask(turn, step, definition, one, 'submit-filing');
    }
  },
  onAnswer(turn, step, _definition, ask, { by, values }) {
    if (ask.question === 'waive-filing') {
      if (values.file === 'now') return release(turn, step, by);
      return say(turn, { type: 'filing waived', step: step.name, by, reason: String(values.reason) as Sha256 });
    }
    const one = step.detail.filings.find((known) => isAbout(ask, known));
    if (one) filed(turn, step, one, String(values.reference));
  },
  /** What an authority calls a report is a record of ours, as long as others of the step are under way. */
  correction: {
    whyNot: (_state, { status }, { question }) =>
      question === 'waive-filing'
        ? 'what was said of what is owed has been acted on'
        : status !== 'active'
          ? 'all reports of its step have their reference'
          : null,
    take(turn, step, _definition, ask, { values }) {
      const one = step.detail.filings.find((known) => isAbout(ask, known));
      const reference = String(values.reference);
      if (one) say(turn, { type: 'reference corrected', step: step.name, about: aboutFiling(one.id), reference });
    },
  },
  onInput(turn, step, definition, input) {
    if (!isAboutFiling(input) || step.status !== 'active') return false;
    const one = filingOf(step, input.about.id);
    if (!one) return false;
    if (one.reference === null) TAKES[input.type](turn, step, definition, one, input);
    return true;
  },
  again(turn, step, effect) {
    if (effect.kind !== 'fileReport') return effect;
    const one = filingOf(step, effect.payload.filing.id);
    // A report that is tried again says what is known by then.
    return one ? { ...effect, payload: reportOf(turn, step, one) } : effect;
  },
  due: (state, step) =>
    step.detail.filings.reduce<IsoInstant | null>((due, one) => earlier(due, chaseAt(state, step, one)), null),
  onDue(turn, step, definition) {
    for (const one of step.detail.filings) {
      const at = chaseAt(turn.state, step, one);
      if (at !== null && at <= turn.at) ask(turn, step, definition, one, 'chase-receipt');
    }
  },
};

const WITHOUT_REASON: [RefusalReason, string] = [
  'wrong-answer',
  'expected reason=TEXT: why nothing is owed to an authority',
];

/** What keeps a reference from being taken without a reason: its form, or that another report has it; null where nothing does. */
function wrongReference(
  { steps }: RecallState,
  { id, referencePattern }: FilingState,
  reference: string,
): [RefusalReason, string] | null {
  const others = steps.flatMap(({ detail }) => (detail.kind === 'filing' ? detail.filings : []));
  const other = others.find((one) => one.id !== id && one.reference === reference);
  if (other) return ['wrong-answer', `${filingName(other.id)} has this reference already; ${WITH_REASON}`];
  if (new RegExp(`^(?:${referencePattern})$`, 'u').test(reference)) return null;
  return ['wrong-answer', `expected a reference of the form ${referencePattern}; ${WITH_REASON}`];
}

const WITH_REASON = 'it is taken with reason=TEXT, which says why it is right';

/** Whether the playbook itself says that the reports go out now. */
function isCalledFor(state: RecallState, { when }: FilingStep): boolean {
  return when === null || evaluateCondition(when, contextOf(state)) === true;
}

function release(turn: Turn, step: Filing, by: PersonId | null): void {
  withdraw(
    turn,
    asksOf(turn.state, step).filter(({ question }) => question === 'waive-filing'),
  );
  say(turn, { type: 'filing released', step: step.name, by });
}

/** Asks once, by the first instant of what is owed, whether it is reported; false where nothing is owed that could be. */
function hold(turn: Turn, step: Filing, definition: FilingStep): boolean {
  const dueAt = step.detail.filings.reduce<IsoInstant | null>((first, one) => earlier(first, one.dueAt), null);
  if (dueAt === null) return false;
  if (asksOf(turn.state, step).some(({ question }) => question === 'waive-filing')) return true;
  const { owner, waiver, due, escalation } = definition;
  const runs = dueAt > turn.at ? dueAt : undefined;
  openAsk(turn, step.name, { question: 'waive-filing', role: waiver ?? owner, due, dueAt: runs, escalation });
  return true;
}

type Take<I> = (turn: Turn, step: Filing, definition: FilingStep, one: FilingState, input: I) => void;

/** What is done about each input while the report has no reference. */
const TAKES = {
  'receipt came'(turn, step, _definition, one, { reference }) {
    withdraw(
      turn,
      asksOf(turn.state, step).filter((open) => isAbout(open, one)),
    );
    filed(turn, step, one, reference);
  },
  /** Nobody was notified, so its owner submits it another way, at once and by the same instant. */
  'report came back'(turn, step, definition, one) {
    if (one.returnedAt !== null) return;
    say(turn, { type: 'report returned', step: step.name, about: aboutFiling(one.id) });
    withdraw(
      turn,
      asksOf(turn.state, step).filter((open) => isAbout(open, one) && open.question === 'chase-receipt'),
    );
    if (!isAsked(turn.state, step, one)) ask(turn, step, definition, one, 'submit-filing');
  },
  /** Only a person can understand it: the owner is asked to read it, unless they are asked already. */
  'mail came'(turn, step, definition, one, { automatic, text }) {
    say(turn, { type: 'authority replied', step: step.name, about: aboutFiling(one.id), automatic, text });
    if (!isAsked(turn.state, step, one)) ask(turn, step, definition, one, 'chase-receipt');
  },
} satisfies { [T in FilingInput['type']]: Take<Extract<FilingInput, { type: T }>> } as Record<
  FilingInput['type'],
  Take<FilingInput>
>;

function isAboutFiling(input: StepInput): input is FilingInput {
  return Object.hasOwn(TAKES, input.type);
}

function plan(turn: Turn, step: Filing, { report }: FilingStep): void {
  if (isPending(turn.state, step.name, 'planFilings')) return;
  const markets = turn.state.steps.flatMap(({ detail }) =>
    detail.kind === 'trace' ? (detail.found?.markets ?? []) : [],
  );
  request(turn, step.name, 'planFilings', {
    markets,
    awareness: turn.state.awareness,
    report,
    n: numberOf(turn.state, step, report),
    domain: turn.state.case?.domain ?? null,
    only: null,
    injury: null,
  });
}

/** Sends a report whose clock runs, or makes a pack anew that does not say what is known now. */
function prepare(turn: Turn, step: Filing, one: FilingState): void {
  if (one.status === 'planned' && one.dueAt !== null) send(turn, step, one);
  else if (isToBeMadeAnew(turn.state, one)) makeAnew(turn, step, one);
}

function isOfAccident({ report }: FilingState): boolean {
  return report === 'accident';
}

/** Those who were hurt, and of whom no authority is told yet: by the step that reports first, whatever has been decided. */
function unplanned({ injuries, playbook }: RecallState, { name, detail }: Filing): Injury[] {
  const first = playbook.steps.find((one) => one.kind === 'filing' && one.report === 'initial');
  return first?.name === name ? injuries.filter(({ n }) => !detail.accidents.includes(n)) : [];
}

/** What is owed where it happened, from knowing of it on. */
function planAccident(turn: Turn, step: Filing, { n, severity, country, knownAt }: Injury): void {
  if (isPending(turn.state, step.name, 'planFilings')) return;
  request(turn, step.name, 'planFilings', {
    markets: [{ market: country, units: 1, consignees: 0 }],
    awareness: { ...turn.state.awareness, injury: knownAt },
    report: 'accident',
    n,
    domain: turn.state.case?.domain ?? null,
    only: null,
    injury: { n, severity },
  });
}

/** What an authority was told that is not so any more is corrected by a report of its own. */
function planSupplement(turn: Turn, step: Filing, wrong: FilingState): void {
  if (isPending(turn.state, step.name, 'planFilings')) return;
  const before = step.detail.filings.filter(({ regime, report }) => regime === wrong.regime && report === 'supplement');
  const steps = turn.state.playbook.steps.filter(({ kind }) => kind === 'filing').map(({ name }) => name);
  request(turn, step.name, 'planFilings', {
    markets: wrong.markets.map((market) => ({ market, units: 1, consignees: 0 })),
    awareness: { ...turn.state.awareness, change: turn.at },
    report: 'supplement',
    // No two of a recall have one number, whichever step and whichever of its rounds they are of.
    n: (step.round - 1) * SUPPLEMENTS_OF_A_ROUND + before.length * steps.length + steps.indexOf(step.name) + 1,
    domain: turn.state.case?.domain ?? null,
    only: [wrong.regime],
    injury: null,
  });
}

const SUPPLEMENTS_OF_A_ROUND = 1_000;

/** The newest report to a regime of what is known at large; an accident's is of that accident. */
function lastOf(step: Filing, regime: RegimeId): FilingState | undefined {
  return step.detail.filings.findLast((one) => one.regime === regime && one.report !== 'accident');
}

/** The newest report to each regime, where the authority was told by it what has been corrected since. */
function toldWrongly(state: RecallState, step: Filing): FilingState[] {
  return step.detail.filings.filter(
    (one) =>
      lastOf(step, one.regime) === one &&
      isTold(one) &&
      !one.isCorrected &&
      one.says !== null &&
      correctedFacts(one.says, state.facts).length > 0,
  );
}

/** Whether the authority has it: by our mail, unless that came back, or by the person who gave its reference. */
function isTold({ mode, status, returnedAt, reference }: FilingState): boolean {
  if (reference !== null) return true;
  return mode === 'mail' && status === 'sent' && returnedAt === null;
}

/** A pack that a person is to submit says what is known now, or is made anew. */
function isToBeMadeAnew(state: RecallState, one: FilingState): boolean {
  if (one.says === null || isTold(one) || one.documents.length === 0) return false;
  const runs = state.outbox.some(({ kind, payload }) => kind === 'fileReport' && payload.filing.id === one.id);
  return !runs && factChanges(one.says, state.facts).length > 0;
}

/** The pack alone: whether its mail is tried again, or has come back, is another matter. */
function makeAnew(turn: Turn, step: Filing, one: FilingState): void {
  const payload = reportOf(turn, step, one);
  request(turn, step.name, 'fileReport', { ...payload, filing: { ...payload.filing, mode: 'portal' } });
}

/**
 * The number that the reports of a step carry: one for each round of each step that asks for a report of this name, so that
 * no two of a recall have one id, and what answers an earlier one is not taken for an answer to a later one.
 */
function numberOf({ playbook }: RecallState, { name, round }: Filing, report: ReportName): number {
  const steps = playbook.steps.filter((one) => one.kind === 'filing' && one.report === report);
  return (round - 1) * steps.length + steps.findIndex((one) => one.name === name) + 1;
}

function send(turn: Turn, step: Filing, one: FilingState): void {
  request(turn, step.name, 'fileReport', reportOf(turn, step, one));
}

function reportOf(turn: Turn, step: Filing, one: FilingState): EffectPayload<'fileReport'> {
  const { awareness, scope, facts } = turn.state;
  const {
    status: _s,
    sentAt: _t,
    returnedAt: _b,
    filedAt: _f,
    reference: _r,
    documents: _d,
    replies: _a,
    says: _y,
    isCorrected: _c,
    ...filing
  } = one;
  const { filings } = step.detail;
  const before = filings
    .slice(0, filings.indexOf(one))
    .findLast(({ regime, report, says }) => regime === one.regime && report !== 'accident' && says !== null);
  const changes = one.report === 'supplement' && before ? factChanges(before.says!, facts) : [];
  return { filing, awareness, scope, facts, changes, known: knownOf(turn.state, turn.at) };
}

function sent(
  turn: Turn,
  step: Filing,
  definition: FilingStep,
  { id, mode }: PlannedFiling,
  documents: DocumentRef[],
): void {
  const one = filingOf(step, id)!;
  say(turn, { type: 'report sent', step: step.name, about: aboutFiling(one.id), mode, documents });
  // An authority's reference can overtake the word that the report went out.
  if (mode !== 'portal' || one.reference !== null) return;
  const former = asksOf(turn.state, step).filter((open) => isAbout(open, one) && isUnanswered(open));
  withdraw(turn, former);
  ask(turn, step, definition, one, 'submit-filing', former[0]?.dueAt);
}

function ask(
  turn: Turn,
  step: Filing,
  definition: FilingStep,
  one: FilingState,
  question: 'submit-filing' | 'chase-receipt',
  stood?: IsoInstant,
): void {
  const { owner: role, due, escalation } = definition;
  const runs = question === 'submit-filing' && one.dueAt !== null && one.dueAt > turn.at ? one.dueAt : undefined;
  const dueAt = stood ?? runs;
  openAsk(turn, step.name, { question, role, due, dueAt, escalation, about: aboutFiling(one.id) });
}

function filed(turn: Turn, step: Filing, one: FilingState, reference: string): void {
  const filedAt = one.filedAt ?? turn.at;
  const onTime = one.dueAt !== null && filedAt <= one.dueAt;
  say(turn, { type: 'report filed', step: step.name, about: aboutFiling(one.id), reference, onTime });
  // A report that waited for another try has been filed another way.
  for (const { effect } of turn.state.postponed) {
    if (effect.kind !== 'fileReport' || effect.payload.filing.id !== one.id) continue;
    const failure = { code: 'not-needed', message: 'filed another way', retryAfterSeconds: null };
    say(turn, { type: 'effect failed', effect: effect.id, failure });
  }
}

/**
 * When a missing receipt is chased: once, by asking the owner; from then on that ask's ladder runs. Where the mail came back
 * the owner has been asked to submit the report, and that ask stands until the report is filed.
 */
function chaseAt(state: RecallState, step: Filing, one: FilingState): IsoInstant | null {
  if (one.mode !== 'mail' || one.status !== 'sent' || one.sentAt === null) return null;
  return isAsked(state, step, one) ? null : after(one.sentAt, one.receiptWithin);
}

function isAsked(state: RecallState, step: Filing, one: FilingState): boolean {
  return asksOf(state, step).some((open) => isAbout(open, one) && isUnanswered(open));
}

function filingOf(step: Filing, id: FilingId): FilingState | undefined {
  return step.detail.filings.find((one) => one.id === id);
}

function isAbout({ about }: Ask, { id }: FilingState): boolean {
  return about?.kind === 'filing' && about.id === id;
}

/** A duty that counts from the decision to recall does not arise where no gate can decide it any more. */
function notOwed(state: RecallState, one: FilingState): boolean {
  const gates = state.steps.filter(({ detail }) => detail.kind === 'gate');
  return one.dueAt === null && state.awareness.decision === null && gates.every(hasEnded);
}
