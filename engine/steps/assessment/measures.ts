import { pick, type Entries } from '../../entries.js';
import type { FactValue } from '../../playbook.js';

export type AssessmentMeasures = {
  /** What the assessments found, the latest of each. */
  facts: Record<string, FactValue>;
};

export function assessmentMeasures({ events }: Entries): AssessmentMeasures {
  const found = pick(events, 'facts set').map(({ body }) => body.facts);
  return { facts: Object.assign({}, ...found) as AssessmentMeasures['facts'] };
}
