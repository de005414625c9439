import type { StepWords } from '../step-words.js';

export const campaignWords: StepWords<'campaign'> = {
  stands({ status, detail: { tally } }) {
    const { delivered, recipients, responded } = tally;
    return `${status}, ${delivered} of ${recipients} reached, ${responded} answered`;
  },
};
