import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Ask } from '../../api/contract/asks.js';
import { ask, send } from '../../drills/door.js';
import type { RecallEvent } from '../../engine/events.js';
import { measure } from '../../engine/measures.js';
import { epochMs, type RecallId } from '../../engine/words.js';
import { workflowIdOf } from '../../workflows/contract.js';
import { historiesOf, plainText, withClient } from './history.js';
import { openingOf, prepareDrill, type SmallDrill } from './small-drill.js';
import { eventually } from '../eventually.js';

const ACCESS = 'a-secret-part-of-a-path';
const UI = 'http://127.0.0.1:8233';

describe("a short drill on the real clock, with Temporal's own timers", () => {
  let small: SmallDrill;
  let recallId: RecallId;
  let events: RecallEvent[];

  const openAsk = (step: string, person: string): Promise<Ask> =>
    eventually(`${person} is asked about ${step}`, async () => {
      const inbox = await ask(small.door, 'readInbox', { person });
      return inbox.find((one) => one.step === step);
    });
  const approve = async (step: string, person: string): Promise<void> => {
    const { ask: id, shown } = await openAsk(step, person);
    const body = { ask: id, outcome: 'approve', shown } as const;
    await ask(small.door, 'decide', { params: { recall: recallId }, person, body });
  };

  beforeAll(async () => {
    small = await prepareDrill({ env: { CODEC_ACCESS: ACCESS, TEMPORAL_UI: UI } });
    // It ends soon after it is closed, so that its history is whole.
    const edit = (text: string): string => text.replace('\nversion:', '\nlate-answers: PT1S\nversion:');
    const { playbook, playbookFile, scope } = openingOf('playbooks/short-notice-drill.yaml', undefined, { edit });
    const opening = { playbook, playbookFile, scope, mode: 'drill', clock: 'real' } as const;
    const opened = await ask(small.door, 'openRecall', {
      person: 'coordinator',
      body: { ...opening, idempotencyKey: randomUUID() },
    });
    recallId = opened.recallId;
    const params = { recall: recallId };
    const { ask: id } = await openAsk('assess', 'quality-head');
    const values = { risk: 'high' };
    await ask(small.door, 'answer', { params, person: 'quality-head', body: { ask: id, values } });
    // The holder says nothing: after two seconds the deputy is asked, and decides.
    await approve('decide', 'quality-deputy');
    await approve('close', 'commander');
    await eventually('the recall is closed', async () => (await ask(small.door, 'showRecall', { params })).closedAt);
    await withClient(small, (client) => client.workflow.getHandle(workflowIdOf(recallId)).result());
    events = (await small.export(recallId))
      .filter(({ stream }) => stream === 'events')
      .map(({ body }) => JSON.parse(body) as RecallEvent);
  }, 90_000);
  afterAll(() => small.stop());

  it('climbs the ladder when nobody answers, at its instant and not before', async () => {
    const asked = events.find((event) => event.type === 'people asked' && event.step === 'decide')!;
    const climbed = events.find((event) => event.type === 'escalated' && event.step === 'decide')!;
    const waitedMs = epochMs(climbed.at) - epochMs(asked.at);
    expect(waitedMs).toBeGreaterThanOrEqual(2_000);
    const { decisions, closedAt } = measure(await small.export(recallId));
    expect(closedAt).not.toBeNull();
    expect(decisions.find(({ step }) => step === 'decide')).toMatchObject({ by: 'quality-deputy', escalations: 1 });
  });

  it('waits with a timer that says in words what it waits for', async () => {
    const [history] = await historiesOf(small, recallId);
    const timers = history!.events!.filter(({ timerStartedEventAttributes: timer }) => timer);
    expect(timers.length).toBeGreaterThan(0);
    const words = await plainText(
      timers.map(({ userMetadata }) => userMetadata),
      small,
    );
    expect(words).toContain('decide: quality silent, next rung or due');
  });

  it("is told in words in Temporal's UI: search attributes, current details, and payloads through the codec endpoint", async () => {
    const described = await withClient(small, (client) => client.workflow.getHandle(workflowIdOf(recallId)).describe());
    const attributes = Object.fromEntries(
      described.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    expect(attributes).toMatchObject({
      RecallId: recallId,
      RecallMode: 'drill',
      RecallPlaybook: 'short-notice-drill v1',
      RecallStatus: 'ended',
      RecallOpenAsks: 0,
    });
    const metadata = await withClient(small, (client) =>
      client.workflow.getHandle(workflowIdOf(recallId)).query('__temporal_workflow_metadata'),
    );
    expect(JSON.stringify(metadata)).toContain('**decide**: done, 1 of 1 votes');
  });

  it("has its payloads read by Temporal's UI through the codec endpoint, and by nobody who lacks its secret", async () => {
    const [history] = await historiesOf(small, recallId);
    const started = history!.events![0]!.workflowExecutionStartedEventAttributes!.input!.payloads![0]!;
    const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
    const metadata = Object.fromEntries(
      Object.entries(started.metadata ?? {}).map(([name, value]) => [name, base64(value)]),
    );
    const body = { payloads: [{ metadata, data: base64(started.data) }] };
    const answered = await send(small.door, 'decodePayloads', { params: { access: ACCESS }, body });
    expect(answered.headers.get('access-control-allow-origin')).toBe(UI);
    const { payloads } = (await answered.json()) as { payloads: { data: string }[] };
    expect(Buffer.from(payloads[0]!.data, 'base64').toString()).toContain('Short-notice drill');
    const other = { access: 'another-secret-of-a-path' };
    expect((await send(small.door, 'decodePayloads', { params: other, body })).status).toBe(404);
  });

  it('cannot have its clock moved', async () => {
    const body = { to: '2027-01-01T00:00:00.000Z' };
    const answered = await send(small.door, 'moveClock', { params: { recall: recallId }, body });
    expect(answered.status).toBe(409);
  });
});
