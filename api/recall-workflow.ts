import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { RecallError } from '../engine/errors.js';
import type { RecallId } from '../engine/words.js';
import { halts } from '../store/halts.js';
import { lastSeq } from '../store/ledger.js';
import { workflowIdOf } from '../workflows/contract.js';
import type { ApiDeps } from './deps.js';
import { isRefusalReason, Refused, refusalWords } from './problem.js';

const LEDGER_POLL_MS = 8;
const LEDGER_MS_MAX = 20_000;
const HALTS_MS = LEDGER_POLL_MS * 25;

export function handleOf({ client }: ApiDeps, recallId: RecallId): WorkflowHandle {
  return client.workflow.getHandle(workflowIdOf(recallId));
}

/**
 * Sends an update and waits until its events stand in the ledger, so that who reads after the answer sees what they did.
 * The same `updateId` again gives the same answer. Throws `Refused` where the engine refused, `service-missing` where
 * Temporal does not answer. A recall that has closed gives null.
 */
export async function update<Answer extends { seq: number }>(
  deps: ApiDeps,
  recallId: RecallId,
  { name, args, updateId }: { name: string; args: object; updateId: string },
): Promise<Answer | null> {
  let answer: Answer;
  try {
    answer = await handleOf(deps, recallId).executeUpdate<Answer, [object]>(name, { args: [args], updateId });
  } catch (failed) {
    if (failed instanceof WorkflowNotFoundError) return null;
    throw await refusalOf(deps, recallId, failed);
  }
  await untilInLedger(deps, recallId, answer.seq);
  return answer;
}

async function refusalOf(deps: ApiDeps, recallId: RecallId, failed: unknown): Promise<unknown> {
  if (!(failed instanceof WorkflowUpdateFailedError)) return unreachable(failed);
  const { cause } = failed;
  if (!(cause instanceof ApplicationFailure)) return failed;
  if (isRefusalReason(cause.type)) {
    const seq = cause.details?.[0];
    if (typeof seq === 'number') await untilInLedger(deps, recallId, seq);
    return new Refused(cause.type, refusalWords(cause.type, cause.message));
  }
  if (cause.type === 'recall-halted') return halted(recallId, cause.message);
  if (cause.type === 'mode-is-recall')
    return new RecallError({ code: 'mode-is-recall', message: cause.message, where: recallId });
  return new RecallError({ code: 'wrong-use', message: cause.message, where: recallId });
}

function halted(recallId: RecallId, message: string): RecallError {
  return new RecallError({
    code: 'recall-halted',
    message: `${recallId} stands still: ${message}`,
    where: recallId,
    expected: 'a recall whose ledger can be written',
    remedy: `it is not in the ledger; an engineer mends the cause and runs \`recall repair ${recallId}\`, then send it again`,
  });
}

function unreachable(failed: unknown): RecallError {
  return new RecallError({
    code: 'service-missing',
    message: 'Temporal does not answer',
    where: failed instanceof Error ? failed.message : String(failed),
    expected: 'a running Temporal server and a worker',
    remedy: 'try again; the same request is taken once only',
  });
}

/** Since when (real time) each request of this process waits for its events to stand in the ledger. */
const waits = new Set<{ sinceMs: number }>();

/** For how long the oldest of them has waited, 0 where none waits. */
export function longestAppendMs(): number {
  const oldest = Math.min(...[...waits].map(({ sinceMs }) => sinceMs));
  return waits.size === 0 ? 0 : Date.now() - oldest;
}

async function untilInLedger(deps: ApiDeps, recallId: RecallId, seq: number): Promise<void> {
  const wait = { sinceMs: Date.now() };
  waits.add(wait);
  try {
    await pollLedger(deps, recallId, seq);
  } finally {
    waits.delete(wait);
  }
}

async function pollLedger({ pool }: ApiDeps, recallId: RecallId, seq: number): Promise<void> {
  for (let waited = 0; (await lastSeq(pool, recallId)) < seq; waited += LEDGER_POLL_MS) {
    if (waited > 0 && waited % HALTS_MS === 0) {
      const halt = (await halts(pool, recallId)).find(({ what }) => what === 'append');
      if (halt) throw halted(recallId, halt.message);
    }
    if (waited > LEDGER_MS_MAX) throw unreachable(new Error(`event ${seq} of ${recallId} does not reach the ledger`));
    await new Promise((resolve) => setTimeout(resolve, LEDGER_POLL_MS));
  }
}
