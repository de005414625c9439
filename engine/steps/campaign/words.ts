import type { StepWords } from '../step-words.js';

export const campaignWords: StepWords<'campaign'> = {
  stands({ status, detail: { audience, tally, published } }) {
    if (audience === 'public') return published === null ? status : `${status}, published (${published})`;
    const { delivered, recipients, responded } = tally;
    return `${status}, ${delivered} of ${recipients} reached, ${responded} answered`;
  },
};
