import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleWorld } from '../../drills/sample.js';
import { measure } from '../../engine/measures.js';
import type { RecallId } from '../../engine/words.js';
import type { World } from '../../simulator/world/schema.js';
import { prepareDrill, type SmallDrill } from '../drills/small-drill.js';
import { eventually } from '../eventually.js';
import { shownCommands, shownFile, shownFiles } from '../imports/own-recall-page.js';
import { recall } from './stand-in.js';

let small: SmallDrill;
beforeAll(async () => {
  small = await prepareDrill({ world: acceptingWorld() });
}, 60_000);
afterAll(() => small.stop());

/** What the page's case lacks for consumers counsel accepts, as the page says. */
function acceptingWorld(): World {
  const { people, ...world } = sampleWorld();
  const accepts = {
    'EU-02-P': 'There is no picture yet.',
    'EU-05': 'A lot has no days.',
    'LANG-02': 'Other languages follow.',
    'LANG-04': 'Other languages follow.',
  };
  return { ...world, people: { ...people, accepts } };
}

it('docs/own-recall.md can be done as it stands there, command by command, and its drill runs to its end', async () => {
  for (const name of shownFiles()) writeFileSync(join(small.dir, name), shownFile(name));
  const placed = (word: string): string => (shownFiles().includes(word) ? join(small.dir, word) : word);
  const as = ['--api', small.door.url, '--key', small.door.localKey, '--json'];
  let recallId: RecallId | null = null;
  for (const words of shownCommands()) {
    // The page shows the mapping that this command writes as it is after it was corrected.
    const args = words[1] === 'map' ? words.with(-1, join(small.dir, 'first-mapping.yaml')) : words;
    const isOpening = words[0] === 'open' && !words.includes('--dry-run');
    const { exit, out } = await recall([...args.map(placed), ...(isOpening ? ['--yes'] : []), ...as]);
    const answer: unknown = JSON.parse(out);
    expect({ words, exit, answer }).toMatchObject({ words, exit: 0 });
    if (isOpening) ({ recallId } = answer as { recallId: RecallId });
  }
  if (recallId === null) throw new Error('the page opens no drill');
  const quality = ['inbox', '--as', 'quality', ...as];
  await eventually('quality is asked', async () => (await recall(quality)).out.includes('assess/1/1'));
  expect(await small.run(recallId)).toBe(true);
  const { trace, notices } = measure(await small.export(recallId));
  // By the page's sales: 12 pieces and 2 cartons of 6 of the lot, of which 4 came back.
  expect(trace).toMatchObject({ unitsSold: 24, unitsCredited: 4, consignees: 2 });
  expect(notices).toMatchObject({ recipients: 2, unreachable: 1 });
}, 90_000);
