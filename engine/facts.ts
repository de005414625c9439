import type { AboutA } from './about.js';
import type { CallResult } from './calls.js';
import type { Bounced, Carried, Channel } from './channels.js';
import type { Wish } from './do-not-contact.js';
import type { Criticality } from './exposure.js';
import type { Traced } from './traced.js';
import type { ProviderName } from './providers.js';
import type { OutletKind } from './outlet-kinds.js';
import type { RefusalReason } from './inputs.js';
import type { AskId, IsoDate, IsoInstant, Language, Market, PersonId, RecipientId, Sha256, StepName } from './words.js';
import type { Scope } from './scope.js';

export type NoticeOutcome = 'delivered' | 'refused' | 'deferred' | 'egress-refused';

/** One notice of a settled page; kept and exported beside the ledger entry, which carries the digest of its rows. */
export type NoticeRow = {
  recipient: RecipientId;
  rung: number;
  channel: Channel;
  /** Of the notice, which is not always the recipient's own. */
  language: Language;
  /**
   * `handed`: it is with people who carry it, and have not said yet what became of it. `suppressed`: nothing was put on the
   * wire, because whoever reads there wants no more messages. No far end has refused anything.
   */
  outcome: NoticeOutcome | 'handed' | 'suppressed';
  messageId: string;
  /** Who took it, where that was not the provider that its channel asks first. */
  provider?: ProviderName;
  /** They were told by the message to this recipient, which is the same person; absent where the message was their own. */
  with?: RecipientId;
};
/** One frozen recipient. */
export type RecipientRow = {
  recipient: RecipientId;
  /** Where they received it, sorted. */
  markets: Market[];
  language: Language;
  /** The language they are written to in. */
  noticeLanguage: Language;
  units: number;
  /** What kind of critical place they are, where the contacts say it: they are told before others. */
  criticality: Criticality | null;
  /** Which wave of the campaign tells them, from 0. */
  wave: number;
  /** What became of their wish not to be contacted on channels of the ladder; null where they have none. */
  wish: Wish | null;
  /** Of the ladder's channels those on which an address is known; none where nobody can tell them. */
  channels: Channel[];
  /** Who stands for all that have the same mailbox, and are told together as one person; absent of who is alone. */
  person?: RecipientId;
};

/** A consignee who is not told, in the list of those who are, with the reason. */
export type NotToldRow = { recipient: RecipientId; markets: Market[]; notTold: NotToldReason };
/** `all-credited`: nothing of what they bought is theirs any more. */
export type NotToldReason = 'all-credited';

/** What a recipient reported: units, which add up to at most what they received. */
export type ResponseAnswer = {
  quarantined: number;
  soldOn: number;
  destroyed: number;
  passedOn: boolean;
  /** Their customer has answered through another of its contacts, and the units are counted there. */
  byAnother?: true;
};

/** The answer of those whose customer has answered through another of its contacts: nothing is asked of them any more. */
export const SAID_BY_ANOTHER: ResponseAnswer = {
  ...{ quarantined: 0, soldOn: 0, destroyed: 0, passedOn: false },
  byAnother: true,
};

/** Whether two answers say the same. */
export function isSameAnswer(a: ResponseAnswer, b: ResponseAnswer): boolean {
  return (
    a.byAnother === b.byAnother &&
    a.quarantined === b.quarantined &&
    a.soldOn === b.soldOn &&
    a.destroyed === b.destroyed &&
    a.passedOn === b.passedOn
  );
}

/** How many units an answer accounts for. */
export function unitsOf({ quarantined, soldOn, destroyed }: ResponseAnswer): number {
  return quarantined + soldOn + destroyed;
}

/** What a recipient says in a call by pressing a key: that they have some of it, none any more, or that a person should call them. */
export type SaidByKey = 'has' | 'has-none' | 'call-me';

/** Whom a link was given to. */
export type LinkHolder = { kind: 'person'; id: PersonId } | { kind: 'recipient'; id: RecipientId };

/** Which notice of a recall. */
export type NoticeName = {
  step: StepName;
  revision: number;
  recipient: RecipientId;
  rung: number;
  channel: Channel;
  /** By whose message they were told of it, where it was not their own. */
  with?: RecipientId;
};

