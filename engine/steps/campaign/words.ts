import type { StepWords } from '../step-words.js';

export const campaignWords: StepWords<'campaign'> = {
  stands({ status, detail: { tally } }) {
    const { delivered, recipients, acknowledged } = tally;
    return `${status}, ${delivered} of ${recipients} reached, ${acknowledged} answered`;
  },
};
