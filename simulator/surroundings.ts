import type { EffectResult } from '../engine/effects.js';
import type { RecipientRow } from '../engine/facts.js';
import type { Condition } from '../engine/conditions.js';
import type { Roster } from '../engine/roster.js';
import type { ContactRung } from '../engine/channels.js';
import type { IsoInstant, Language, Market, RecipientId } from '../engine/words.js';
import type { Regime } from '../regulations/regimes.js';
import type { World } from './world/schema.js';

/** A contact of a business that received the product. `units` is what is left after credits before the recall. */
export type SuppliedRecipient = {
  recipient: RecipientId;
  market: Market;
  language: Language;
  units: number;
  reachable: boolean;
};

/** What a trace of the scope finds, and who there is to tell, in order of recipient. */
export type Supply = { trace: EffectResult<'traceSales'>; recipients: SuppliedRecipient[] };

/** One recipient on the contact ladder. */
export type Contact = RecipientRow & {
  noticeLanguage: Language;
  rung: number;
  firstAt: IsoInstant | null;
  nextDue: IsoInstant | null;
  delivered: number;
  refused: number;
  bounced: number;
  responded: boolean;
};
export type Mailing = {
  ladder: ContactRung[];
  contacts: Contact[];
  watch: { condition: Condition; value: boolean } | null;
};

/** All that lies outside the engine in a simulation. */
export type Surroundings = {
  world: World;
  seed: number;
  roster: Roster;
  regimes: Regime[];
  supply: Supply;
  /** Campaigns under way, by step. */
  mailings: Map<string, Mailing>;
  stopShipTries: number;
};
