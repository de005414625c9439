import { randomUUID } from 'node:crypto';
import { RecallError } from '../engine/errors.js';
import type { IsoInstant, RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { lastSeq } from '../store/ledger.js';
import { pendingCount, toldCount } from '../store/outbox.js';
import { recallRow } from '../store/recalls.js';
import { UPDATES, type Advanced, type AdvanceUpdate } from '../workflows/contract.js';
import type { PartOf } from './contract/routes.js';
import type { ApiDeps } from './deps.js';
import { update } from './recall-workflow.js';

const RELAY_POLL_MS = 5;
const RELAY_MS_MAX = 10_000;

/** Recall time, and how much doors have told the workflow so far: who sees it grow lets the workflow settle before the clock moves. */
export async function readClock({ pool }: ApiDeps, recallId: RecallId): Promise<{ now: IsoInstant; told: number }> {
  return { now: await clock(pool, recallId).now(), told: await toldCount(pool, recallId) };
}

/** Moves a drill's clock to an instant at which nothing of the recall is due. Refused for a recall. */
export async function moveClock(
  { pool }: ApiDeps,
  recallId: RecallId,
  { to }: PartOf<'moveClock', 'body'>,
): Promise<{ now: IsoInstant }> {
  return { now: await clock(pool, recallId).moveTo(to) };
}

/** Moves a drill's clock, does what is due by then, and answers when all that follows has been done. Refused for a recall. */
export async function advanceClock(
  deps: ApiDeps,
  recallId: RecallId,
  { stepNo, to }: PartOf<'advanceClock', 'body'>,
): Promise<Advanced & { relayPending: number }> {
  const { pool } = deps;
  await clock(pool, recallId).moveTo(to);
  await untilRelayed(deps, recallId);
  const args: AdvanceUpdate = { message: 'advance', v: 1, stepNo, to };
  const answered = await update<Advanced>(deps, recallId, {
    name: UPDATES.advance,
    args,
    updateId: `advance/${stepNo ?? randomUUID()}/${to}`,
  });
  const relayPending = await pendingCount(pool, recallId);
  if (answered) return { ...answered, relayPending };
  const { endedAt } = await recallRow(pool, recallId);
  if (endedAt === null) {
    const message = `${recallId} does not run any more and has not ended`;
    throw new RecallError({ code: 'service-missing', message, where: recallId, remedy: "see Temporal's UI" });
  }
  return { settled: true, nextDue: null, seq: await lastSeq(pool, recallId), phase: 'ended', relayPending: 0 };
}

/** What doors have told must have reached the workflow before it is asked what follows from it; waits that long at most. */
export async function untilRelayed({ pool }: ApiDeps, recallId: RecallId, msMax = RELAY_MS_MAX): Promise<void> {
  for (let waited = 0; waited < msMax; waited += RELAY_POLL_MS) {
    if ((await pendingCount(pool, recallId)) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, RELAY_POLL_MS));
  }
}
