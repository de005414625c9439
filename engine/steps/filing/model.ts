import type { AboutA } from '../../about.js';
import type { DocumentRef, EffectResult } from '../../effects.js';
import type { LawThere, PlannedFiling } from '../../filing.js';
import type { ReportName } from '../../reports.js';
import type { Facts } from '../../fact-changes.js';
import type { FilingId, IsoInstant, Market, PersonId, RoleName, Sha256, StepName } from '../../words.js';
import type { Asking, StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type FilingStep = StepCommon &
  Asking & {
    kind: 'filing';
    owner: RoleName;
    report: ReportName;
    /** Who says why a report is not owed where the step's condition is not true; null for the owner. */
    waiver: RoleName | null;
  };

export type FilingState = PlannedFiling & {
  status: 'planned' | 'sending' | 'sent' | 'filed';
  sentAt: IsoInstant | null;
  /** When its mail came back: it has not been filed by that mail. */
  returnedAt: IsoInstant | null;
  filedAt: IsoInstant | null;
  reference: string | null;
  /** The pack as it was prepared last. */
  documents: DocumentRef[];
  /** The facts that the pack says, as it was asked for last; null while none was. */
  says: Facts | null;
  /** What the authority answered that is no receipt, by the salted hash of its text. */
  replies: { at: IsoInstant; automatic: boolean; text: Sha256 }[];
  /** A supplement has been planned for what it said. */
  isCorrected: boolean;
};
export type FilingDetail = {
  kind: 'filing';
  filings: FilingState[];
  counselNeeded: Market[];
  /** What is known of the law of these markets. */
  lawThere: LawThere[];
  /** Its condition was not true when it started: nothing is sent until it is, or until somebody says so. */
  isHeld: boolean;
  /** Somebody has said, with a reason, that nothing is owed. */
  isWaived: boolean;
  /** Those who were hurt, by their numbers, whose reports have been planned. */
  accidents: number[];
  /** Awareness the present plan was made with; a new plan is asked for when it changes. */
  plannedFor: string | null;
};
export type FilingEvent =
  | { type: 'filings planned'; step: StepName; plan: EffectResult<'planFilings'>; plannedFor: string }
  /** What is owed is known, and the step's condition is not true: somebody is asked whether it is reported all the same. */
  | { type: 'filing held'; step: StepName }
  /** It is reported: the condition has come true, or somebody said so. */
  | { type: 'filing released'; step: StepName; by: PersonId | null }
  | { type: 'filing waived'; step: StepName; by: PersonId; reason: Sha256 }
  /** Reports that what happened since made owed beside those of the plan. */
  | {
      type: 'filings added';
      step: StepName;
      plan: EffectResult<'planFilings'>;
      corrects: FilingId | null;
      injury: number | null;
    }
  | { type: 'report sent'; step: StepName; about: AboutA<'filing'>; mode: 'mail' | 'portal'; documents: DocumentRef[] }
  | { type: 'report returned'; step: StepName; about: AboutA<'filing'> }
  | { type: 'authority replied'; step: StepName; about: AboutA<'filing'>; automatic: boolean; text: Sha256 }
  | { type: 'report filed'; step: StepName; about: AboutA<'filing'>; reference: string; onTime: boolean }
  /** It was mistyped. */
  | { type: 'reference corrected'; step: StepName; about: AboutA<'filing'>; reference: string };
export type FilingInput =
  | { type: 'receipt came'; about: AboutA<'filing'>; reference: string }
  /** The mail that carried a report was not delivered. */
  | { type: 'report came back'; about: AboutA<'filing'> }
  /** An authority has answered a report with something that is not recognised as its receipt. */
  | { type: 'mail came'; about: AboutA<'filing'>; automatic: boolean; text: Sha256 };

const results = { owed: 'double', filed: 'double', receipted: 'double' } as const;

export const filingModel: StepModel<FilingStep, FilingDetail, FilingEvent, typeof results> = {
  conditions: {},
  writesOutside: true,
  // The pack for a portal is prepared only, and told to the authority by the person who submits it.
  hasTold: ({ filings }) =>
    filings.some(({ mode, status }) => status === 'filed' || (mode === 'mail' && status !== 'planned')),
  asks: ({ owner, waiver, escalation }) => ({ roles: [...new Set([owner, waiver ?? owner])], escalation }),
  results,
  resultsOf: ({ filings, isWaived }) => ({
    owed: isWaived ? filings.filter(({ status }) => status !== 'planned').length : filings.length,
    filed: filings.filter((one) => one.filedAt !== null).length,
    receipted: filings.filter((one) => one.reference !== null).length,
  }),
  fresh: () => ({
    kind: 'filing',
    filings: [],
    counselNeeded: [],
    lawThere: [],
    isHeld: false,
    isWaived: false,
    accidents: [],
    plannedFor: null,
  }),
  evolve(detail, event) {
    switch (event.type) {
      case 'filings planned': {
        const { filings, counselNeeded, lawThere } = event.plan;
        return {
          ...detail,
          plannedFor: event.plannedFor,
          counselNeeded,
          lawThere,
          filings: plannedAnew(detail.filings, filings),
        };
      }
      case 'filing held':
        return { ...detail, isHeld: true };
      case 'filing released':
        return { ...detail, isHeld: false, isWaived: false };
      case 'filing waived':
        return { ...detail, isWaived: true };
      case 'filings added': {
        const { filings, counselNeeded } = event.plan;
        const added = filings.filter(({ id }) => !detail.filings.some((one) => one.id === id));
        return {
          ...detail,
          accidents: event.injury === null ? detail.accidents : [...detail.accidents, event.injury],
          counselNeeded: [...new Set([...detail.counselNeeded, ...counselNeeded])],
          filings: [
            ...detail.filings.map((one) => (one.id === event.corrects ? { ...one, isCorrected: true } : one)),
            ...added.map((one) => ({ ...FRESH, ...one })),
          ],
        };
      }
      case 'report sent':
        return withFiling(detail, event.about.id, ({ status, filedAt, mode, returnedAt }) => ({
          status: status === 'filed' ? 'filed' : 'sent',
          sentAt: event.at,
          documents: event.documents,
          filedAt: filedAt ?? (mode === 'mail' && returnedAt === null ? event.at : null),
        }));
      case 'report returned':
        return withFiling(detail, event.about.id, () => ({ returnedAt: event.at, filedAt: null }));
      case 'authority replied':
        return withFiling(detail, event.about.id, ({ replies }) => ({
          replies: [...replies, { at: event.at, automatic: event.automatic, text: event.text }],
        }));
      case 'report filed':
        return withFiling(detail, event.about.id, ({ filedAt }) => ({
          status: 'filed',
          filedAt: filedAt ?? event.at,
          reference: event.reference,
        }));
      case 'reference corrected':
        return withFiling(detail, event.about.id, () => ({ reference: event.reference }));
      default:
        return event satisfies never;
    }
  },
  requested: (detail, effect) =>
    effect.kind === 'fileReport'
      ? withFiling(detail, effect.payload.filing.id, ({ status }) => ({
          status: status === 'filed' ? 'filed' : 'sending',
          says: effect.payload.facts,
        }))
      : detail,
  postponed: (detail, effect, { documents }) =>
    effect.kind === 'fileReport' && documents
      ? withFiling(detail, effect.payload.filing.id, () => ({ documents }))
      : detail,
};

const FRESH = {
  status: 'planned',
  sentAt: null,
  returnedAt: null,
  filedAt: null,
  reference: null,
  documents: [],
  says: null,
  replies: [],
  isCorrected: false,
} as const satisfies Partial<FilingState>;

/** A new plan takes nothing back: what has gone to an authority is followed up, owed or not. */
function plannedAnew(known: FilingState[], plan: PlannedFiling[]): FilingState[] {
  const planned = plan.map((one) => ({ ...FRESH, ...known.find(({ id }) => id === one.id), ...one }));
  const gone = known.filter((one) => one.status !== 'planned' && !plan.some(({ id }) => id === one.id));
  return [...planned, ...gone];
}

function withFiling(
  detail: FilingDetail,
  id: FilingId,
  change: (filing: FilingState) => Partial<FilingState>,
): FilingDetail {
  const filings = detail.filings.map((one) => (one.id === id ? { ...one, ...change(one) } : one));
  return { ...detail, filings };
}
