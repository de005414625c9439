import type { Measured } from '../measured.js';
import type { StepKind } from '../playbook.js';
import { assessmentMeasures, type AssessmentMeasures } from './assessment/measures.js';
import { campaignMeasures, type CampaignMeasures } from './campaign/measures.js';
import { containMeasures, type ContainMeasures } from './contain/measures.js';
import { filingMeasures, type FilingMeasures } from './filing/measures.js';
import { traceMeasures, type TraceMeasures } from './trace/measures.js';

/** What each kind of step adds to the numbers of a recall, over all its steps. */
type MeasuresByKind = {
  contain: ContainMeasures;
  assessment: AssessmentMeasures;
  task: Nothing;
  /** The decisions on gates, previews and closures are measured alike, as decisions. */
  gate: Nothing;
  trace: TraceMeasures;
  filing: FilingMeasures;
  campaign: CampaignMeasures;
  wait: Nothing;
  /** When it was closed is a number of the recall. */
  closure: Nothing;
};
type Nothing = Record<never, never>;
const nothing = (): Nothing => ({});

const MEASURES: { [K in StepKind]: (measured: Measured) => MeasuresByKind[K] } = {
  contain: containMeasures,
  assessment: assessmentMeasures,
  task: nothing,
  gate: nothing,
  trace: traceMeasures,
  filing: filingMeasures,
  campaign: campaignMeasures,
  wait: nothing,
  closure: nothing,
};

/** The numbers that the kinds of steps add, side by side. */
export type StepMeasures = AllOf<MeasuresByKind[StepKind]>;
/** One type with the fields of each member of a union. */
type AllOf<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer All) => void ? All : never;

export function stepMeasures(measured: Measured): StepMeasures {
  return Object.assign({}, ...Object.values(MEASURES).map((of) => of(measured))) as StepMeasures;
}
