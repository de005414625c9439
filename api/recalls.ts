import { Readable } from 'node:stream';
import { RecallError } from '../engine/errors.js';
import type { PersonId, RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { withTransaction, type Pool } from '../store/db.js';
import { documentNames } from '../store/documents.js';
import { correctionsOf } from '../store/corrections.js';
import { findingsOf } from '../store/findings.js';
import { halts } from '../store/halts.js';
import { eraseRows } from '../store/ledger.js';
import { exportedLedger } from '../store/ledger-export.js';
import { waitingOf } from '../store/outages.js';
import { publicityNow } from '../store/outlets.js';
import { readMeasures } from '../store/read-measures.js';
import { listRecalls, recallRow, stepsOf, type RecallRow } from '../store/recalls.js';
import { postCounts } from '../store/post.js';
import { repliesOf, replyCounts, type Reply } from '../store/replies.js';
import { namesIn, pickNames, readableAsks } from './asks.js';
import type { ApiDeps } from './deps.js';

function summaryOf({
  recallId,
  mode,
  action,
  playbook,
  scope,
  openedAt,
  phase,
  closedAt,
  endedAt,
  nextDue,
}: RecallRow) {
  const { playbook: name, version, title } = playbook;
  return {
    recallId,
    mode,
    action,
    playbook: { playbook: name, version, title },
    scope,
    openedAt,
    phase,
    closedAt,
    endedAt,
    nextDue,
  };
}

export async function list({ pool }: ApiDeps) {
  return (await listRecalls(pool)).map(summaryOf);
}

/** How a recall stands, from the read models. Throws `not-found`. */
export async function status(deps: ApiDeps, recallId: RecallId) {
  const { pool } = deps;
  const row = await recallRow(pool, recallId);
  const asks = await readableAsks(deps, null, recallId);
  return {
    ...summaryOf(row),
    now: await clock(pool, recallId).now(),
    halts: await halts(pool, recallId),
    outages: await waitingOf(pool, recallId),
    steps: await stepsOf(pool, recallId),
    asks,
    findings: await findingsOf(pool, recallId),
    corrections: await correctionsOf(pool, recallId),
    publicity: await publicityNow(pool, recallId),
    mail: { ...(await replyCounts(pool, recallId)), ...(await postCounts(pool, recallId)) },
  };
}

/** Mails that answer ours and are no receipts, with their texts. Throws `not-found`. */
export async function replies({ pool }: ApiDeps, recallId: RecallId): Promise<Reply[]> {
  await recallRow(pool, recallId);
  return repliesOf(pool, recallId);
}

/** The measures of a recall as its ledger gives them now, and the documents there are. Throws `not-found`. */
export async function report({ pool }: ApiDeps, recallId: RecallId) {
  await recallRow(pool, recallId);
  const read = await readMeasures(pool, recallId);
  if (read === null)
    throw new RecallError({ code: 'not-found', message: `${recallId} has no ledger yet`, where: recallId });
  const { measures, verified } = read;
  const people = [
    ...measures.decisions.flatMap(({ by, onBehalfOf }) => [by, ...(onBehalfOf === null ? [] : [onBehalfOf])]),
    ...[...measures.findings, ...measures.injuries, ...measures.corrections].map(({ by }) => by),
  ];
  const names = pickNames(await namesIn(pool), [...new Set([measures.opener, ...people])].sort());
  return { ...measures, names, ledgerVerified: verified, documents: await documentNames(pool, recallId) };
}

/** The ledger as JSON lines, each with what was signed over the chain up to it, from its beginning or after a link. Throws `not-found`. */
export async function exportLedger({ pool }: ApiDeps, recallId: RecallId, after = 0): Promise<Readable> {
  await recallRow(pool, recallId);
  return Readable.from(exportLines(pool, recallId, after));
}

async function* exportLines(pool: Pool, recallId: RecallId, after: number): AsyncGenerator<string> {
  for await (const entry of exportedLedger(pool, recallId, after)) yield `${JSON.stringify(entry)}\n`;
}

/** Erases the rows of an entry, at the recall's time. Throws `not-found`. */
export async function erase({ pool }: ApiDeps, recallId: RecallId, { link, by }: { link: number; by: PersonId }) {
  await recallRow(pool, recallId);
  const at = await clock(pool, recallId).now();
  return withTransaction(pool, (client) => eraseRows(client, { recallId, link, at, by }));
}
