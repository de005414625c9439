import type { Channel } from '../engine/channels.js';
import type { Contact } from '../engine/contact.js';
import type { DoNotContact } from '../engine/do-not-contact.js';
import type { Criticality } from '../engine/exposure.js';
import type { Traced } from '../engine/traced.js';
import type { RecipientRow } from '../engine/facts.js';
import type { Condition } from '../engine/conditions.js';
import type { Roster } from '../engine/roster.js';
import type { ContactRung } from '../engine/channels.js';
import type { WatchSaid } from '../engine/watches.js';
import type { Tally } from '../engine/tally.js';
import type { WaveCounts, WaveLimits } from '../engine/waves.js';
import type { Language, Market, RecipientId } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import type { Regime } from '../regulations/regimes.js';
import type { World } from './world/schema.js';

/** A contact of a business that received the product. `units` is what is left after credits before the recall. */
export type SuppliedRecipient = {
  recipient: RecipientId;
  markets: Market[];
  language: Language;
  units: number;
  criticality: Criticality | null;
  doNotContact: DoNotContact;
  /** On which they have an address. */
  channels: Channel[];
};

/** What a trace of the scope finds, and who there is to tell, in order of recipient. */
export type Supply = { trace: Traced; recipients: SuppliedRecipient[] };

/** Somebody whom a recipient has named, in the language and the markets of who named them. */
export type NamedRecipient = Pick<RecipientRow, 'recipient' | 'markets' | 'language' | 'units'>;

/** A frozen recipient, and what has become of them so far. */
export type Frozen = { row: RecipientRow; contact: Contact };

/** A campaign under way: its frozen recipients as contacts, the most exposed first, and the counts of them as they are now. */
export type Mailing = {
  revision: number;
  /** As it was before its notice was corrected: who has the earlier one may still answer it. */
  earlier: Mailing | null;
  ladder: ContactRung[];
  recipients: Map<RecipientId, Frozen>;
  tally: Tally;
  /** What has become of each wave, how much of it may come to nothing, and which go on all the same. */
  waves: WaveCounts[];
  limits: WaveLimits | null;
  accepted: number[];
  /** `changes`: how often what it says was news. */
  watch: (WatchSaid & { condition: Condition; changes: number }) | null;
  /** Of letters, so far. */
  batches: number;
};

/** All that lies outside the engine in a simulation. */
export type Surroundings = {
  world: World;
  seed: number;
  roster: Roster;
  regimes: Regime[];
  noticeRules: NoticeRules;
  supply: Supply;
  /** Campaigns under way, by step. */
  mailings: Map<string, Mailing>;
  stopShipTries: number;
};
