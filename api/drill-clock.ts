import { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import { instantOf, type IsoInstant, type RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { lastSeq } from '../store/ledger.js';
import { pendingCount } from '../store/outbox.js';
import { recallRow } from '../store/recalls.js';
import { UPDATES, type Advanced, type AdvanceUpdate } from '../workflows/contract.js';
import type { ApiDeps } from './deps.js';
import { update } from './recall-workflow.js';

const instant = z.iso.datetime().transform((text) => instantOf(Date.parse(text)));
export const moveSchema = z.strictObject({ to: instant });
export const advanceSchema = z.strictObject({ stepNo: z.number().int().positive(), to: instant });

/** What a conductor learns from a step of a drill's clock. `relayPending`: messages of doors that the workflow has not heard yet. */
export type Stepped = Advanced & { relayPending: number };

/** Recall time of a drill. */
export async function readClock({ pool }: ApiDeps, recallId: RecallId): Promise<{ now: IsoInstant }> {
  return { now: await clock(pool, recallId).now() };
}

/** Moves a drill's clock to an instant at which nothing of the recall is due. Refused for a recall. */
export async function moveClock(
  { pool }: ApiDeps,
  recallId: RecallId,
  { to }: z.output<typeof moveSchema>,
): Promise<{ now: IsoInstant }> {
  return { now: await clock(pool, recallId).moveTo(to) };
}

/** Moves a drill's clock, does what is due by then, and answers when all that follows has been done. Refused for a recall. */
export async function advanceClock(
  deps: ApiDeps,
  recallId: RecallId,
  { stepNo, to }: z.output<typeof advanceSchema>,
): Promise<Stepped> {
  const { pool } = deps;
  await clock(pool, recallId).moveTo(to);
  const args: AdvanceUpdate = { v: 1, stepNo, to };
  const answered = await update<Advanced>(deps, recallId, {
    name: UPDATES.advance,
    args,
    updateId: `advance/${stepNo}/${to}`,
  });
  const relayPending = await pendingCount(pool, recallId);
  if (answered) return { ...answered, relayPending };
  const { closedAt } = await recallRow(pool, recallId);
  if (closedAt === null) {
    const message = `${recallId} does not run any more and is not closed`;
    throw new RecallError({ code: 'service-missing', message, where: recallId, remedy: "see Temporal's UI" });
  }
  return { settled: true, nextDue: null, seq: await lastSeq(pool, recallId), closed: true, relayPending: 0 };
}
