import type { Awareness } from './awareness.js';
import type { RecallCase } from './effects.js';
import type { AttachedFinding } from './finding.js';
import { pick, round, wallSeconds, type Entries, type Entry } from './entries.js';
import type { RecallEvent } from './events.js';
import type { Fact, LedgerEntry } from './facts.js';
import type { Injury } from './injury.js';
import { layersOf } from './layers.js';
import { KEPT_FACTS, type KeptFact, type Measured } from './measured.js';
import type { SharedRoles } from './shared-roles.js';
import { stepOf, type FactValue, type Playbook } from './playbook.js';
import type { Scope } from './scope.js';
import { stepMeasures, type StepMeasures } from './steps/measures.js';
import type { AcceptedError } from './vote.js';
import { countTold } from './told-counts.js';
import { unitStatesOf, type UnitStates } from './unit-states.js';
import {
  elapsed,
  epochMs,
  type AskId,
  type IsoDuration,
  type IsoInstant,
  type PersonId,
  type Sha256,
  type StepName,
} from './words.js';

const DAY_MS = 86_400_000;

export type DecisionMeasure = {
  step: string;
  title: string;
  at: IsoInstant;
  outcome: 'approve' | 'reject';
  by: string;
  role: string;
  onBehalfOf: string | null;
  /** Salted hash of the reason; null where none was given. */
  reason: Sha256 | null;
  /** Errors of the notice check that were accepted with it: the rule's id, and the salted hash of why. */
  accepted: AcceptedError[];
  escalations: number;
  waited: IsoDuration;
};

export type RecordedInjury = Injury & { at: IsoInstant; by: PersonId };
export type CorrectedAnswer = {
  at: IsoInstant;
  ask: AskId;
  step: StepName;
  by: PersonId;
  onBehalfOf: PersonId | null;
  was: Record<string, FactValue>;
  values: Record<string, FactValue>;
};

/** All numbers of a recall that its exported ledger yields. Every screen and report takes them from here. */
export type Measures = RecallMeasures & StepMeasures;

/** What is measured whatever kinds of steps there are. */
type RecallMeasures = {
  recallId: string;
  playbook: string;
  playbookVersion: number;
  mode: string;
  action: string;
  opener: string;
  /** Where one human was two of the people that a step needed, as the playbook allowed. */
  sharedRoles: SharedRoles[];
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
  /** Where it was ended before anybody outside was told: by whom, and the salted hash of the reason. */
  cancelled: { at: IsoInstant; by: string; reason: Sha256 } | null;
  recallDays: number | null;
  /** Who knew what when: the instants that law counts from. */
  awareness: Awareness;
  wallSeconds: number;
  decisions: DecisionMeasure[];
  /** What was tested, root causes and corrective actions, in the order in which they were attached. */
  findings: AttachedFinding[];
  /** Who was hurt, without names, in the order in which it was recorded. */
  injuries: RecordedInjury[];
  /** Answers that were corrected, with what they had been. */
  corrections: CorrectedAnswer[];
  refusals: Record<string, number>;
  unitStates: UnitStates;
  ledger: { events: number; facts: number };
};

/** Takes the entries of one recall's ledger in the order of its chain, and has its measures at the end: what it keeps of a million recipients are a few numbers of each. */
export type Measuring = { take: (entry: LedgerEntry) => void; end: () => Measures };

/** Measures a recall by the entries of its export, and by nothing else. `end` throws where these do not begin with the opening. */
export function createMeasuring(): Measuring {
  const read = measuringRead();
  return {
    take({ body, ...entry }) {
      if (entry.stream === 'events') read.takeEvent({ entry, body: JSON.parse(body) as RecallEvent });
      else read.takeFact({ entry, body: JSON.parse(body) as Fact });
    },
    end: () => read.end(),
  };
}

/** Computes the measures from the entries of one recall's export. Throws where the export does not begin with the opening. */
export function measure(entries: Iterable<LedgerEntry>): Measures {
  const measuring = createMeasuring();
  for (const entry of entries) measuring.take(entry);
  return measuring.end();
}

/** The same of entries that have been read. */
export function measureRead({ events, facts }: Entries): Measures {
  const read = measuringRead();
  for (const event of events) read.takeEvent(event);
  for (const fact of facts) read.takeFact(fact);
  return read.end();
}

