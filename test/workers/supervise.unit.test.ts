import { expect, it } from '@jest/globals';
import { supervise, type Supervised } from '../../workers/supervise.js';
import { eventually } from '../eventually.js';

/** A child that ends when it is told to, and of which it is known how often it was started again. */
function standIn(name: string, restart: () => Promise<void> = () => Promise.resolve()) {
  let end = (): void => undefined;
  let over = new Promise<void>((resolve) => (end = resolve));
  const counted = { restarts: 0 };
  const child: Supervised['child'] = {
    ended: () => over,
    async restart() {
      counted.restarts += 1;
      await restart();
      over = new Promise<void>((resolve) => (end = resolve));
    },
  };
  return { supervised: { name, child }, counted, end: () => end() };
}

it('what ends is started again, with a pause that grows, and what goes on ending at once is given up loudly', async () => {
  const [steady, broken] = [standIn('steady'), standIn('broken')];
  const said: string[] = [];
  const { stop } = supervise([steady.supervised, broken.supervised], (line) => said.push(line));
  for (let ends = 1; ends <= 5; ends += 1) {
    broken.end();
    await eventually('it runs again or is given up', () => broken.counted.restarts === ends || ends === 5);
  }
  await eventually('it is given up', () => said.some((line) => line.startsWith('broken HAS BEEN GIVEN UP')));
  expect(broken.counted.restarts).toBe(4);
  expect(said.filter((line) => line.includes('in ')).map((line) => Number(/in (\d+) ms/.exec(line)?.[1]))).toEqual([
    100,
    200,
    400,
    800,
    NaN,
  ]);
  steady.end();
  await eventually('the other is still looked after', () => steady.counted.restarts === 1);
  stop();
});

it('what does not start counts as ended, and nothing is started after a stop', async () => {
  const failing = standIn('failing', () => Promise.reject(new Error('no such key')));
  const other = standIn('other');
  const said: string[] = [];
  const { stop } = supervise([failing.supervised, other.supervised], (line) => said.push(line));
  failing.end();
  await eventually('it is given up', () => said.some((line) => line.startsWith('failing HAS BEEN GIVEN UP')));
  expect(failing.counted.restarts).toBe(4);
  expect(said).toContain('failing did not start: no such key');
  stop();
  other.end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(other.counted.restarts).toBe(0);
});
