import type { ResponseAnswer } from './facts.js';

/** What the thanks for an answer on the response page say: what was recorded, and what comes next. No words of whoever answered: their link may have been passed on. */
export type Thanks = ResponseAnswer & {
  drill: boolean;
  /** Units that were delivered and that the answer leaves out. */
  rest: number;
  hurt: boolean;
  /** It takes the place of an answer before. */
  corrects: boolean;
  product: string;
  item: string;
  actions: string;
  contact: string;
  company: string;
  ourReference: string;
  responseUrl: string;
  disclaimer: string;
};
