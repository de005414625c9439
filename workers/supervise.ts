import type { Child } from '../tools/servers.mjs';

export type Supervised = { name: string; child: Pick<Child<unknown>, 'ended' | 'restart'> };

const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 5_000;
/** Who ends this soon after its start has not served. */
const AT_ONCE_MS = 2_000;
const WINDOW_MS = 60_000;
const ENDS_MAX = 5;

/**
 * Starts children again that end unasked, after a pause that grows with each end within a minute. One that ends at once
 * again and again is given up, and said to be. Ends with `stop`, after which nothing is started.
 */
export function supervise(children: Supervised[], say: (line: string) => void): { stop: () => void } {
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const one of children) void watch(one, say, signal);
  return { stop: () => stopping.abort() };
}

async function watch({ name, child }: Supervised, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  let ends: { at: number; atOnce: boolean }[] = [];
  for (let since = performance.now(); ;) {
    await child.ended();
    if (signal.aborted) return;
    const now = performance.now();
    ends = [...ends.filter(({ at }) => now - at < WINDOW_MS), { at: now, atOnce: now - since < AT_ONCE_MS }];
    if (ends.filter(({ atOnce }) => atOnce).length >= ENDS_MAX) {
      say(
        `${name} HAS BEEN GIVEN UP: it ended at once ${ENDS_MAX} times within a minute; see its log, and start all anew`,
      );
      return;
    }
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** (ends.length - 1));
    say(`${name} has ended; it is started again in ${pauseMs} ms`);
    await pause(pauseMs, signal);
    if (signal.aborted) return;
    try {
      await child.restart();
      say(`${name} runs again`);
    } catch (failed) {
      // It has ended again before it served, which the next round counts as at once, or is being stopped.
      if (!signal.aborted) say(`${name} did not start: ${failed instanceof Error ? failed.message : String(failed)}`);
    }
    since = performance.now();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(over), resolve()), { once: true });
  });
}
