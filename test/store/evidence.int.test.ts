import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventBody, RecallEvent } from '../../engine/events.js';
import type { RegimeId, StepName } from '../../engine/words.js';
import { evidenceFor } from '../../store/evidence.js';
import { withTransaction } from '../../store/db.js';
import { appendEvents, appendFact } from '../../store/ledger.js';
import { at, opened, owed } from '../engine/recall.js';
import { openRecall, testDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

test('who submits a report is shown what else is owed, and that its mail came back', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const step = 'notify' as StepName;
  const regime = 'gb' as RegimeId;
  const { events } = opened(
    '  close: { kind: closure, title: Close, approvers: { any: [legal], count: 1 }, due: P2D, escalation: stays }',
  );
  const later: EventBody[] = [
    { type: 'filings planned', step, plan: { filings: [owed(regime)], counselNeeded: [] }, plannedFor: 'undecided' },
    { type: 'report sent', step, regime, mode: 'mail' },
    { type: 'report returned', step, regime },
  ];
  const numbered = later.map((body, index): RecallEvent => ({
    ...body,
    v: 1,
    seq: events.length + index + 1,
    at: at('PT2H'),
  }));
  const view = { asks: [], steps: [], nextDue: null, closedAt: null };
  await appendEvents(pool, { recallId, events: [...events, ...numbered], view });
  const lines = await evidenceFor(pool, { recallId, step, question: 'submit-filing', regime });
  expect(lines).toEqual(
    expect.arrayContaining([
      { name: 'Note', value: 'Note of gb.' },
      { name: 'Came back', value: `the mail to the authority was not delivered (${at('PT2H')})` },
    ]),
  );
});

test('who does a task is shown it although a fact was written down before the opening was', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const step = 'call' as StepName;
  const { events } = opened(`
  call: { kind: task, title: Call, owner: commander, due: P1D, escalation: stays }
  close: { kind: closure, title: Close, after: [call], approvers: { any: [legal], count: 1 }, due: P2D, escalation: stays }`);
  // Effects run beside the append: a confirmation can be faster than the record of what asked for it.
  const fact = { type: 'containment confirmed', v: 1, reference: 'WH-1', unitsHeld: 4 } as const;
  await withTransaction(pool, (client) => appendFact(client, { recallId, at: at('PT0S'), fact }));
  await appendEvents(pool, { recallId, events, view: { asks: [], steps: [], nextDue: null, closedAt: null } });
  const lines = await evidenceFor(pool, { recallId, step, question: 'task', regime: null });
  expect(lines[0]).toMatchObject({ name: 'Scope' });
});
