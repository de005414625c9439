import type { StepWords } from '../step-words.js';

export const campaignWords: StepWords<'campaign'> = {
  stands({ status, detail: { audience, tally, published, stopped } }) {
    if (audience === 'public') return published === null ? status : `${status}, published (${published})`;
    const { delivered, recipients, responded } = tally;
    const halted = stopped === null ? '' : ', sending has stopped';
    return `${status}, ${delivered} of ${recipients} reached, ${responded} answered${halted}`;
  },
};
