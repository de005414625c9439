import { statusWords, type StepWords } from '../step-words.js';
import type { Until, WaitEnd } from './model.js';

const ENDS = {
  met: 'what it waited for has come',
  elapsed: 'its time has come',
  limit: 'what it waited for has not come in time',
} satisfies Record<WaitEnd, string>;

/** How a wait ended, for people. */
export function waitEndWords(by: WaitEnd): string {
  return ENDS[by];
}

export const waitWords: StepWords<'wait'> = {
  stands(step, { until }) {
    const { asked, extendedTo, ended } = step.detail;
    if (ended !== null) return `${statusWords(step)}, ${waitEndWords(ended.by)}`;
    if (asked) return `${statusWords(step)}, ${waitEndWords('limit')}: somebody is asked`;
    return `${statusWords(step)}, ${untilWords(until, extendedTo)}`;
  },
};

function untilWords(until: Until, extendedTo: string | null): string {
  switch (until.kind) {
    case 'duration':
      return `until ${until.duration} after ${until.after}`;
    case 'instant':
      return `until ${until.instant}`;
    case 'condition':
      return `until ${until.condition}, ${extendedTo === null ? `for ${until.limit.within}` : `until ${extendedTo}`} at the longest`;
    default:
      return until satisfies never;
  }
}
