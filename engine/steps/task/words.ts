import { statusWords, type StepWords } from '../step-words.js';

export const taskWords: StepWords<'task'> = { stands: statusWords };
