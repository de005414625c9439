import type { LedgerEntry } from '../../engine/facts.js';
import { decide } from '../../engine/decide.js';
import { hashOf } from '../../engine/digest.js';
import { aboutFiling, type AboutA } from '../../engine/about.js';
import type { Awareness } from '../../engine/awareness.js';
import type { Effect, EffectFailure, EffectKind, EffectResult, RecallCase } from '../../engine/effects.js';
import { filingIdOf, type PlannedFiling } from '../../engine/filing.js';
import type { Known } from '../../engine/known.js';
import type { Traced } from '../../engine/traced.js';
import type { EventType, RecallEvent } from '../../engine/events.js';
import { evolve } from '../../engine/evolve.js';
import type { Input } from '../../engine/inputs.js';
import { open, type Opening } from '../../engine/open.js';
import type { FactValue, Playbook } from '../../engine/playbook.js';
import { REPORTS } from '../../engine/reports.js';
import type { Scope } from '../../engine/scope.js';
import type { Ask, RecallState, StepState } from '../../engine/state.js';
import { NO_TALLY, type Tally } from '../../engine/tally.js';
import {
  after,
  type AskId,
  type EffectId,
  type FilingId,
  type IsoDate,
  type IsoDuration,
  type IsoInstant,
  type Language,
  type PersonId,
  type RecallId,
  type RegimeId,
  type Sha256,
  type StepName,
} from '../../engine/words.js';
import { requirePlaybook } from '../../playbooks/parse.js';

export const OPENED = '2026-09-10T08:00:00.000Z' as IsoInstant;

/** What a recall under test is about. */
export const SCOPE: Scope = {
  version: 1,
  kind: 'window',
  item: '22423',
  from: '2026-03-03' as IsoDate,
  to: '2026-06-02' as IsoDate,
};

/** Since when a maker under test has known, the day before the opening. */
export const AWARENESS: Awareness = {
  firstSignal: '2026-09-07T09:20:00.000Z' as IsoInstant,
  reportableInformation: '2026-09-09T15:30:00.000Z' as IsoInstant,
  decision: null,
};

/** What the case file says of a recall under test. */
export const CASE: RecallCase = {
  product: 'Cake stand',
  hazard: 'The rod can fail.',
  identification: 'Date codes.',
  domain: null,
  digest: 'c'.repeat(64) as Sha256,
};

/** A recall under test: its state, and all events so far. */
export type Recall = { state: RecallState; events: RecallEvent[] };

/** A playbook of these steps, with the roles and ladders that the tests speak of. */
export function playbookOf(steps: string, more = ''): Playbook {
  const text = `
playbook: under-test
version: 1
title: Under test
${more}
facts: { risk: { enum: [serious, low] }, injuries: number }
roles:
  commander: { title: Commander, may: [act-alone] }
  quality: { title: Quality }
  legal: { title: Legal }
escalations:
  decision:
    - { after: PT2H, to: deputy }
    - { after: PT4H, to: commander }
    - { every: PT3H, to: commander, times: 2, then: act-alone }
  stays:
    - { every: PT3H, to: commander, times: 1, then: stay }
steps:
${steps}
`;
  return requirePlaybook(text, 'under-test.yaml', {
    notices: { 'recall-notice': ['en' as Language] },
    publicNotices: { 'public-notice': ['en'] as Language[] },
    shortNotices: { 'recall-notice': { sms: ['en' as Language], voice: ['en' as Language] } },
    reports: REPORTS,
  });
}

/** The opening of a drill by `opener`. */
export function openingOf(playbook: Playbook, changes: Partial<Opening> = {}): Opening {
  return {
    recallId: 'RC-2026-0001' as RecallId,
    mode: 'drill',
    action: 'recall',
    playbook,
    scope: SCOPE,
    awareness: AWARENESS,
    opener: 'opener' as PersonId,
    sharedRoles: [],
    case: CASE,
    openedAt: OPENED,
    ...changes,
  };
}

/** Opens a recall on these steps by `opener`. */
export function opened(steps: string, recalled: RecallCase | null = CASE): Recall {
  return open(openingOf(playbookOf(steps), { case: recalled }));
}

/** The instant so long after the opening. */
export function at(duration: string): IsoInstant {
  return after(OPENED, duration as IsoDuration);
}

