import { monitorEventLoopDelay } from 'node:perf_hooks';

const SAMPLE_MS = 5;

/** The longest that the loop of this process was held up, and its largest memory. */
export function watchLoop(): { end: () => { loopMs: number; memoryMb: number } } {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  let rss = 0;
  const look = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss())), SAMPLE_MS);
  return {
    end() {
      clearInterval(look);
      delay.disable();
      return { loopMs: Math.max(0, delay.max / 1e6 - SAMPLE_MS), memoryMb: rss / 1e6 };
    },
  };
}
