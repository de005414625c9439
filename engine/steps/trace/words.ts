import { lateWords } from '../../late-sales.js';
import type { StepWords } from '../step-words.js';
import { lateOf } from './model.js';

export const traceWords: StepWords<'trace'> = {
  stands({ status, detail }) {
    const { found } = detail;
    if (found === null) return status;
    const late = lateOf(detail);
    const since = late === null ? '' : `; since the trace: ${lateWords(late)}`;
    return `${found.unitsSold} units at ${found.consignees} customers${since}`;
  },
};
