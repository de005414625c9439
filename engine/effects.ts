import type { Awareness, Instants } from './awareness.js';
import type { ContactRung } from './channels.js';
import type { ContactRole } from './contact-roles.js';
import type { Condition } from './conditions.js';
import type { WishCounts } from './do-not-contact.js';
import type { Criticality } from './exposure.js';
import type { FactChange } from './fact-changes.js';
import type { LawThere, PlannedFiling } from './filing.js';
import type { Injury } from './injury.js';
import type { Known } from './known.js';
import type { ProductDomain } from './product-domains.js';
import type { QuietHours } from './quiet.js';
import type { Scope } from './scope.js';
import type { Tally } from './tally.js';
import type { ReportName } from './reports.js';
import type { MarketUnits, Traced } from './traced.js';
import type { WatchChange } from './watches.js';
import type { WaveCounts, Waves } from './waves.js';
import type {
  AskId,
  EffectId,
  IsoInstant,
  Language,
  Market,
  PersonId,
  RecallId,
  RegimeId,
  RoleName,
  Sha256,
  StepName,
} from './words.js';

/** What the case file says in English, and the digest of all of it: who decides on the case decides on these words. */
export type RecallCase = {
  product: string;
  hazard: string;
  identification: string;
  /** Whose law covers the product; null where the case file does not say it, and then it is taken for a consumer product. */
  domain: ProductDomain | null;
  digest: Sha256;
};
/** A notice to the public as it would be published; `hash` covers all that it says, `document` holds the texts. */
export type PreviewedPublication = {
  hash: Sha256;
  languages: Language[];
  /** Where the product was sold: their rules judge it. */
  markets: Market[];
  /** What the notice check calls an error, by the rule's id: whoever approves accepts each with a reason. */
  errors: { rule: string; found: string }[];
  document: DocumentRef;
};

/** What each kind of step asks people. */
export type Questions = {
  contain: 'confirm-containment';
  assessment: 'assessment' | 'judge-mention';
  task: 'task';
  gate: 'decide';
  trace: never;
  filing: 'submit-filing' | 'chase-receipt' | 'waive-filing';
  campaign: 'approve-preview' | 'judge-wave' | 'call-recipients' | 'allow-growth';
  wait: 'wait-longer';
  closure: 'close';
};
export type Question = Questions[keyof Questions];

/** A document of the recall's store, by the hash of its bytes: what stands under it does not change. */
export type DocumentRef = { name: string; sha256: Sha256 };

export type AskedPerson = { person: PersonId; role: RoleName; onBehalfOf: PersonId | null };

/**
 * Every effect: what the engine asks for (`payload`) and what it gets (`result`). The name of the effect is the name of its activity.
 * Results are functions of rows, so a re-run gives the same one.
 */
