import type { Entry } from './entries.js';
import type { RecallEvent } from './events.js';
import type { Fact, LedgerEntry } from './facts.js';
import type { Counted } from './told-counts.js';

/** Facts of which a recall has few, whoever is told: they are kept while measures are made, and others are counted as they are read. */
export const KEPT_FACTS = [
  'trace recorded',
  'containment confirmed',
  'decision refused at the door',
  'refusals summarised',
  'notice published',
  'outlet added',
  'publication proved',
] as const satisfies readonly Fact['type'][];
export type KeptFact = Extract<Fact, { type: (typeof KEPT_FACTS)[number] }>;

/** What the measures of a recall are made of, once its ledger has been read. */
export type Measured = {
  events: Entry<RecallEvent>[];
  facts: Entry<KeptFact>[];
  /** How many facts there are of all types, and of those whose number is all that is told of them. */
  factsRead: number;
  egressRefused: number;
  counted: Counted;
  /** The entry that was written last. */
  last: Pick<LedgerEntry, 'link' | 'wall'>;
};
