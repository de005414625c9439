import type { AttachedFinding, ReadFinding } from '../engine/finding.js';
import type { RecallId } from '../engine/words.js';
import type { Queryable } from './db.js';
import { readNotes } from './notes.js';

/** What quality has attached to a recall, as the ledger has it, in order. */
export async function findingsOf(db: Queryable, recallId: RecallId): Promise<ReadFinding[]> {
  const { rows } = await db.query<{ body: string }>(
    `select body from ledger_entry where recall_id = $1 and stream = 'events' and body like '%"type":"finding attached"%' order by link`,
    [recallId],
  );
  return withWords(
    db,
    recallId,
    rows.map(({ body }) => JSON.parse(body) as AttachedFinding),
  );
}

/** Findings that are known already, each with the words that stand under its hash. */
export async function withWords(
  db: Queryable,
  recallId: RecallId,
  findings: AttachedFinding[],
): Promise<ReadFinding[]> {
  if (findings.length === 0) return [];
  const notes = await readNotes(
    db,
    recallId,
    findings.map(({ text }) => text),
  );
  return findings.map(({ at, kind, by, role, text, file }) => ({
    at,
    kind,
    by,
    role,
    text,
    file,
    words: notes.get(text) ?? null,
  }));
}
