import type { Condition } from '../conditions.js';
import type { StepEvent, StepEvents } from '../events.js';
import type { StepDefinition, StepKind, StepOf } from '../playbook.js';
import type { DetailOf, StepDetail } from '../state.js';
import { assessmentModel } from './assessment/model.js';
import { campaignModel } from './campaign/model.js';
import { closureModel } from './closure/model.js';
import { containModel } from './contain/model.js';
import { filingModel } from './filing/model.js';
import { gateModel } from './gate/model.js';
import type { Results, Sees, StepModel, StepResults } from './model.js';
import { taskModel } from './task/model.js';
import { traceModel } from './trace/model.js';
import { waitModel } from './wait/model.js';

const MODELS = {
  contain: containModel,
  assessment: assessmentModel,
  task: taskModel,
  gate: gateModel,
  trace: traceModel,
  filing: filingModel,
  campaign: campaignModel,
  wait: waitModel,
  closure: closureModel,
} satisfies { [K in StepKind]: StepModel<StepOf<K>, DetailOf<K>, StepEvents[K]> };

/** The model of a kind. Definition, detail and events of one step are of one kind, which the type system cannot follow through a lookup. */
export function modelOf(kind: StepKind): StepModel<StepDefinition, StepDetail, StepEvent> {
  return MODELS[kind] as unknown as StepModel<StepDefinition, StepDetail, StepEvent>;
}

/** What conditions see of a step, by name and CEL type. That it is done they see of each. */
export function resultTypesOf(definition: StepDefinition): Results {
  const { results, lacks } = modelOf(definition.kind);
  return { done: 'bool', ...without(results, lacks?.(definition)) };
}

/** What conditions see of a step that the engine is told as soon as it changes. */
export function toldTypesOf(definition: StepDefinition): Results {
  return without(resultTypesOf(definition), modelOf(definition.kind).counted);
}

function without<T>(results: Record<string, T>, lacking: readonly string[] = []): Record<string, T> {
  return Object.fromEntries(Object.entries(results).filter(([name]) => !lacking.includes(name)));
}

/** What a step has come to, as conditions and people see it. */
export function resultsOfDetail(detail: StepDetail): StepResults {
  const { resultsOf, lacks } = modelOf(detail.kind);
  return without(resultsOf(detail), lacks?.(detail));
}

/** A condition where it stands in a definition. */
export type PlacedCondition = { path: string[]; text: Condition; sees: Sees };

/** Every condition that a definition holds: parser, linter and engine know of no other. */
export function conditionsOf(definition: StepDefinition): PlacedCondition[] {
  const places: [string, Sees][] = [['when', 'recall'], ...Object.entries<Sees>(modelOf(definition.kind).conditions)];
  return places.flatMap(([path, sees]) => {
    const keys = path.split('.');
    const text = keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], definition);
    return typeof text === 'string' ? [{ path: keys, text: text as Condition, sees }] : [];
  });
}