/** What the store saw. Each is one ledger entry, written in the transaction that makes it. Ids and counts only. */
export type Fact =
  | { type: 'containment confirmed'; v: 1; confirmationNumber: string; unitsHeld: number }
  | ({ type: 'trace recorded'; v: 1; scope: Scope } & Traced)
  | { type: 'person told'; v: 1; ask: AskId; rung: number; person: PersonId; outcome: NoticeOutcome; messageId: string }
  | {
      type: 'recipients frozen';
      v: 1;
      step: StepName;
      revision: number;
      recipients: number;
      /** Consignees who are not told; with the recipients they are all that the trace found. */
      notTold: number;
      unreachable: number;
      /** Of the rows in this entry, which are the last of the list. */
      digest: Sha256;
      /** The pages of the list before it, and the digest of theirs; absent where there are none. */
      before?: { pages: number; digest: Sha256 };
    }
  /** A page of a list of recipients that is too long for one entry (engine/frozen-list.ts). */
  | {
      type: 'recipients listed';
      v: 1;
      step: StepName;
      revision: number;
      /** 1, 2, 3 … */
      page: number;
      listed: number;
      digest: Sha256;
    }
  /** A recipient has named whom they supplied: so many stand in their list now. `list`: salted hash of it; `consent`: hash of what they agreed to. */
  | {
      type: 'customers named';
      v: 1;
      step: StepName;
      revision: number;
      recipient: RecipientId;
      customers: number;
      units: number;
      list: Sha256;
      consent: Sha256;
    }
  /** A recipient says that they tell their customers themselves; `how`: salted hash of what they say they have told. */
  | { type: 'customers told'; v: 1; step: StepName; revision: number; recipient: RecipientId; how: Sha256 }
  /** Those who were named are told from now on. */
  | {
      type: 'recipients added';
      v: 1;
      step: StepName;
      revision: number;
      recipients: number;
      unreachable: number;
      /** Named too, and told already by another notice. */
      known: number;
      digest: Sha256;
    }
  | {
      type: 'notices settled';
      v: 1;
      step: StepName;
      revision: number;
      notices: number;
      delivered: number;
      refused: number;
      deferred: number;
      egressRefused: number;
      handed: number;
      suppressed: number;
      digest: Sha256;
    }
  /** Letters that were handed over are printed together; the hash is that of their PDF. */
  | {
      type: 'letters batched';
      v: 1;
      step: StepName;
      revision: number;
      batch: string;
      letters: number;
      sha256: Sha256;
    }
  /** People who carry notices said what became of them. */
  | ({ type: 'notices carried'; v: 1; step: StepName; revision: number; notices: number; digest: Sha256 } & Record<
      Carried,
      number
    >)
  /** A notice to the public stands where everybody can read it: as so many pages, with what goes with them. */
  | {
      type: 'notice published';
      v: 1;
      step: StepName;
      revision: number;
      /** The number of this publication among those of the recall. */
      n: number;
      languages: Language[];
      documents: { name: string; sha256: Sha256 }[];
    }
  /** Somebody was asked to publish it; `name` is the salted hash of what they are called. */
  | { type: 'outlet added'; v: 1; outlet: number; by: PersonId; kind: OutletKind; name: Sha256 }
  /** They have, and here is the evidence. */
  | {
      type: 'publication proved';
      v: 1;
      outlet: number;
      by: PersonId;
      date: IsoDate;
      file: { name: string; sha256: Sha256 };
    }
  /** A provider says that a notice has reached its recipient, in its own word. */
  /** `was`: as what the notice was settled, where that is true no more, and it counts as delivered from now on. */
  | ({ type: 'notice arrived'; v: 1; status: string; was?: NoticeRow['outcome'] } & NoticeName)
  | ({ type: 'key pressed'; v: 1; said: SaidByKey } & NoticeName)
  /** Rows that a crash left between claim and settlement; each is sent again and counted as a possible duplicate. */
  | { type: 'notices in doubt'; v: 1; step: StepName; revision: number; notices: number; digest: Sha256 }
  /** Nothing gets through on a channel: its providers are away, and so many notices wait for them. */
  | {
      type: 'channel away';
      v: 1;
      step: StepName;
      revision: number;
      channel: Channel;
      providers: ProviderName[];
      waiting: number;
    }
  /** Somebody was told that notices wait. */
  | {
      type: 'outage told';
      v: 1;
      step: StepName;
      revision: number;
      channel: Channel;
      person: PersonId;
      /** How they were told. */
      by: Channel;
    }
  /** One of them takes notices again; `since`: when the waiting began. */
  | { type: 'channel back'; v: 1; step: StepName; revision: number; channel: Channel; since: IsoInstant }
  | ({ type: 'notice bounced'; v: 1; status: string; how: Bounced } & NoticeName)
  /** Somebody called a notice of ours unwanted, through whoever keeps their mail (RFC 5965): nothing is written to that address again. */
  | ({ type: 'complaint received'; v: 1; feedback: string } & NoticeName)
  /** The same of a message that is no notice: of the thanks to a recipient, or of an answer to an entry of a tray. */
  | { type: 'message unwanted'; v: 1; about: AboutA<'notice' | 'post'>; channel: Channel; feedback: string }
  | {
      type: 'response recorded';
      v: 1;
      step: StepName;
      /** Of the notice that was answered. */
      revision: number;
      recipient: RecipientId;
      answer: ResponseAnswer;
      /** Salted hash of what the recipient wrote beside the numbers; absent where they wrote nothing. */
      comment?: Sha256;
      /** Salted hash of who they are, where the notice was sent to somebody else. */
      by?: Sha256;
    }
  /** A recipient says on their page that somebody was hurt. */
  | {
      type: 'injury said';
      v: 1;
      step: StepName;
      recipient: RecipientId;
      /** Salted hash of what they wrote. */
      text: Sha256;
    }
  /** Somebody on the call list was called. */
  | {
      type: 'call recorded';
      v: 1;
      step: StepName;
      recipient: RecipientId;
      by: PersonId;
      result: CallResult;
      /** On which rung of the ladder; absent where the call was none. */
      rung?: number;
      /** Nobody needed to call any more: somebody had been told, or had answered, before this was entered. */
      late?: true;
      /** Salted hash of what the caller noted; absent where they noted nothing. */
      note?: Sha256;
    }
  | {
      type: 'filing prepared';
      v: 1;
      about: AboutA<'filing'>;
      mode: 'mail' | 'portal';
      documents: { name: string; sha256: Sha256 }[];
    }
  | { type: 'filing sent'; v: 1; about: AboutA<'filing'>; messageId: string; outcome: NoticeOutcome }
  | { type: 'filing bounced'; v: 1; about: AboutA<'filing'>; status: string }
  | { type: 'receipt recorded'; v: 1; about: AboutA<'filing'>; reference: string; by: 'mail' }
  /** A mail that answers one of ours and is no receipt. Its text is a row of the store; `text` is the salted hash. */
  | {
      type: 'mail received';
      v: 1;
      about: AboutA<'filing' | 'notice' | 'ask' | 'post'>;
      automatic: boolean;
      text: Sha256;
    }
  /** Somebody wrote by mail of an injury: an entry for quality, who reads it and records it where it is one. */
  | { type: 'injury mentioned'; v: 1; text: Sha256 }
  /** Somebody of the firm has answered what a person wrote; `text`: the salted hash of the answer. */
  | { type: 'post answered'; v: 1; about: AboutA<'post'>; by: PersonId; via: 'email' | 'sms'; text: Sha256 }
  | { type: 'egress refused'; v: 1; what: string; destination: Sha256 }
  | { type: 'decision refused at the door'; v: 1; reason: RefusalReason; ask: AskId | null; by: PersonId | null }
  /** What was refused and signed by nobody, such as an expired link: told together, with a hash of what was tried. */
  | {
      type: 'refusals summarised';
      v: 1;
      count: number;
      reasons: Partial<Record<RefusalReason, number>>;
      from: IsoInstant;
      to: IsoInstant;
      /** Over the hashes of what was tried. It covers no rows, and so is no `digest`. */
      tried: Sha256;
    }
  /** Links of a person or a recipient open nothing any more; `links`: how many there were. */
  | { type: 'links revoked'; v: 1; by: PersonId; of: LinkHolder; links: number }
  | { type: 'document written'; v: 1; name: string; sha256: Sha256 }
  /** Somebody had the rows of an earlier entry erased; that entry's digest of them stays. */
  | { type: 'rows erased'; v: 1; link: number; digest: Sha256; by: PersonId };