/** Gives an input, now or so long after the opening, and returns the events that followed. */
export function give(recall: Recall, input: Input, when?: string): RecallEvent[] {
  const events = decide(recall.state, { ...input, at: when === undefined ? recall.state.now : at(when) });
  recall.state = events.reduce<RecallState>(evolve, recall.state);
  recall.events.push(...events);
  return events;
}

export function tick(recall: Recall, when: string): RecallEvent[] {
  return give(recall, { type: 'tick' }, when);
}

/** The effect that stands in the outbox; throws where it does not, so that no test plays what was never asked for. */
export function pending<K extends EffectKind>(recall: Recall, kind: K): Extract<Effect, { kind: K }> {
  const found = recall.state.outbox.find((effect) => effect.kind === kind);
  if (!found) throw new Error(`no ${kind} in the outbox: ${recall.state.outbox.map(({ id }) => id).join(', ')}`);
  return found as Extract<Effect, { kind: K }>;
}

/** The first effect of that kind in the outbox ends with this result. */
export function done<K extends EffectKind>(
  recall: Recall,
  kind: K,
  result: EffectResult<K>,
  when?: string,
): RecallEvent[] {
  const effect = pending(recall, kind);
  return give(recall, { type: 'effect done', effect: effect.id, kind, result }, when);
}

/** The first effect of that kind in the outbox fails. */
export function failed(
  recall: Recall,
  kind: EffectKind,
  retryAfterSeconds: number | null,
  when?: string,
): RecallEvent[] {
  const failure: EffectFailure = { code: 'service-missing', message: 'not there', retryAfterSeconds };
  return give(recall, { type: 'effect failed', effect: pending(recall, kind).id, failure }, when);
}

/** People are found for every ask that waits for them: `<role>-holder`, `<role>-deputy`, or nobody for the roles in `nobody`. */
export function peopleFound(recall: Recall, nobody: string[] = []): void {
  for (const effect of recall.state.outbox) {
    if (effect.kind !== 'askPeople') continue;
    const { role, to, exclude } = effect.payload;
    const isDeputy = to === 'deputy';
    const asked = isDeputy || to === 'holder' ? role : to;
    const people = [
      {
        person: `${asked}-${isDeputy ? 'deputy' : 'holder'}` as PersonId,
        role: asked,
        onBehalfOf: isDeputy ? (`${asked}-holder` as PersonId) : null,
      },
    ].filter(({ person }) => !exclude.includes(person) && !nobody.includes(person));
    give(recall, { type: 'effect done', effect: effect.id, kind: 'askPeople', result: { people } });
  }
}

/** Lets time pass and the people whom the ladder then names be found. */
export function tickAndAsk(recall: Recall, when: string): RecallEvent[] {
  const before = recall.events.length;
  tick(recall, when);
  peopleFound(recall);
  return recall.events.slice(before);
}

export function ask(recall: Recall, id: string): Ask {
  const found = recall.state.asks.find((one) => one.id === id);
  if (!found) throw new Error(`no ask ${id}: ${recall.state.asks.map((one) => one.id).join(', ')}`);
  return found;
}

type Said = { when?: string; shown?: string; accepts?: string[] };

/** Somebody decides on an ask, on what it showed unless told otherwise. */
export function vote(
  recall: Recall,
  id: string,
  by: string,
  verb: 'approve' | 'reject',
  { when, shown, accepts = [] }: Said = {},
): RecallEvent[] {
  const known = recall.state.asks.find((one) => one.id === id);
  const decision = {
    ask: id as AskId,
    by: by as PersonId,
    verb,
    shown: (shown ?? known?.shown ?? '0'.repeat(64)) as Sha256,
    reason: null,
    accepted: accepts.map((rule) => ({ rule, reason: hashOf(rule) })),
    via: 'link' as const,
  };
  return give(recall, { type: 'decision', decision }, when);
}

export function answer(
  recall: Recall,
  id: string,
  by: string,
  values: Record<string, FactValue>,
  when?: string,
): RecallEvent[] {
  return give(
    recall,
    { type: 'answer', answer: { ask: id as AskId, by: by as PersonId, values, corrects: false } },
    when,
  );
}

/** The same in the place of what was answered before. */
export function correct(
  recall: Recall,
  id: string,
  by: string,
  values: Record<string, FactValue>,
  when?: string,
): RecallEvent[] {
  return give(
    recall,
    { type: 'answer', answer: { ask: id as AskId, by: by as PersonId, values, corrects: true } },
    when,
  );
}

