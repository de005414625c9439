import type { AboutA } from './about.js';
import type { Awareness } from './awareness.js';
import { isReached } from './contact.js';
import type { RecallCase } from './effects.js';
import type { RecallEvent } from './events.js';
import { unitsOf, type Fact, type LedgerEntry, type NoticeRow, type ResponseAnswer } from './facts.js';
import type { PlannedFiling } from './filing.js';
import { stepOf, type FactValue, type Playbook } from './playbook.js';
import { recipientsOf } from './recipients.js';
import type { ReportName } from './reports.js';
import type { Traced } from './traced.js';
import {
  elapsed,
  epochMs,
  type FilingId,
  type IsoDuration,
  type IsoInstant,
  type Market,
  type StepName,
} from './words.js';
import type { Scope } from './scope.js';
import { unitsUnknown } from './units-unknown.js';

const DAY_MS = 86_400_000;

export type DecisionMeasure = {
  step: string;
  title: string;
  at: IsoInstant;
  outcome: 'approve' | 'reject';
  by: string;
  role: string;
  onBehalfOf: string | null;
  escalations: number;
  waited: IsoDuration;
};
export type FilingMeasure = {
  id: FilingId;
  report: ReportName;
  authority: string;
  regime: string;
  mode: string;
  dueAt: IsoInstant | null;
  lawText: string;
  target: IsoDuration | null;
  targetIsOurs: boolean;
  filedAt: IsoInstant | null;
  reference: string | null;
  onTime: boolean | null;
  note: string;
};

/** Every affected unit is in exactly one of these; they add up to `total`. */
export type UnitStates = {
  onHand: number;
  quarantinedByCustomers: number;
  destroyed: number;
  creditedBeforeRecall: number;
  usedOrSoldOn: number;
  unknown: number;
  total: number;
};

/** All numbers of a recall that its exported ledger yields. Every screen and report takes them from here. */
export type Measures = {
  recallId: string;
  playbook: string;
  playbookVersion: number;
  mode: string;
  action: string;
  opener: string;
  /** Null in a recall that was opened before the case was recorded. */
  case: RecallCase | null;
  scope: Scope;
  item: string;
  /** The window of sale; null where the scope has none. */
  from: string | null;
  to: string | null;
  openedAt: IsoInstant;
  closedAt: IsoInstant | null;
  /** When late answers were no longer taken. */
  endedAt: IsoInstant | null;
  recallDays: number | null;
  /** What the assessments found, the latest of each. */
  facts: Record<string, FactValue>;
  /** Who knew what when: the instants that law counts from. */
  awareness: Awareness;
  /** How shipping was stopped, null where nobody has confirmed it. */
  contained: { at: IsoInstant; reference: string; unitsHeld: number } | null;
  /** When the first and the last notice went out that a provider took, null where none did. */
  told: { firstAt: IsoInstant; lastAt: IsoInstant } | null;
  wallSeconds: number;
  /** `seconds`: wall time between the request and the record of the trace. */
  trace: (Traced & { seconds: number }) | null;
  notices: {
    recipients: number;
    /** Notices (not recipients) that a provider took, refused, and sent back later. */
    delivered: number;
    refused: number;
    bounced: number;
    /** Recipients who answered at least once. */
    responded: number;
    /** Units that recipients report beyond what the records say they received. */
    unitsBeyondRecords: number;
    /** Recipients with no notice that stands: no address, or all refused or bounced. */
    unreachable: number;
    /**
     * Messages of any kind of which nobody knew whether the provider had taken them, each time that this was so; and how
     * many of them may have arrived more than once, because they were sent again and not refused.
     */
    inDoubt: number;
    possibleDuplicates: number;
    /** Recipients by the language of their notice. */
    byLanguage: Record<string, number>;
  };
  decisions: DecisionMeasure[];
  refusals: Record<string, number>;
  filings: FilingMeasure[];
  counselNeeded: string[];
  unitStates: UnitStates;
  ledger: { events: number; facts: number };
};

type Entry<B> = { entry: LedgerEntry; body: B };

/** Computes the measures from the entries of one recall's export, and from nothing else. Throws where the export does not begin with the opening. */
export function measure(entries: LedgerEntry[]): Measures {
  const events = entries
    .filter(({ stream }) => stream === 'events')
    .map((entry) => ({ entry, body: JSON.parse(entry.body) as RecallEvent }));
  const facts = entries
    .filter(({ stream }) => stream !== 'events')
    .map((entry) => ({ entry, body: JSON.parse(entry.body) as Fact }));
  const opened = pick(events, 'recall opened')[0]?.body;
  if (!opened) throw new Error('the export does not begin with the opening of a recall');
  const closedAt = pick(events, 'recall closed')[0]?.body.at ?? null;
  return {
    recallId: opened.recallId,
    playbook: opened.playbook.playbook,
    playbookVersion: opened.playbook.version,
    mode: opened.mode,
    action: opened.action,
    opener: opened.opener,
    case: opened.case ?? null,
    scope: opened.scope,
    item: opened.scope.item,
    ...windowOf(opened.scope),
    openedAt: opened.at,
    closedAt,
    endedAt: pick(events, 'recall ended')[0]?.body.at ?? null,
    recallDays: closedAt === null ? null : round((epochMs(closedAt) - epochMs(opened.at)) / DAY_MS),
    facts: Object.assign({}, ...pick(events, 'facts set').map(({ body }) => body.facts)) as Measures['facts'],
    awareness: pick(events, 'awareness recorded').reduce<Awareness>(
      (known, { body }) => ({ ...known, [body.what]: body.instant }),
      opened.awareness,
    ),
    contained: containedBy(events),
    told: toldBetween(facts),
    wallSeconds: wallSeconds(entries[0]!, entries.at(-1)!),
    trace: traceOf(events, facts),
    notices: noticesOf(facts),
    decisions: decisionsOf(events, opened.playbook),
    refusals: refusalsOf(events, facts),
    filings: filingsOf(events),
    counselNeeded: counselNeededBy(events),
    unitStates: unitStatesOf(events, facts),
    ledger: { events: events.length, facts: facts.length },
  };
}