function measuringRead() {
  const [events, facts]: [Measured['events'], Measured['facts']] = [[], []];
  let layers: ReadonlyMap<StepName, unknown> = new Map();
  const told = countTold((step) => layers.has(step));
  let [factsRead, egressRefused] = [0, 0];
  let last: Measured['last'] | null = null;
  const passed = (entry: Measured['last']): void => {
    if (last === null || entry.link >= last.link) last = entry;
  };
  return {
    takeEvent(event: Entry<RecallEvent>): void {
      passed(event.entry);
      events.push(event);
      if (event.body.type === 'recall opened') layers = layersOf(event.body.playbook);
    },
    takeFact(fact: Entry<Fact>): void {
      passed(fact.entry);
      factsRead += 1;
      if (isKept(fact)) facts.push(fact);
      else if (fact.body.type === 'egress refused') egressRefused += 1;
      else told.take(fact.body, fact.entry);
    },
    end(): Measures {
      if (last === null) throw notOpened();
      return measuresOf({ events, facts, factsRead, egressRefused, counted: told.end(), last });
    },
  };
}

function isKept(fact: Entry<Fact>): fact is Entry<KeptFact> {
  return KEPT_FACTS.some((type) => type === fact.body.type);
}

function notOpened(): Error {
  return new Error('the export does not begin with the opening of a recall');
}

function measuresOf(read: Measured): Measures {
  const { events, factsRead, last } = read;
  const first = pick(events, 'recall opened')[0];
  const opened = first?.body;
  if (!opened) throw notOpened();
  const cancelled = pick(events, 'recall cancelled')[0]?.body;
  const closedAt = pick(events, 'recall closed')[0]?.body.at ?? null;
  return {
    recallId: opened.recallId,
    playbook: opened.playbook.playbook,
    playbookVersion: opened.playbook.version,
    mode: opened.mode,
    action: opened.action,
    opener: opened.opener,
    sharedRoles: opened.sharedRoles,
    case: opened.case ?? null,
    scope: opened.scope,
    item: opened.scope.item,
    ...windowOf(opened.scope),
    openedAt: opened.at,
    closedAt,
    endedAt: cancelled?.at ?? pick(events, 'recall ended')[0]?.body.at ?? null,
    cancelled: cancelled ? { at: cancelled.at, by: cancelled.by, reason: cancelled.reason } : null,
    recallDays: closedAt === null ? null : round((epochMs(closedAt) - epochMs(opened.at)) / DAY_MS),
    awareness: pick(events, 'awareness recorded').reduce<Awareness>(
      (known, { body }) => ({ ...known, [body.what]: body.instant }),
      opened.awareness,
    ),
    wallSeconds: wallSeconds(first.entry, last),
    ...stepMeasures(read),
    decisions: decisionsOf(read, opened.playbook),
    findings: pick(events, 'finding attached').map(({ body }) => {
      const { at, kind, by, role, text, file } = body;
      return { at, kind, by, role, text, file };
    }),
    injuries: pick(events, 'injury recorded').map(({ body: { at, by, injury } }) => ({ at, by, ...injury })),
    corrections: pick(events, 'answer corrected').map(({ body }) => {
      const { at, ask, step, by, onBehalfOf, was, values } = body;
      return { at, ask, step, by, onBehalfOf, was, values };
    }),
    refusals: refusalsOf(read),
    unitStates: unitStatesOf(read),
    ledger: { events: events.length, facts: factsRead },
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

function decisionsOf({ events }: Measured, playbook: Playbook): DecisionMeasure[] {
  return pick(events, 'decision given').map(({ body }) => {
    const opened = pick(events, 'people asked').find((one) => one.body.ask === body.ask)?.body.at ?? body.at;
    const escalations = pick(events, 'escalated').filter(
      (one) => one.body.ask === body.ask && one.body.seq < body.seq,
    ).length;
    const { step, at, verb: outcome, by, role, onBehalfOf, reason, accepted } = body;
    const { title } = stepOf(playbook, step);
    return {
      step,
      title,
      at,
      outcome,
      by,
      role,
      onBehalfOf,
      reason,
      accepted,
      escalations,
      waited: elapsed(opened, at),
    };
  });
}

function refusalsOf({ events, facts, egressRefused }: Measured): Record<string, number> {
  const reasons = [
    ...pick(events, 'decision refused').map(({ body }) => body.reason),
    ...pick(events, 'cancellation refused').map(({ body }) => body.reason),
    ...pick(events, 'retrace refused').map(({ body }) => body.reason),
    ...pick(events, 'finding refused').map(({ body }) => body.reason),
    ...pick(events, 'answer refused').map(({ body }) => body.reason),
    ...pick(facts, 'decision refused at the door').map(({ body }) => body.reason),
  ];
  const counts: Record<string, number> = {};
  const add = (reason: string, count: number): void => void (counts[reason] = (counts[reason] ?? 0) + count);
  for (const reason of reasons) add(reason, 1);
  if (egressRefused > 0) add('egress-refused', egressRefused);
  for (const { body } of pick(facts, 'refusals summarised'))
    for (const [reason, count] of Object.entries(body.reasons)) add(reason, count);
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