export type Effects = {
  /** Sends the stop-ship instruction to the warehouse and waits for its confirmation. */
  stopShipping: { payload: { scope: Scope }; result: { confirmationNumber: string; unitsHeld: number } };
  /** Finds who holds the role now, puts the ask into their inboxes and tells them, with signed links where the ask is a decision. */
  askPeople: {
    payload: {
      ask: AskId;
      role: RoleName;
      /** `holder` and `deputy` of the ask's role, or the holders of another role on the ladder. */
      to: 'holder' | 'deputy' | RoleName;
      rung: number;
      /** The one who opened the recall must not be asked. */
      exclude: PersonId[];
    };
    result: { people: AskedPerson[] };
  };
  /** Scope → affected units and consignees; `markets` sorted by market. */
  traceSales: {
    payload: { scope: Scope };
    result: Traced;
  };
  /** Which filings of this report are owed for these markets, by when, and for which markets there is no rule. */
  planFilings: {
    /** `n`: the number of these reports among those of their name, which their ids carry. */
    payload: {
      markets: MarketUnits[];
      awareness: Instants;
      report: ReportName;
      n: number;
      /** Null where nobody has said it. */
      domain: ProductDomain | null;
      /** The regimes that are asked; null for all. */
      only: RegimeId[] | null;
      /** The one whom reports of an accident are about; null for any other report. */
      injury: Pick<Injury, 'n' | 'severity'> | null;
    };
    /** `counselNeeded`: markets without a rule for such a product; `lawThere`: what is known of their law. */
    result: { filings: PlannedFiling[]; counselNeeded: Market[]; lawThere: LawThere[] };
  };
  /** Renders the report and sends it (mail), or prepares the pack that a person submits (portal). */
  fileReport: {
    payload: {
      filing: PlannedFiling;
      awareness: Awareness;
      scope: Scope;
      facts: Record<string, string | number | boolean>;
      /** What is otherwise than it was reported before; empty in a report that corrects none. */
      changes: FactChange[];
      known: Known;
    };
    /** `documents`: the pack that was sent, or that a person submits. */
    result: { documents: DocumentRef[] };
  };
  /** Freezes the recipients of a campaign and the preview of its notices. */
  freezeRecipients: {
    payload: {
      campaign: StepName;
      revision: number;
      scope: Scope;
      notice: string;
      languages: Language[];
      contacts: ContactRole[];
      ladder: ContactRung[];
      /** Null where all are told at once. */
      waves: Waves | null;
    };
    result: {
      recipients: number;
      /** Customers whose contacts they are. */
      customers: number;
      /** And how many persons they are: who has one mailbox for several is told once. */
      persons: number;
      /** Consignees who are not told, because all that they bought was credited. */
      notTold: number;
      unreachable: number;
      /** Recipients that are critical places, who are told before the others, by kind. */
      critical: Partial<Record<Criticality, number>>;
      /** Recipients who have asked not to be contacted, by what became of that. */
      wishes: WishCounts;
      /** So many recipients with an address in each wave; one wave where the playbook names none. */
      waves: number[];
      /** Recipients by the language of their notice. */
      byLanguage: Record<Language, number>;
      /** Languages recipients read and the notice lacks; they get the first of the notice's languages. */
      missingLanguages: Language[];
      hash: Sha256;
      /** What the notice check calls an error, by the rule's id: whoever approves accepts each with a reason. */
      errors: { rule: string; found: string }[];
      /** The notices as they would go out, and what the markets' rules find in them. */
      document: DocumentRef;
    };
  };
  /** Adds those to a campaign whom the recipients of another one have named, in the order of their names' coming. */
  addRecipients: {
    payload: {
      campaign: StepName;
      revision: number;
      /** Whose recipients name them. */
      of: StepName;
      /** How much of what was named the engine had heard of when it asked. */
      heard: number;
      /** So many recipients the campaign may have in all. */
      atMost: number;
    };
    /** `known`: those who are told already, by whatever campaign. `waiting`: those who are left, because there are enough. */
    result: { added: number; known: number; recipients: number; unreachable: number; waiting: number };
  };
  /** Sends every notice of the campaign that is due at `now`; `nextDue` is the earliest instant at which another one will be. */
  runCampaign: {
    payload: {
      campaign: StepName;
      revision: number;
      ladder: ContactRung[];
      /** The last wave that is told; -1 where nobody is told any more. */
      wave: number;
      /** Waves that may be over their limit, because somebody has said so. */
      accepted: number[];
      /** On the clock of each recipient; null where nothing is waited for. */
      quiet: QuietHours | null;
    };
    /** `watch`: what the notices have changed for the campaign's watch, which no message tells. */
    /** `excess`: the first wave that is over its limit and that nobody has accepted; nothing is sent while there is one. */
    /** `calls`: how many people are to telephone, and have not as often as they should; absent where nobody is to be called. */
    result: {
      tally: Tally;
      nextDue: IsoInstant | null;
      watch: WatchChange | null;
      excess: WaveCounts | null;
      calls?: number;
    };
  };
  /** Freezes what a notice to the public says, in all its languages, for approval. */
  previewPublication: {
    payload: {
      campaign: StepName;
      revision: number;
      scope: Scope;
      notice: string;
      languages: Language[];
      markets: Market[];
    };
    result: PreviewedPublication;
  };
  /** Puts what was approved before the public, where everybody can read it. */
  publish: {
    payload: { campaign: StepName; revision: number; languages: Language[] };
    /** `n`: the number of this publication among those of the recall. A later one takes the place of the one before. */
    result: { n: number; documents: DocumentRef[] };
  };
  /** From now on the relay signals once per change of the condition's value. */
  registerWatch: { payload: { campaign: StepName; condition: Condition }; result: { value: boolean; tally: Tally } };
  /** Checks a decision that came as a raw signal: `token` is the hash of the link that it was sent with. */
  verifyDecision: {
    payload: { token: Sha256; ask: AskId; verb: 'approve' | 'reject'; by: PersonId; shown: Sha256 };
    result: { valid: boolean; reason: string | null };
  };
  /** Exports the ledger, computes the measures from the export and writes the closing report. */
  writeClosingReport: { payload: Record<string, never>; result: { documents: string[] } };
};

export type EffectKind = keyof Effects;
export type EffectPayload<K extends EffectKind> = Effects[K]['payload'];
export type EffectResult<K extends EffectKind> = Effects[K]['result'];

/**
 * Which effects read the ledger, or what is kept of it for readers (asks, steps, how the recall stands). All that led to
 * such an effect must stand there before it starts; what the others read is written by effects, whose results came first.
 */
export const EFFECTS_THAT_READ = {
  stopShipping: false,
  /** The question, with what is shown with it. */
  askPeople: true,
  traceSales: false,
  planFilings: false,
  fileReport: false,
  freezeRecipients: false,
  addRecipients: false,
  runCampaign: false,
  previewPublication: false,
  publish: false,
  registerWatch: false,
  verifyDecision: false,
  /** All of it, with the closing. */
  writeClosingReport: true,
} satisfies Record<EffectKind, boolean>;

/** An effect as it is asked for. */
export type RequestOf<K extends EffectKind> = {
  id: EffectId;
  kind: K;
  step: StepName;
  round: number;
  payload: EffectPayload<K>;
};
export type EffectRequest = { [K in EffectKind]: RequestOf<K> }[EffectKind];

/** An effect as it stands in the outbox. */
export type EffectOf<K extends EffectKind> = RequestOf<K> & {
  /** The number of the last event that must stand in the ledger before it starts; null where it reads nothing of it. */
  reads: number | null;
};
export type Effect = { [K in EffectKind]: EffectOf<K> }[EffectKind];

/** What a runtime hands to the activity that runs the effect. */
export type EffectCall<K extends EffectKind> = RequestOf<K> & { recallId: RecallId; now: IsoInstant };

/** A provider that is away longer than seconds is no error of the effect: it is asked again in recall time. */
export type EffectFailure = {
  code: string;
  message: string;
  retryAfterSeconds: number | null;
  /** What was made all the same, so that a person can go on with it. */
  documents?: DocumentRef[];
};
export type EffectReturn<K extends EffectKind> = { result: EffectResult<K> } | { failed: EffectFailure };

/** The activities that run effects, one a kind. */
export type EffectActivities = { [K in EffectKind]: (call: EffectCall<K>) => Promise<EffectReturn<K>> };
