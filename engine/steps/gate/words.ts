import { votesNeeded } from '../../votes.js';
import { statusWords, type StepWords } from '../step-words.js';

export const gateWords: StepWords<'gate'> = {
  stands: (step, { approvers }) =>
    `${statusWords(step)}, ${step.detail.votes.length} of ${votesNeeded(approvers)} votes`,
};
