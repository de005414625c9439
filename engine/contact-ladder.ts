import type { ContactRung } from './channels.js';
import { after, type IsoInstant } from './words.js';

export type TryOutcome = 'delivered' | 'refused' | 'bounced';

/**
 * Where a recipient stands on the contact ladder after a try. `exhausted`: the documented maximum is reached, or the
 * address is dead and the remaining rungs use the same channel.
 */
export function nextRung(
  ladder: ContactRung[],
  tried: number,
  outcome: TryOutcome,
  firstTriedAt: IsoInstant,
): { rung: number; at: IsoInstant } | 'exhausted' {
  const deadChannel = outcome === 'delivered' ? null : ladder[tried]?.by;
  const rung = ladder.findIndex(({ by }, index) => index > tried && by !== deadChannel);
  return rung < 0 ? 'exhausted' : { rung, at: after(firstTriedAt, ladder[rung]!.after) };
}
