import { statusWords, type StepWords } from '../step-words.js';

export const assessmentWords: StepWords<'assessment'> = { stands: statusWords };