/** Whether it was a message of its own, and not named in that to somebody else who is the same person. Messages are counted once. */
export function isOwnMessage({ with: other }: Pick<NoticeRow, 'with'>): boolean {
  return other === undefined;
}

/** The fact of a settled page: its counts follow from its rows, in the store as in the simulator. */
export function noticesSettled(
  { step, revision, digest }: { step: StepName; revision: number; digest: Sha256 },
  rows: NoticeRow[],
): Fact {
  const own = rows.filter(isOwnMessage);
  const count = (outcome: NoticeRow['outcome']): number => own.filter((row) => row.outcome === outcome).length;
  return {
    type: 'notices settled',
    v: 1,
    step,
    revision,
    notices: own.length,
    delivered: count('delivered'),
    refused: count('refused'),
    deferred: count('deferred'),
    egressRefused: count('egress-refused'),
    handed: count('handed'),
    suppressed: count('suppressed'),
    digest,
  };
}

/** The fact of notices of which those who carry them have said what became, in the store as in the simulator. */
export function noticesCarried(
  { step, revision, digest }: { step: StepName; revision: number; digest: Sha256 },
  rows: NoticeRow[],
): Fact {
  const count = (outcome: Carried): number => rows.filter((row) => row.outcome === outcome).length;
  const counts = { delivered: count('delivered'), refused: count('refused') };
  return { type: 'notices carried', v: 1, step, revision, notices: rows.length, ...counts, digest };
}

