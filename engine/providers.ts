import type { IsoInstant } from './words.js';

/** A provider's name on record, such as `smtp` and `smtp-2`; it does not say where that is. */
export type ProviderName = string;

/** What its wire showed with one message: it works, whatever became of that one; it put off one far end; or nothing gets through. */
export type WireShows = 'works' | 'puts-off' | 'away';
/** One message on one wire. `end`: whose side was put off, so that many messages to one of them count as one. */
export type Seen = { provider: ProviderName; shows: WireShows; end: string; why: string | null };

/** How a provider stands, by what its wire has shown without once having worked in between. */
export type Standing = { failures: number; putOff: number; awaySince: IsoInstant | null; why: string | null };

/** So often in a row nothing got through, a provider is away. */
export const FAILURES_MAX = 5;
/** So many far ends put off in a row, none of them taken in between, are no verdict on any of them. */
export const PUT_OFF_MAX = 10;
/** So many notices of each run of a campaign try whether a provider is back: more than one, for one of them may be put off on its own account. */
export const PROBES = 3;
/** Notices that wait for a provider are looked at again so often, in recall time. */
export const WAIT_SECONDS = 900;

export const WORKING: Standing = { failures: 0, putOff: 0, awaySince: null, why: null };

/** How a provider stands after more of it was seen. Whatever worked says that it is there. */
export function standingAfter(before: Standing, seen: Seen[], at: IsoInstant): Standing {
  if (seen.some(({ shows }) => shows === 'works')) return WORKING;
  const failures = before.failures + seen.filter(({ shows }) => shows === 'away').length;
  const ends = new Set(seen.filter(({ shows }) => shows === 'puts-off').map(({ end }) => end));
  const putOff = before.putOff + ends.size;
  const isAway = before.awaySince !== null || failures >= FAILURES_MAX || putOff >= PUT_OFF_MAX;
  const why = seen.findLast((one) => one.why !== null)?.why ?? before.why;
  return { failures, putOff, awaySince: isAway ? (before.awaySince ?? at) : null, why };
}
