import type { StepWords } from '../step-words.js';

export const traceWords: StepWords<'trace'> = {
  stands: ({ status, detail: { found } }) =>
    found ? `${found.unitsSold} units at ${found.consignees} customers` : status,
};
