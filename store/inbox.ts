import type { About } from '../engine/about.js';
import type { Question } from '../engine/effects.js';
import type { Evidence } from '../engine/evidence.js';
import type { Form } from '../engine/form.js';
import type { FactValue } from '../engine/playbook.js';
import type { AskId, IsoInstant, PersonId, RecallId, Sha256, StepName } from '../engine/words.js';
import type { Queryable } from './db.js';

/** An ask as lists show it. */
export type ListedAsk = {
  recallId: RecallId;
  ask: AskId;
  step: StepName;
  question: Question;
  role: string;
  status: 'opening' | 'open' | 'answered' | 'withdrawn';
  people: PersonId[];
  openedAt: IsoInstant | null;
  dueAt: IsoInstant;
  nextRungAt: IsoInstant | null;
  about: About | null;
  form: Form;
  /** Hash of the form and of what is shown with it. */
  shown: Sha256;
};
/** An ask with what is shown with it; `evidenceNow` is what would be shown now, null where that is the same. */
export type AskRow = ListedAsk & {
  evidence: Evidence;
  evidenceNow: Evidence | null;
  /** Who was asked and holds the role no more. */
  left: PersonId[];
  /** Whether what was said on it may be corrected, and if not why; null while nothing was said. */
  correction: { may: boolean; why: string } | null;
};

const COLUMNS = `recall_id as "recallId", ask, step, question, role, status, people, opened_at as "openedAt", due_at as "dueAt",
  next_rung_at as "nextRungAt", about, form, shown`;

/** Open asks, of one person or of everybody, the most pressing first. */
export async function openAsks(
  db: Queryable,
  person: PersonId | null,
  recallId: RecallId | null,
): Promise<ListedAsk[]> {
  const { rows } = await db.query<ListedAsk>(
    `select ${COLUMNS} from ask
      where status = 'open' and ($1::text is null or people ? $1) and ($2::text is null or recall_id = $2)
      order by due_at, recall_id, ask`,
    [person, recallId],
  );
  return rows;
}

export async function askRow(db: Queryable, recallId: RecallId, ask: AskId): Promise<AskRow | null> {
  const { rows } = await db.query<AskRow>({
    name: 'ask-row',
    text: `select ${COLUMNS}, evidence, evidence_now as "evidenceNow", left_people as "left", correction from ask where recall_id = $1 and ask = $2`,
    values: [recallId, ask],
  });
  return rows[0] ?? null;
}

/** Whether a person is or was asked to do a task of a recall. */
export async function isAskedForTask(db: Queryable, recallId: RecallId, person: PersonId): Promise<boolean> {
  const { rows } = await db.query(
    "select 1 from ask where recall_id = $1 and question in ('task', 'call-recipients') and people ? $2 limit 1",
    [recallId, person],
  );
  return rows.length > 0;
}

/** The facts of a recall that people have set so far, each as it was set last. */
export async function factsSet(db: Queryable, recallId: RecallId): Promise<Record<string, FactValue>> {
  const { rows } = await db.query<{ body: string }>(
    `select body from ledger_entry where recall_id = $1 and stream = 'events' and body like '%"type":"facts set"%' order by link`,
    [recallId],
  );
  const set = rows.map(({ body }) => (JSON.parse(body) as { facts: Record<string, FactValue> }).facts);
  return Object.assign({}, ...set) as Record<string, FactValue>;
}
