// Loaded before the mail door's entry: the door runs as it is, and answers each line from the bench with the longest that
// its loop was held up, and the most memory that it had, since the line before.
// Plain JavaScript, because it is loaded before anything that reads TypeScript.
import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const SAMPLE_MS = 10;

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  let rssBytes = 0;
  setInterval(() => (rssBytes = Math.max(rssBytes, process.memoryUsage.rss())), SAMPLE_MS).unref();
  const bench = connect(Number(process.env.BENCH_PORT), '127.0.0.1');
  bench.on('error', () => undefined);
  bench.unref();
  bench.on('data', () => {
    // What is late is counted from when it was due, so that an idle loop shows its own resolution and no delay.
    bench.write(`${JSON.stringify({ loopMs: Math.max(0, delay.max / 1e6 - SAMPLE_MS), rssBytes })}\n`);
    delay.reset();
    rssBytes = 0;
  });
}
