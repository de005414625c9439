import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sendPages } from '../../activities/pages.js';
import type { Attempt } from '../../activities/run-effect.js';

type Fault = 'claim' | 'send' | 'settle' | 'given-up' | 'late' | null;

const GIVEN_UP = 'this attempt has been given up';

/** Pages of these sizes, of which something befalls one, each thing taking as many turns of the loop as chance has it. */
async function played(sizes: number[], isAhead: boolean, fault: Fault, at: number, turns: number[]) {
  const waiting = sizes.map((size, page) => Array.from({ length: size }, (_, n) => `${page}.${n}`));
  const first = waiting.shift() ?? [];
  const [claimed, sent, settled]: string[][] = [[...first], [], []];
  let [steps, most, isGivenUp, isLate, underWay] = [0, 0, false, false, 0];
  const step = async (what: Fault): Promise<void> => {
    const number = (steps += 1);
    underWay += 1;
    for (let turn = 0; turn < turns[number % turns.length]!; turn += 1) await Promise.resolve();
    underWay -= 1;
    if (number < at) return;
    if (fault === 'given-up') isGivenUp = true;
    if (fault === 'late') isLate = true;
    if (fault === what) throw new Error(`no ${what}`);
  };
  const attempt: Attempt = {
    requireWanted: () => {
      if (isGivenUp) throw new Error(GIVEN_UP);
    },
    isGivenUp: () => isGivenUp,
    isLate: () => isLate,
  };
  const open = (): number => claimed!.length - settled!.length;
  const ended = await sendPages(
    first,
    {
      claim: async () => {
        await step('claim');
        const page = waiting.shift() ?? [];
        claimed!.push(...page);
        most = Math.max(most, open());
        return page;
      },
      send: async (page) => {
        await step('send');
        sent!.push(...page);
        return page;
      },
      settle: async (page) => {
        await step('settle');
        settled!.push(...page);
      },
      isAhead,
    },
    attempt,
  ).catch((failed: unknown) => (failed as Error).message);
  return { ended, claimed: claimed!, sent: sent!, settled: settled!, left: waiting.flat(), most, underWay };
}

const SIZES = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 });
const TURNS = fc.array(fc.nat(6), { minLength: 1, maxLength: 7 });

test('every page is sent and settled once and in its order, and no more than two are open at a time', async () => {
  await fc.assert(
    fc.asyncProperty(SIZES, fc.boolean(), TURNS, async (sizes, isAhead, turns) => {
      const { ended, claimed, sent, settled, left, most } = await played(sizes, isAhead, null, 0, turns);
      expect(ended).toBe('all');
      expect(left).toEqual([]);
      expect(sent).toEqual(claimed);
      expect(settled).toEqual(claimed);
      expect(most).toBeLessThanOrEqual(isAhead ? 8 : 4);
    }),
  );
});

test('once the first page is settled the next one is claimed while one is on its wire, unless each is to be judged', async () => {
  const order: string[] = [];
  const pages = [['b'], ['c'], []];
  const run = async (isAhead: boolean): Promise<string> => {
    order.length = 0;
    const left = [...pages];
    const note = async <T>(what: string, gives: T): Promise<T> => {
      order.push(what);
      await Promise.resolve();
      return gives;
    };
    const send = async ([one]: string[]): Promise<string[]> => note(`send ${one}`, [one!]);
    const settle = async ([one]: string[]): Promise<void> => note(`settle ${one}`, undefined);
    const claim = async (): Promise<string[]> => note('claim', left.shift() ?? []);
    const attempt = { requireWanted: () => undefined, isGivenUp: () => false, isLate: () => false };
    await sendPages(['a'], { claim, send, settle, isAhead }, attempt);
    return order.join(', ');
  };
  expect(await run(true)).toBe('send a, settle a, claim, send b, claim, send c, settle b, claim, settle c, claim');
  expect(await run(false)).toBe('send a, settle a, claim, send b, settle b, claim, send c, settle c, claim');
});

test('whatever fails, what was sent is settled as far as it can be, and nothing is under way any more', async () => {
  const faults = fc.constantFrom<Fault>('claim', 'send', 'settle', 'given-up', 'late');
  await fc.assert(
    fc.asyncProperty(SIZES, fc.boolean(), faults, fc.nat(20), TURNS, async (sizes, isAhead, fault, at, turns) => {
      const { ended, claimed, sent, settled, left, underWay } = await played(sizes, isAhead, fault, at, turns);
      expect(underWay).toBe(0);
      if (fault !== 'settle') expect(settled).toEqual(sent);
      expect(claimed.slice(0, settled.length)).toEqual(settled);
      if (ended === 'late') expect(settled).toEqual(claimed);
      if (ended === 'all') expect([settled, left]).toEqual([claimed, []]);
      else expect(['late', GIVEN_UP, `no ${fault}`]).toContain(ended);
    }),
  );
});
