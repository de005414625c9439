import type { About } from './about.js';
import { digestOf } from './digest.js';
import type { WishCounts } from './do-not-contact.js';
import type { Criticality } from './exposure.js';
import type { PassedOn } from './cascade.js';
import { changesWords, factChanges } from './fact-changes.js';
import type { LawThere } from './filing.js';
import type { DocumentRef, PreviewedPublication, Question, RecallCase } from './effects.js';
import type { LateSales } from './late-sales.js';
import type { Traced } from './traced.js';
import type { Scope } from './scope.js';
import type { Form } from './form.js';
import type { FactValue } from './playbook.js';
import type { StepResults } from './steps/model.js';
import type { Mention } from './mention.js';
import type { Tally } from './tally.js';
import type { Rejection } from './vote.js';
import type { WaveCounts, WaveLimits } from './waves.js';
import type { FilingId, IsoInstant, Language, Market, RegimeId, Sha256, StepName } from './words.js';

export type OwedFiling = {
  id: FilingId;
  regime: RegimeId;
  authority: string;
  lawText: string;
  dueAt: IsoInstant | null;
};

/** What can be shown with an ask. Which of it a question shows, its kind of step says. */
export type EvidenceParts = {
  case: RecallCase;
  scope: Scope;
  facts: Record<string, FactValue>;
  /** Who got how many units where. */
  trace: Traced;
  /** Sales that came after the trace, which its numbers leave out. */
  late: LateSales;
  /** What is owed to authorities; null while it is not known yet. */
  owed: { filings: OwedFiling[]; counselNeeded: Market[]; lawThere: LawThere[] } | null;
  /** Results of the steps that this one comes after. */
  results: Record<StepName, StepResults>;
  /** Notices and who would get them; `hash` covers the texts and the set, `document` holds the texts. */
  preview: {
    hash: Sha256;
    recipients: number;
    customers: number;
    persons: number;
    /** Consignees who are not told, because all that they bought was credited. */
    notTold: number;
    unreachable: number;
    /** Recipients that are critical places, who are told before the others, by kind. */
    critical: Partial<Record<Criticality, number>>;
    wishes: WishCounts;
    waves: number[];
    byLanguage: Record<Language, number>;
    missingLanguages: Language[];
    errors: { rule: string; found: string }[];
    document: DocumentRef;
  };
  /** Whom a campaign takes in as they are named, and how many without asking anew. */
  takes: PassedOn;
  /** More were named than may be told. */
  growth: PassedOn & { told: number; waiting: number };
  /** What everybody will be able to read; `hash` covers all that it says, `document` holds the texts. */
  publication: PreviewedPublication;
  /** One report to an authority, with the pack that was prepared. */
  report: OwedFiling & { note: string; returnedAt: IsoInstant | null; documents: DocumentRef[] };
  /** What the authority answered, by the salted hash of its text. */
  replies: { at: IsoInstant; automatic: boolean; text: Sha256 }[];
  /** What somebody outside said of a person who was hurt. */
  mention: Mention;
  /** Campaigns as they were counted last. */
  told: { step: StepName; title: string; tally: Tally; isTooFew: boolean }[];
  /** Units of which nobody has said what became of them, of all there were, as the campaigns were counted last. */
  units: { unknown: number; total: number };
  /** Reports that are owed, and those with an authority's reference. */
  filed: { owed: number; receipted: number };
  /** Why the same was rejected before, or what came after it and sent it back. */
  rejections: Rejection[];
  /** What the playbook says must be so before people are asked. */
  until: string;
  /** The wave that has stopped by itself, of so many, and the limits that it is over. */
  stopped: { counts: WaveCounts; waves: number; limits: WaveLimits };
  /** What a step has waited for, and what has not come. */
  awaited: string;
};

/** What a person is shown with an ask, as data: made when the ask opens, hashed as it is shown, and never changed. */
export type Evidence = Partial<EvidenceParts> & {
  playbook: { name: string; version: number };
  step: StepName;
  round: number;
  question: Question;
  about: About | null;
};

/** What of the evidence is otherwise than it was shown, in words that can follow others. */
export function evidenceChanges(shown: Evidence, now: Evidence): string {
  const names = [...new Set([...Object.keys(shown), ...Object.keys(now)])] as (keyof Evidence)[];
  const changed = names.filter((name) => digestOf(shown[name] ?? null) !== digestOf(now[name] ?? null));
  if (changed.length === 0) return 'nothing of what it shows has changed';
  const facts = changesWords(factChanges(shown.facts ?? {}, now.facts ?? {}));
  const words = changed.map((name) => (name === 'facts' && facts !== '' ? `facts (${facts})` : name));
  return `changed since it was shown: ${words.join(', ')}`;
}

/** The hash under which an ask is decided: of its form and of all that it shows. */
export function shownHash(form: Form, evidence: Evidence): Sha256 {
  return digestOf({ form, evidence });
}