export type FactType = Fact['type'];

/** The ledger stream a fact belongs to. One writer at a time per stream, so that numbers within it do not depend on timing. */
export function streamOf(fact: Fact): string {
  switch (fact.type) {
    case 'containment confirmed':
      return 'contain';
    case 'trace recorded':
      return 'trace';
    case 'person told':
      return `asks/${fact.ask}`;
    case 'recipients listed':
    case 'recipients frozen':
    case 'recipients added':
    case 'notices settled':
    case 'notices in doubt':
    case 'letters batched':
      return `notices/${fact.step}`;
    case 'notices carried':
      return `carried/${fact.step}`;
    case 'channel away':
    case 'channel back':
    case 'outage told':
      return `outages/${fact.step}`;
    case 'notice published':
      return 'public';
    case 'outlet added':
    case 'publication proved':
      return 'outlets';
    case 'notice bounced':
    case 'notice arrived':
    case 'complaint received':
    case 'key pressed':
      return `bounces/${fact.step}`;
    case 'customers named':
    case 'customers told':
      return `cascade/${fact.step}`;
    case 'response recorded':
      return `responses/${fact.step}`;
    case 'call recorded':
      return `calls/${fact.step}`;
    case 'filing prepared':
    case 'filing sent':
    case 'filing bounced':
    case 'receipt recorded':
      return `filings/${fact.about.id}`;
    case 'mail received':
    case 'injury mentioned':
    case 'injury said':
    case 'post answered':
    case 'message unwanted':
      return 'replies';
    case 'egress refused':
    case 'decision refused at the door':
    case 'refusals summarised':
      return 'refusals';
    case 'links revoked':
      return 'links';
    case 'document written':
      return 'documents';
    case 'rows erased':
      return 'erasures';
    default:
      return fact satisfies never;
  }
}

/** One line of an exported ledger: event or fact, chained to the line before it. */
export type LedgerEntry = {
  recallId: string;
  /** 1, 2, 3 … over all entries of the recall. */
  link: number;
  stream: string;
  /** 1, 2, 3 … within the stream. */
  number: number;
  /** Recall time. */
  at: IsoInstant;
  /** Canonical JSON text of an event or a fact. */
  body: string;
  /** The rows a fact's digest covers, in order; outside the hash, so that they can be erased. */
  rows: (NoticeRow | RecipientRow | NotToldRow)[] | null;
  /** When the store wrote it, by the wall clock. */
  wall: IsoInstant;
  prev: Sha256;
  hash: Sha256;
};
