import type { AboutA } from '../../about.js';
import { pick } from '../../entries.js';
import type { Measured } from '../../measured.js';
import type { LawThere, PlannedFiling } from '../../filing.js';
import type { ReportName } from '../../reports.js';
import type { FilingId, IsoDuration, IsoInstant, Market, PersonId, Sha256, StepName } from '../../words.js';

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

/** Where somebody said that nothing is owed: by whom, when, and the salted hash of why. */
export type Waiver = { step: StepName; at: IsoInstant; by: PersonId; reason: Sha256 };
export type FilingMeasures = {
  filings: FilingMeasure[];
  counselNeeded: string[];
  lawThere: LawThere[];
  waivers: Waiver[];
};

export function filingMeasures({ events }: Measured): FilingMeasures {
  const newest = pick(events, 'filings planned').at(-1)?.body.plan;
  return {
    filings: filingsOf(events),
    counselNeeded: counselNeededBy(events),
    lawThere: newest?.lawThere ?? [],
    waivers: waiversOf(events),
  };
}

/** Those that stand: what was waived and released later is owed. */
function waiversOf(events: Measured['events']): Waiver[] {
  const released = pick(events, 'filing released');
  return pick(events, 'filing waived')
    .filter(({ body: { step, seq } }) => !released.some(({ body }) => body.step === step && body.seq > seq))
    .map(({ body: { step, at, by, reason } }) => ({ step, at, by, reason }));
}

/** Markets for which the newest plan of any step found no rule. */
function counselNeededBy(events: Measured['events']): Market[] {
  const newest = new Map<string, Market[]>(
    pick(events, 'filings planned').map(({ body }) => [body.step, body.plan.counselNeeded]),
  );
  for (const { body } of pick(events, 'filings added'))
    newest.set(`${body.step} added ${body.seq}`, body.plan.counselNeeded);
  return [...new Set([...newest.values()].flat())].sort();
}

/** The newest plan of each step, and before it what an earlier one owed and has been sent: a new plan takes nothing back. */
function plannedFilings(events: Measured['events']): PlannedFiling[] {
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
  for (const { step } of waiversOf(events)) for (const id of owedBy.get(step) ?? []) if (!sent.has(id)) owed.delete(id);
  for (const { body } of pick(events, 'filings added'))
    for (const filing of body.plan.filings) owed.set(filing.id, filing);
  return [...owed.values()];
}

function filingsOf(events: Measured['events']): FilingMeasure[] {
  return plannedFilings(events).map((planned) => {
    const isOfIt = ({ body }: { body: { about: AboutA<'filing'> } }): boolean => body.about.id === planned.id;
    const sent = pick(events, 'report sent').find(isOfIt)?.body;
    const filed = pick(events, 'report filed').find(isOfIt)?.body;
    const corrected = pick(events, 'reference corrected').findLast(isOfIt)?.body;
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
      reference: corrected?.reference ?? filed?.reference ?? null,
      onTime,
      note,
    };
  });
}
