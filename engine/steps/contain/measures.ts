import { pick } from '../../entries.js';
import type { Measured } from '../../measured.js';
import type { IsoInstant } from '../../words.js';

export type ContainMeasures = {
  /** How shipping was stopped, null where nobody has confirmed it. `reference`: the number of the confirmation; people's scripts read it by this name. */
  contained: { at: IsoInstant; reference: string; unitsHeld: number } | null;
};

export function containMeasures({ events }: Measured): ContainMeasures {
  const stopped = pick(events, 'shipping stopped').at(-1)?.body;
  if (!stopped) return { contained: null };
  const { at, confirmationNumber, unitsHeld } = stopped;
  return { contained: { at, reference: confirmationNumber, unitsHeld } };
}
