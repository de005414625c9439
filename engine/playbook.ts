import type { Channel } from './channels.js';
import type { IsoDuration, Language, RoleName, StepName } from './words.js';

/** A playbook as the engine runs it: the parsed document, plain JSON, carried as workflow input. Conditions are CEL texts. */
export type Playbook = {
  playbook: string;
  version: number;
  title: string;
  facts: Record<string, FactType>;
  roles: Record<RoleName, Role>;
  escalations: Record<string, LadderRung[]>;
  /** In document order, which is the order in which steps that become ready together start. */
  steps: StepDefinition[];
};

/** No free text: facts stand in the ledger, where only ids, counts and choices belong. */
export type FactType = { type: 'enum'; values: string[] } | { type: 'number' } | { type: 'boolean' };
export type FactValue = string | number | boolean;

export type Right = 'contain' | 'override' | 'pause' | 'widen-scope' | 'act-alone';
export type Role = { title: string; may: Right[] };

/** Who is asked next when an ask stays silent. `after` counts from the instant the ask was opened, `every` from the rung before. */
export type LadderRung =
  | { kind: 'after'; after: IsoDuration; to: RoleName | 'deputy' }
  | { kind: 'every'; every: IsoDuration; to: RoleName | 'deputy'; times: number; then: 'act-alone' | 'stay' };

type StepCommon = {
  name: StepName;
  title: string;
  after: StepName[];
  /** Starts the step once it is true; while it can still become true the step waits, else it is skipped. */
  when: string | null;
  /** The steps that `when` and `until` mention, found by the parser. */
  mentions: StepName[];
};

/** Every answerable step says how long its ask may stay open and which ladder runs meanwhile. */
type Asking = { due: IsoDuration; escalation: string | null };

/** `due` and `escalation` count for the ask that goes to the owner when the warehouse cannot be reached. */
export type ContainStep = StepCommon & Asking & { kind: 'contain'; owner: RoleName };
export type AssessmentStep = StepCommon & Asking & { kind: 'assessment'; owner: RoleName; sets: string[] };
export type TaskStep = StepCommon & Asking & { kind: 'task'; owner: RoleName };
export type GateStep = StepCommon &
  Asking & {
    kind: 'gate';
    approvers: Approvers;
    excludeOpener: boolean;
    onReject: { backTo: StepName; atMost: number } | null;
  };
export type TraceStep = StepCommon & { kind: 'trace' };
export type FilingStep = StepCommon & Asking & { kind: 'filing'; owner: RoleName; report: 'initial' };
export type CampaignStep = StepCommon &
  Asking & {
    kind: 'campaign';
    audience: 'consignees';
    notice: string;
    /** Roles that approve the preview, each by a person of their own. */
    preview: RoleName[];
    languages: Language[];
    ladder: ContactRung[];
    watch: { enough: string; by: IsoDuration } | null;
  };
export type ClosureStep = StepCommon & Asking & { kind: 'closure'; until: string | null; approvers: Approvers };

/** `all`: one vote of each role. `any`: so many votes of different people who hold one of the roles. */
export type Approvers = { kind: 'all'; roles: RoleName[] } | { kind: 'any'; roles: RoleName[]; count: number };

/** One try in a recipient's contact ladder; `after` counts from the first rung. */
export type ContactRung = { by: Channel; after: IsoDuration };

export type StepDefinition =
  ContainStep | AssessmentStep | TaskStep | GateStep | TraceStep | FilingStep | CampaignStep | ClosureStep;
export type StepKind = StepDefinition['kind'];
export type StepOf<K extends StepKind> = Extract<StepDefinition, { kind: K }>;

/** The definition of a step; throws on a name that is not in the playbook, because the parser has checked every name. */
export function stepOf(playbook: Playbook, name: StepName): StepDefinition {
  const found = playbook.steps.find((step) => step.name === name);
  if (!found) throw new Error(`no step ${name} in playbook ${playbook.playbook}`);
  return found;
}

/** What a condition sees of each kind of step, by name and CEL type; the linter checks conditions against it. */
export const STEP_RESULTS = {
  contain: { done: 'bool' },
  assessment: { done: 'bool' },
  task: { done: 'bool' },
  gate: { done: 'bool', approved: 'bool' },
  trace: { done: 'bool', consignees: 'double', units: 'double' },
  filing: { done: 'bool', owed: 'double', filed: 'double', receipted: 'double' },
  campaign: {
    done: 'bool',
    enough: 'bool',
    /** The instant by which enough should have answered has passed, and not enough have. */
    overdue: 'bool',
    finished: 'bool',
    recipients: 'double',
    delivered: 'double',
    /** Recipients with no notice that stands: no address, or all refused or returned. */
    unreachable: 'double',
    acknowledged: 'double',
  },
  closure: { done: 'bool' },
} as const satisfies Record<StepKind, Record<string, 'bool' | 'double'>>;
