import { statusWords, type StepWords } from '../step-words.js';

export const containWords: StepWords<'contain'> = {
  stands: (step) =>
    step.detail.confirmationNumber === null ? statusWords(step) : `confirmed, ${step.detail.unitsHeld} units held`,
};
