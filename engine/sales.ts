import type { IsoInstant, Market } from './words.js';

export type SaleKind = 'sale' | 'credit' | 'adjustment';

/** One line of a sales file as the product keeps it. `soldAt` is the file's naive local time moved by the mapping's shift, taken as UTC. */
export type SaleLine = {
  line: number;
  invoice: string;
  item: string;
  description: string;
  /** As in the file: credit notes are negative. */
  quantity: number;
  soldAt: IsoInstant;
  originalAt: string;
  unitPrice: string;
  customer: string | null;
  country: string;
  market: Market;
  kind: SaleKind;
  /** Null where the file does not say, which is most often the case. */
  lot: string | null;
  serial: string | null;
  /** 1 for the first of exactly equal lines of a file, 2 for the second …: repeats are kept, and a second import of them adds nothing. */
  occurrence: number;
};
