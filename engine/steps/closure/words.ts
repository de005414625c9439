import { votesNeeded } from '../../votes.js';
import { statusWords, type StepWords } from '../step-words.js';

export const closureWords: StepWords<'closure'> = {
  stands: (step, { approvers }) =>
    `${statusWords(step)}, ${step.detail.votes.length} of ${votesNeeded(approvers)} votes`,
};
