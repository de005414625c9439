import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figures.js';

const DEMO_SECONDS_MAX = 45;
const RUN = fileURLToPath(new URL('../tools/run.mjs', import.meta.url));

/** Wall time of a whole demo, from the command to its exit, where everything that it needs has been fetched and built. */
export async function warmDemo(say: (line: string) => void): Promise<Figure> {
  say('running the demo …');
  const started = performance.now();
  const { code, words } = await runDemo();
  const seconds = (performance.now() - started) / 1_000;
  if (code !== 0) throw new Error(`the demo ended with ${code}: ${words.trim().split('\n').slice(-3).join(' | ')}`);
  return {
    name: 'demo, warm',
    rows: [{ what: 'wall time', unit: 's', value: seconds, limit: DEMO_SECONDS_MAX, spread: null }],
    note: 'npm run demo -- --json, once',
  };
}

function runDemo(): Promise<{ code: number | null; words: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [RUN, 'demo', '--json'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk) => (words += String(chunk)));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, words }));
  });
}
