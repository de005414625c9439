import type { AssessmentStep } from './steps/assessment/model.js';
import type { CampaignStep } from './steps/campaign/model.js';
import type { ClosureStep } from './steps/closure/model.js';
import type { ContainStep } from './steps/contain/model.js';
import type { FilingStep } from './steps/filing/model.js';
import type { GateStep } from './steps/gate/model.js';
import type { TaskStep } from './steps/task/model.js';
import type { TraceStep } from './steps/trace/model.js';
import type { WaitStep } from './steps/wait/model.js';
import type { IsoDuration, RoleName, StepName } from './words.js';

/** A playbook as the engine runs it: the parsed document, plain JSON, carried as workflow input. Conditions are CEL texts. */
export type Playbook = {
  playbook: string;
  version: number;
  title: string;
  facts: Record<string, FactType>;
  roles: Record<RoleName, Role>;
  escalations: Record<string, LadderRung[]>;
  /** For how long a closed recall takes late answers at least. */
  lateAnswers: IsoDuration;
  /** Whether one human may stand in roles that must be two people, as in a firm of few. */
  samePerson: 'refused' | 'allowed';
  /** In document order, which is the order in which steps that become ready together start. */
  steps: StepDefinition[];
};

/** No free text: facts stand in the ledger, where only ids, counts and choices belong. */
export type FactType = { type: 'enum'; values: string[] } | NumberFact | { type: 'boolean' };
/** `whole`: a count and no measure; `min` and `max` are included, null where there is none. */
export type NumberFact = { type: 'number'; whole: boolean; min: number | null; max: number | null };
export type FactValue = string | number | boolean;

export type Right = 'contain' | 'override' | 'pause' | 'widen-scope' | 'act-alone';
export type Role = { title: string; may: Right[] };

/** Who is asked next when an ask stays silent. `after` counts from the instant the ask was opened, `every` from the rung before. */
export type LadderRung =
  | { kind: 'after'; after: IsoDuration; to: RoleName | 'deputy' }
  | { kind: 'every'; every: IsoDuration; to: RoleName | 'deputy'; times: number; then: 'act-alone' | 'stay' };

export type StepDefinition =
  ContainStep | AssessmentStep | TaskStep | GateStep | TraceStep | FilingStep | CampaignStep | WaitStep | ClosureStep;
export type StepKind = StepDefinition['kind'];
export type StepOf<K extends StepKind> = Extract<StepDefinition, { kind: K }>;

/** The definition of a step; throws on a name that is not in the playbook, because the parser has checked every name. */
export function stepOf(playbook: Playbook, name: StepName): StepDefinition {
  const found = playbook.steps.find((step) => step.name === name);
  if (!found) throw new Error(`no step ${name} in playbook ${playbook.playbook}`);
  return found;
}
