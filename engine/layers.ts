import type { Layer, PassedOn } from './cascade.js';
import type { Playbook, StepOf } from './playbook.js';
import type { StepName } from './words.js';

/** The campaign that tells those whom the recipients of this one name; null where they are not asked. */
export function tellsOn({ steps }: Playbook, of: StepName): (StepOf<'campaign'> & { passedOn: PassedOn }) | null {
  const found = steps.find((step) => step.kind === 'campaign' && step.passedOn?.of === of);
  return (found as (StepOf<'campaign'> & { passedOn: PassedOn }) | undefined) ?? null;
}

/** Whom a campaign is for that tells those who were named; null of any other. */
export function passedOnOf({ steps }: Playbook, name: StepName): PassedOn | null {
  const found = steps.find((step) => step.name === name);
  return found?.kind === 'campaign' ? (found.passedOn ?? null) : null;
}

/** The campaigns of a playbook that tell those who were passed the product on, by the layer they are. */
export function layersOf({ steps }: Playbook): Map<StepName, Layer> {
  return new Map(
    steps.flatMap((step): [StepName, Layer][] =>
      step.kind === 'campaign' && step.passedOn ? [[step.name, step.passedOn.layer]] : [],
    ),
  );
}
