import { expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { ClockKind, PersonId, RecallId, RoleName } from '../../engine/words.js';
import { closing, TRACE } from '../engine/playbooks.js';
import { playbookOf, TRACED } from '../engine/recall.js';
import { eventually } from '../eventually.js';
import { ownWorkflows } from './own-workflows.js';

/** Asks first, which reads the ledger, and traces then, which does not. */
const PLAYBOOK = playbookOf(`
  check: { kind: task, title: Check, owner: quality, due: P2D, escalation: stays }${TRACE}${closing('check', 'trace')}`);
/** By recall: what the append waits for. */
const holds = new Map<RecallId, Promise<void>>();
const called = new Map<string, () => void>();
const person = { person: 'somebody' as PersonId, role: 'quality' as RoleName, onBehalfOf: null };
const openRecall = ownWorkflows('reads', {
  askPeople: async () => ({ result: { people: [person] } }),
  traceSales: async () => ({ result: TRACED }),
  async appendEvents({ recallId }) {
    called.get(recallId)?.();
    await holds.get(recallId);
  },
});

/** Opens a recall whose first append is held until it is let go. */
async function held(id: string, clock: ClockKind): Promise<{ handle: WorkflowHandle; letGo: () => void }> {
  const recallId = id as RecallId;
  let letGo = (): void => undefined;
  holds.set(recallId, new Promise<void>((resolve) => (letGo = resolve)));
  const appending = new Promise<void>((resolve) => called.set(recallId, resolve));
  const handle = await openRecall(PLAYBOOK, recallId, clock);
  await appending;
  return { handle, letGo };
}

/** What the workflow has started and what has come back, in the order of its history. */
async function storyOf(handle: WorkflowHandle): Promise<string[]> {
  const names = new Map<string, string>();
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) names.set(String(event.eventId), scheduled.activityType!.name!);
    const completed = event.activityTaskCompletedEventAttributes;
    if (scheduled) return [`${scheduled.activityType!.name!} started`];
    return completed ? [`${names.get(String(completed.scheduledEventId))!} done`] : [];
  });
}

/** The story of a workflow, once this line stands in it. */
function storyWith(handle: WorkflowHandle, line: string): Promise<string[]> {
  return eventually(line, async () => {
    const story = await storyOf(handle);
    return story.includes(line) && story;
  });
}

it('on the real clock, what reads the ledger starts when that has it, and holds nothing else up', async () => {
  const { handle, letGo } = await held('RC-2026-9001', 'real');
  await storyWith(handle, 'traceSales done');
  letGo();
  const story = await storyWith(handle, 'askPeople done');
  expect(story.slice(0, 3)).toEqual(['traceSales started', 'appendEvents started', 'traceSales done']);
  expect(story.indexOf('askPeople started')).toBeGreaterThan(story.indexOf('appendEvents done'));
});

it('in a stepped drill it holds back what comes after it, so that all start in the order of the outbox', async () => {
  const { handle, letGo } = await held('RC-2026-9002', 'stepped');
  letGo();
  const story = await storyWith(handle, 'askPeople done');
  expect(story.slice(0, 4)).toEqual([
    'appendEvents started',
    'appendEvents done',
    'askPeople started',
    'traceSales started',
  ]);
});
