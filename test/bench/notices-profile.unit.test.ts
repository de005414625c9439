import { expect, test } from '@jest/globals';
import { profileTable } from '../../bench/notices/profile-table.js';
import { idleClock, sharesOf } from '../../bench/notices/profile.js';

const frame = (functionName: string) => ({ functionName, scriptId: '0', url: '', lineNumber: 0, columnNumber: 0 });

test('a function has its own time and that of what it calls, once where it calls itself; what idles is nobody', () => {
  const shares = sharesOf({
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 5] },
      { id: 2, callFrame: frame('walk'), children: [3] },
      { id: 3, callFrame: frame('walk'), children: [4] },
      { id: 4, callFrame: frame('hash') },
      { id: 5, callFrame: frame('(idle)') },
    ],
    startTime: 0,
    endTime: 10_000,
    samples: [2, 3, 4, 5],
    timeDeltas: [2_000, 3_000, 4_000, 1_000],
  });
  expect(shares).toEqual([
    { name: 'walk', own: 5, all: 9 },
    { name: 'hash', own: 4, all: 4 },
  ]);
});

test('the table names functions of ours with what they call, and statements, for one mail', () => {
  const words = profileTable(
    {
      functions: [
        { name: 'render liquidjs/dist/liquid.node.js:7', own: 30, all: 30 },
        { name: 'renderText documents/templates.ts:31', own: 10, all: 40 },
      ],
      statements: [{ name: 'campaign-claim', times: 2, ms: 5 }],
    },
    10,
  );
  const lines = words.split('\n').map((line) => line.trim().split(/\s{2,}/));
  expect(lines).toContainEqual(['render liquidjs/dist/liquid.node.js:7', '3.000', '75.0 %']);
  expect(lines).toContainEqual(['renderText documents/templates.ts:31', '4.000', '100.0 %']);
  expect(lines).toContainEqual(['campaign-claim', '0.500', '2']);
});

test('a clock of what is under way counts two at once for one', async () => {
  const clock = idleClock();
  const from = performance.now();
  let end: () => void = () => undefined;
  const first = clock.during(() => new Promise<void>((resolve) => (end = resolve)));
  await clock.during(() => Promise.resolve());
  end();
  await first;
  const until = performance.now();
  expect(clock.idleSeconds(from, until)).toBeGreaterThanOrEqual(0);
  expect(clock.idleSeconds(from, until + 2_000)).toBeGreaterThanOrEqual(2);
});
