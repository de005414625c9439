import type { StepWords } from '../step-words.js';

export const filingWords: StepWords<'filing'> = {
  stands({ status, detail: { filings } }) {
    const receipted = filings.filter(({ reference }) => reference !== null).length;
    return `${status}, ${receipted} of ${filings.length} with a reference`;
  },
};
