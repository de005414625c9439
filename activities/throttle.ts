/** What a provider bears: how much is on its wire at once, and how much a second is begun at most; null where it has not said. */
export type Limits = { atOnce: number; perSecond: number | null };
/** Holds work back until its provider bears it, in the order in which it came. */
export type Throttle = <T>(work: () => Promise<T>) => Promise<T>;

/** Of a provider for which a deployment says nothing. */
export const LIMITS: Limits = { atOnce: 20, perSecond: null };

const SECOND_MS = 1000;

/**
 * A throttle of this process alone: workers do not know of each other's, so the share of each is what is set. What is begun
 * is spread over the second, as a bucket that holds one token does, and nothing but the work itself waits.
 */
export function createThrottle({ atOnce, perSecond }: Limits): Throttle {
  const waiting: (() => void)[] = [];
  let onWire = 0;
  let nextAt = 0;
  /** When this piece may begin, which is its place in the second and not how late a timer of another was. */
  const turn = async (): Promise<void> => {
    if (perSecond === null) return;
    const now = performance.now();
    const at = Math.max(now, nextAt);
    nextAt = at + SECOND_MS / perSecond;
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
  };
  return async (work) => {
    if (onWire >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else onWire += 1;
    try {
      await turn();
      return await work();
    } finally {
      // Whoever waits longest takes this place over.
      const next = waiting.shift();
      if (next) next();
      else onWire -= 1;
    }
  };
}

/** What the claim and the settlement of a page cost is shared by so many of what is on the wire at once: with one alone, the wire waits for the database for half of the time. */
const PAGE_TIMES = 3;

/**
 * Of a campaign's notices as many as are claimed together: what is on the wire at once while nobody knows yet whether its provider
 * is there, and a few times that afterwards; never more than goes out in a second.
 */
export function pageSize({ atOnce, perSecond }: Limits, isTried: boolean): number {
  const size = isTried ? PAGE_TIMES * atOnce : atOnce;
  return Math.min(size, perSecond ?? size);
}
