import type { Attempt } from './run-effect.js';

/** How a run of a campaign goes from page to page. An empty page is the end of what is due. */
export type Pages<Claimed, Sent> = {
  claim: () => Promise<Claimed[]>;
  send: (page: Claimed[]) => Promise<Sent[]>;
  settle: (sent: Sent[]) => Promise<void>;
  /** While a page is on its wire the one before is settled and the next one claimed, but for the first; otherwise one thing comes after the other. */
  isAhead: boolean;
};

/**
 * Sends a page that is claimed and all that follow it, and gives whether nothing more is due, or the attempt is late. The first is
 * settled before another is claimed: where a provider is away, it shows that. A page that was sent is settled whatever befalls the
 * next one, as long as the database takes it: what is not settled is sent again. So no more than two pages are claimed and not
 * settled at any time, and none when this returns. Throws where the attempt was given up.
 */
export async function sendPages<Claimed, Sent>(
  first: Claimed[],
  { claim, send, settle, isAhead }: Pages<Claimed, Sent>,
  attempt: Attempt,
): Promise<'all' | 'late'> {
  let page = first;
  let unsettled: Sent[] = [];
  let mayClaim = false;
  while (page.length > 0) {
    const settled = unsettled;
    const [sent, next] = await Promise.allSettled([
      send(page),
      (async (): Promise<Claimed[]> => {
        if (settled.length > 0) await settle(settled);
        return mayClaim && !attempt.isLate() ? claim() : [];
      })(),
    ]);
    unsettled = valueOf(sent);
    page = next.status === 'fulfilled' && !attempt.isGivenUp() ? next.value : [];
    if (page.length > 0) continue;
    await settle(unsettled);
    unsettled = [];
    valueOf(next);
    attempt.requireWanted();
    if (attempt.isLate()) return 'late';
    page = await claim();
    mayClaim = isAhead;
  }
  return 'all';
}

function valueOf<T>(ended: PromiseSettledResult<T>): T {
  if (ended.status === 'rejected') throw ended.reason;
  return ended.value;
}
