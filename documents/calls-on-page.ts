import type { Language } from '../engine/words.js';
import { CALL_RESULTS, WHAT_TO_NOTE, type CallResult } from '../engine/calls.js';

/** Somebody whom a person is to call, on the page of the ask that wants it. */
export type CallToMake = {
  recipient: string;
  name: string;
  /** Empty where no number is known. */
  phone: string;
  /** The number where a telephone can dial it by a tap; else empty. */
  dial: string;
  units: number;
  /** What is said to them, line by line, in their language. */
  script: string[];
  language: Language;
  direction: 'ltr' | 'rtl';
  /** Calls made so far, and how many are made at most. */
  made: number;
  attempts: number;
  answerPath: string;
};

const RESULT_LABELS: Record<CallResult, string> = {
  reached: 'Spoke to them and told them',
  'no-answer': 'Nobody answered',
  'wrong-number': 'The number is somebody else’s, or none',
  refused: 'They want no calls',
};

/** What the template of the page needs beside them. */
export const CALL_FORM = {
  whatToNote: WHAT_TO_NOTE,
  results: CALL_RESULTS.map((value) => ({ value, label: RESULT_LABELS[value] })),
};
