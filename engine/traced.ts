import type { Unmarked } from './scope.js';
import type { Market } from './words.js';

/** Who received deliveries in two markets is a consignee of both. */
export type MarketUnits = { market: Market; units: number; consignees: number };

/** What a trace found: the units in the scope and who received them. `markets` sorted by market. */
export type Traced = {
  saleLines: number;
  unitsSold: number;
  consignees: number;
  unidentifiedLines: number;
  unidentifiedUnits: number;
  creditLines: number;
  unitsCredited: number;
  unitsCreditedMatched: number;
  markets: MarketUnits[];
  /** Null where the scope goes by days of sale, which every sale has. */
  unmarked: Unmarked | null;
};