function windowOf(scope: Scope): { from: string | null; to: string | null } {
  switch (scope.kind) {
    case 'window':
      return { from: scope.from, to: scope.to };
    case 'lots':
    case 'serials':
      return { from: null, to: null };
    default:
      return scope satisfies never;
  }
}

function pick<B extends { type: string }, T extends B['type']>(
  entries: Entry<B>[],
  type: T,
): Entry<Extract<B, { type: T }>>[] {
  return entries.filter(({ body }) => body.type === type) as Entry<Extract<B, { type: T }>>[];
}

function wallSeconds(from: LedgerEntry, to: LedgerEntry): number {
  return round(Math.max(0, epochMs(to.wall) - epochMs(from.wall)) / 1000);
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

function containedBy(events: Entry<RecallEvent>[]): Measures['contained'] {
  const stopped = pick(events, 'shipping stopped').at(-1)?.body;
  if (!stopped) return null;
  const { at, reference, unitsHeld } = stopped;
  return { at, reference, unitsHeld };
}

function toldBetween(facts: Entry<Fact>[]): Measures['told'] {
  const taken = pick(facts, 'notices settled').filter(({ body }) => body.delivered > 0);
  const [first, last] = [taken[0], taken.at(-1)];
  return first && last ? { firstAt: first.entry.at, lastAt: last.entry.at } : null;
}

function traceOf(events: Entry<RecallEvent>[], facts: Entry<Fact>[]): Measures['trace'] {
  const found = pick(facts, 'trace recorded').at(-1);
  if (!found) return null;
  const { type: _type, v: _v, scope: _scope, ...counts } = found.body;
  const asked = pick(events, 'effect requested')
    .filter(({ body }) => body.effect.kind === 'traceSales')
    .at(-1);
  return { ...counts, seconds: asked ? wallSeconds(asked.entry, found.entry) : 0 };
}

function noticesOf(facts: Entry<Fact>[]): Measures['notices'] {
  const campaigns = [...recipientsOf(facts)];
  const recipients = campaigns.flatMap(([step, told]) => [...told.values()].map((one) => ({ step, ...one })));
  const settled = pick(facts, 'notices settled');
  const bounces = pick(facts, 'notice bounced');
  const responses = pick(facts, 'response recorded');
  const doubted = pick(facts, 'notices in doubt').flatMap(({ entry }) => noticeRows(entry));
  const received = new Map(recipients.map(({ step, row }) => [`${step} ${row.recipient}`, row.units]));
  const answers = new Map(responses.map(({ body }) => [`${body.step} ${body.recipient}`, body.answer]));
  const byLanguage: Record<string, number> = {};
  for (const { row } of recipients) byLanguage[row.noticeLanguage] = (byLanguage[row.noticeLanguage] ?? 0) + 1;
  return {
    recipients: recipients.length,
    delivered: sum(settled, ({ body }) => body.delivered),
    refused: sum(settled, ({ body }) => body.refused),
    bounced: bounces.length,
    responded: answers.size,
    unitsBeyondRecords: sum([...answers], ([key, answer]) => Math.max(0, unitsOf(answer) - (received.get(key) ?? 0))),
    unreachable: recipients.filter((one) => !isReached(one)).length,
    inDoubt: doubted.length,
    possibleDuplicates: possibleDuplicates(doubted, takenMessages(facts)),
    byLanguage,
  };
}

function noticeRows({ rows }: LedgerEntry): NoticeRow[] {
  return (rows ?? []) as NoticeRow[];
}

/** Ids of the messages that a provider is known to have taken. */
function takenMessages(facts: Entry<Fact>[]): Set<string> {
  const notices = pick(facts, 'notices settled').flatMap(({ entry }) => noticeRows(entry));
  const others = [...pick(facts, 'person told'), ...pick(facts, 'filing sent')].map(({ body }) => body);
  return new Set(
    [...notices, ...others].filter(({ outcome }) => outcome === 'delivered').map(({ messageId }) => messageId),
  );
}

/** Each time in doubt may have been an arrival, and so was the time at which the message was taken; one of them is no duplicate. */
function possibleDuplicates(doubted: NoticeRow[], taken: ReadonlySet<string>): number {
  const arrivals = new Map<string, number>();
  for (const { messageId } of doubted)
    arrivals.set(messageId, (arrivals.get(messageId) ?? (taken.has(messageId) ? 1 : 0)) + 1);
  return sum([...arrivals.values()], (count) => count - 1);
}

function sum<T>(list: T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function decisionsOf(events: Entry<RecallEvent>[], playbook: Playbook): DecisionMeasure[] {
  return pick(events, 'decision given').map(({ body }) => {
    const opened = pick(events, 'people asked').find((one) => one.body.ask === body.ask)?.body.at ?? body.at;
    const escalations = pick(events, 'escalated').filter(
      (one) => one.body.ask === body.ask && one.body.seq < body.seq,
    ).length;
    const { step, at, outcome, by, role, onBehalfOf } = body;
    const { title } = stepOf(playbook, step);
    return { step, title, at, outcome, by, role, onBehalfOf, escalations, waited: elapsed(opened, at) };
  });
}

function refusalsOf(events: Entry<RecallEvent>[], facts: Entry<Fact>[]): Record<string, number> {
  const reasons = [
    ...pick(events, 'decision refused').map(({ body }) => body.reason),
    ...pick(events, 'answer refused').map(({ body }) => body.reason),
    ...pick(facts, 'decision refused at the door').map(({ body }) => body.reason),
    ...pick(facts, 'egress refused').map(() => 'egress-refused'),
  ];
  const counts: Record<string, number> = {};
  for (const reason of reasons.sort()) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** Markets for which the newest plan of any step found no rule. */
function counselNeededBy(events: Entry<RecallEvent>[]): Market[] {
  const newest = new Map(pick(events, 'filings planned').map(({ body }) => [body.step, body.plan.counselNeeded]));
  return [...new Set([...newest.values()].flat())].sort();
}

/** The newest plan of each step, and before it what an earlier one owed and has been sent: a new plan takes nothing back. */
function plannedFilings(events: Entry<RecallEvent>[]): PlannedFiling[] {
  const sent = new Set(
    [...pick(events, 'report sent'), ...pick(events, 'report filed')].map(({ body }) => body.about.id),
  );
  const owed = new Map<FilingId, PlannedFiling>();
  const owedBy = new Map<StepName, FilingId[]>();
  for (const { body } of pick(events, 'filings planned')) {
    for (const id of owedBy.get(body.step) ?? []) if (!sent.has(id)) owed.delete(id);
    for (const filing of body.plan.filings) owed.set(filing.id, filing);
    owedBy.set(
      body.step,
      body.plan.filings.map(({ id }) => id),
    );
  }
  return [...owed.values()];
}

function filingsOf(events: Entry<RecallEvent>[]): FilingMeasure[] {
  return plannedFilings(events).map((planned) => {
    const isOfIt = ({ body }: { body: { about: AboutA<'filing'> } }): boolean => body.about.id === planned.id;
    const sent = pick(events, 'report sent').find(isOfIt)?.body;
    const filed = pick(events, 'report filed').find(isOfIt)?.body;
    // A mail that came back has told nobody anything.
    const isReturned = pick(events, 'report returned').some(isOfIt);
    const { id, report, authority, regime, mode, dueAt, lawText, target, targetIsOurs, note } = planned;
    const filedAt = mode === 'mail' && !isReturned ? (sent?.at ?? filed?.at ?? null) : (filed?.at ?? null);
    const onTime = filedAt === null || dueAt === null ? null : filedAt <= dueAt;
    return {
      id,
      report,
      authority,
      regime,
      mode,
      dueAt,
      lawText,
      target,
      targetIsOurs,
      filedAt,
      reference: filed?.reference ?? null,
      onTime,
      note,
    };
  });
}

function unitStatesOf(events: Entry<RecallEvent>[], facts: Entry<Fact>[]): UnitStates {
  const trace = pick(facts, 'trace recorded').at(-1)?.body;
  // Where the warehouse never answered by itself, a person was told by telephone what it holds.
  const held = pick(facts, 'containment confirmed').at(-1) ?? pick(events, 'shipping stopped').at(-1);
  const onHand = held?.body.unitsHeld ?? 0;
  // Who answers again corrects what they said before.
  const answers = new Map<string, ResponseAnswer>();
  for (const { body } of pick(facts, 'response recorded')) answers.set(body.recipient, body.answer);
  const reported = [...answers.values()];
  const quarantinedByCustomers = sum(reported, ({ quarantined }) => quarantined);
  const destroyed = sum(reported, (answer) => answer.destroyed);
  const usedOrSoldOn = sum(reported, ({ soldOn }) => soldOn);
  const creditedBeforeRecall = trace?.unitsCreditedMatched ?? 0;
  return {
    onHand,
    quarantinedByCustomers,
    destroyed,
    creditedBeforeRecall,
    usedOrSoldOn,
    ...unitsUnknown(trace, { held: onHand, reported: quarantinedByCustomers + destroyed + usedOrSoldOn }),
  };
}
