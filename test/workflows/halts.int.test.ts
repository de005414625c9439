import { beforeEach, expect, it } from '@jest/globals';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { PersonId, RecallId, RoleName } from '../../engine/words.js';
import type { RecallState } from '../../engine/state.js';
import { FOR_EVER, type Advanced, type Halt, type Repaired } from '../../workflows/contract.js';
import { closing, CONTAIN, PACK, TRACE } from '../engine/playbooks.js';
import { OPENED, playbookOf, TRACED } from '../engine/recall.js';
import { eventually } from '../eventually.js';
import { ownWorkflows } from './own-workflows.js';

const PLAYBOOK = playbookOf(`${CONTAIN}${PACK}${TRACE}${closing('contain', 'trace')}`);

/** What fails for ever, until the test mends it. */
let broken: Set<'append' | 'trace'>;
/** How often each was tried. */
let tried: string[];
/** What the appends said of what stands still, in their order. */
let told: Halt[][];
beforeEach(() => {
  broken = new Set();
  tried = [];
  told = [];
});

function orFail(name: 'append' | 'trace'): void {
  tried.push(name);
  if (broken.has(name)) throw ApplicationFailure.nonRetryable(`${name} is broken`, FOR_EVER);
}

const person = { person: 'somebody' as PersonId, role: 'quality' as RoleName, onBehalfOf: null };
const openRecall = ownWorkflows('halts', {
  askPeople: async () => ({ result: { people: [person] } }),
  stopShipping: async () => ({ result: { confirmationNumber: 'WH-1', unitsHeld: 1 } }),
  async traceSales() {
    orFail('trace');
    return { result: TRACED };
  },
  async appendEvents({ halts }) {
    orFail('append');
    told.push(halts);
  },
});

function stateOf(handle: WorkflowHandle): Promise<RecallState> {
  return handle.query<RecallState>('state');
}

function stands(state: RecallState, step: string): string {
  return state.steps.find(({ name }) => name === step)!.status;
}

/** Waits until somebody is asked for what `answer` answers. */
function asked(handle: WorkflowHandle): Promise<boolean> {
  const isOpen = async (): Promise<boolean> =>
    (await stateOf(handle)).asks.some(({ id, status }) => id === 'pack/1/1' && status === 'open');
  return eventually('the question', isOpen);
}

function answer(handle: WorkflowHandle): Promise<unknown> {
  const given = { ask: 'pack/1/1', by: 'somebody', values: { done: true } };
  return handle.executeUpdate('answer', { args: [{ message: 'answer', v: 1, at: OPENED, answer: given }] });
}

async function causeOf(failing: Promise<unknown>): Promise<ApplicationFailure> {
  const failed = await failing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(failed).toBeInstanceOf(WorkflowUpdateFailedError);
  return (failed as WorkflowUpdateFailedError).cause as ApplicationFailure;
}

function repair(handle: WorkflowHandle): Promise<Repaired> {
  return handle.executeUpdate<Repaired, [object]>('repair', { args: [{ message: 'repair', v: 1, at: OPENED }] });
}

it('a recall whose ledger takes nothing more stands still, says so to who asks, and goes on when that is mended', async () => {
  broken.add('append');
  const handle = await openRecall(PLAYBOOK, 'RC-2026-9101' as RecallId, 'real');
  await eventually('an append', () => tried.includes('append'));
  const refused = await eventually('a refusal', async () => {
    const cause = await causeOf(answer(handle));
    return cause.type === 'recall-halted' && cause;
  });
  expect(refused.message).toBe('append is broken');
  // What is wrong for ever is tried once.
  expect(tried.filter((name) => name === 'append')).toHaveLength(1);
  broken.clear();
  expect(await repair(handle)).toMatchObject({ tried: ['append'] });
  await asked(handle);
  await answer(handle);
  expect(stands(await stateOf(handle), 'pack')).toBe('done');
  await eventually('the append of what nothing holds up', () => told.at(-1)?.length === 0);
});

it('an effect that would fail for ever stands still alone, is told with the append, and begins again when it is mended', async () => {
  broken.add('trace');
  const handle = await openRecall(PLAYBOOK, 'RC-2026-9102' as RecallId, 'real');
  const halt = { what: 'trace/1/traceSales/1', message: 'trace is broken' };
  await eventually('what stands still', () => told.some((halts) => halts.length > 0));
  expect(told.at(-1)).toEqual([halt]);
  expect(tried.filter((name) => name === 'trace')).toHaveLength(1);
  // Everything else goes on.
  await asked(handle);
  await answer(handle);
  const state = await stateOf(handle);
  expect([stands(state, 'contain'), stands(state, 'pack'), stands(state, 'trace')]).toEqual(['done', 'done', 'active']);
  broken.clear();
  expect(await repair(handle)).toMatchObject({ tried: [halt.what] });
  await eventually('the trace', async () => stands(await stateOf(handle), 'trace') === 'done');
  await eventually('that nothing stands still', () => told.at(-1)?.length === 0);
  expect(await repair(handle)).toMatchObject({ tried: [] });
});

it.each(['append', 'trace'] as const)(
  'a drill in which %s would fail for ever says so to who moves its clock',
  async (what) => {
    broken.add(what);
    const handle = await openRecall(PLAYBOOK, `RC-2026-91${what.length}0` as RecallId, 'stepped');
    const advance = (stepNo: number): Promise<Advanced> =>
      handle.executeUpdate<Advanced, [object]>('advance', { args: [{ message: 'advance', v: 1, stepNo, to: OPENED }] });
    expect(await causeOf(advance(1))).toMatchObject({ type: 'recall-halted', nonRetryable: true });
    broken.clear();
    await repair(handle);
    expect(await advance(2)).toMatchObject({ settled: true });
    expect(stands(await stateOf(handle), 'trace')).toBe('done');
  },
);

it('an input that the engine cannot take, and a clock that it cannot read, hold nothing up for ever', async () => {
  const handle = await openRecall(PLAYBOOK, 'RC-2026-9103' as RecallId, 'real');
  await asked(handle);
  await handle.signal('relayed', { v: 1, id: 'x', at: 'x', input: { type: 'receipt came' } });
  await answer(handle);
  expect(stands(await stateOf(handle), 'pack')).toBe('done');
});
