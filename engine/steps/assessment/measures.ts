import { pick } from '../../entries.js';
import type { Measured } from '../../measured.js';
import type { FactValue } from '../../playbook.js';

export type AssessmentMeasures = {
  /** What the assessments found, the latest of each. */
  facts: Record<string, FactValue>;
};

export function assessmentMeasures({ events }: Measured): AssessmentMeasures {
  const found = pick(events, 'facts set').map(({ body }) => body.facts);
  return { facts: Object.assign({}, ...found) as AssessmentMeasures['facts'] };
}