/** The warehouse is away, and the commander sees to it by telephone that seven units are held. */
export function containedByTelephone(recall: Recall): void {
  failed(recall, 'stopShipping', 900);
  peopleFound(recall);
  answer(recall, 'contain/1/1', 'commander-holder', { confirmationNumber: 'by phone', unitsHeld: 7 });
}

/** Legal closes the recall two hours after its opening, and the report of it is written. */
export function close(recall: Recall): void {
  vote(recall, 'close/1/1', 'legal-holder', 'approve', { when: 'PT2H' });
  done(recall, 'writeClosingReport', { documents: [] });
}

export function step(recall: Recall, name: string): StepState {
  return recall.state.steps.find((one) => one.name === name)!;
}

export function typesOf(events: RecallEvent[]): EventType[] {
  return events.map(({ type }) => type);
}

/** The events of one type among these. */
export function of<T extends EventType>(events: RecallEvent[], type: T): Extract<RecallEvent, { type: T }>[] {
  return events.filter((event) => event.type === type) as Extract<RecallEvent, { type: T }>[];
}

export function tally(counts: Partial<Tally>): Tally {
  return { ...NO_TALLY, recipients: 10, ...counts };
}

export const TRACED: Traced = {
  saleLines: 4,
  unitsSold: 20,
  consignees: 3,
  unidentifiedLines: 0,
  unidentifiedUnits: 0,
  creditLines: 0,
  unitsCredited: 0,
  unitsCreditedMatched: 0,
  markets: [],
  unmarked: null,
};

export function frozenAs(hash: string): EffectResult<'freezeRecipients'> {
  const en = 'en' as Language;
  const document = { name: 'preview.json', sha256: hash as Sha256 };
  return {
    recipients: 10,
    customers: 10,
    persons: 10,
    notTold: 0,
    unreachable: 0,
    critical: {},
    wishes: { honoured: 0, overruled: 0 },
    waves: [2, 8],
    byLanguage: { [en]: 10 },
    missingLanguages: [],
    errors: [],
    hash: hash as Sha256,
    document,
  };
}

/** What is said of the first report to a regime, or of one by its whole id. */
export function about(filing: string): AboutA<'filing'> {
  return aboutFiling((filing.includes('/') ? filing : `${filing}/initial/1`) as FilingId);
}

/** A filing owed to an authority, the first of its name or the n-th, due a day after the opening. */
export function owed(regime: string, changes: Partial<PlannedFiling> = {}, n = 1): PlannedFiling {
  const report = changes.report ?? 'initial';
  return {
    id: filingIdOf(regime as RegimeId, report, n),
    regime: regime as RegimeId,
    report,
    authority: `Authority of ${regime}`,
    mode: 'mail',
    lawText: 'immediately',
    target: 'PT24H' as IsoDuration,
    targetIsOurs: true,
    lawCountsFrom: 'knowing',
    countedFrom: 'reportableInformation',
    dueAt: at('P1D'),
    rule: 'none',
    otherReadings: [],
    citation: 'citation',
    markets: [],
    note: `Note of ${regime}.`,
    receiptWithin: 'P2D' as IsoDuration,
    referencePattern: '[A-Z]{2}-\\d{4}-\\d+|[A-Z]+-\\d+',
    ...changes,
  };
}

/** What a recall knows that has neither contained nor decided nor told anybody. */
export function known(changes: Partial<Known> = {}): Known {
  return {
    asOf: at('PT1H'),
    trace: null,
    action: 'recall',
    isTurnedDown: false,
    injuries: [],
    containments: [],
    campaigns: [],
    findings: [],
    ...changes,
  };
}

/** An event as the ledger of a test has it, with nothing of the chain. */
export function entryOf(event: RecallEvent): LedgerEntry {
  const hash = '' as Sha256;
  const { seq, at: when } = event;
  const body = JSON.stringify(event);
  return {
    recallId: 'RC-2026-0001',
    link: seq,
    stream: 'events',
    number: seq,
    at: when,
    body,
    rows: null,
    wall: when,
    prev: hash,
    hash,
  };
}

export function effectId(text: string): EffectId {
  return text as EffectId;
}

export function stepName(text: string): StepName {
  return text as StepName;
}
