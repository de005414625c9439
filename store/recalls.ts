import type { Awareness } from '../engine/awareness.js';
import { RecallError } from '../engine/errors.js';
import type { CasePicture } from '../engine/picture.js';
import type { Particulars } from '../engine/particulars.js';
import { scopeWords, type Scope } from '../engine/scope.js';
import type { SharedRoles } from '../engine/shared-roles.js';
import type { Phase } from '../engine/phase.js';
import type { Playbook } from '../engine/playbook.js';
import type { ClockKind, IsoInstant, PersonId, RecallAction, RecallId, RecallMode, Sha256 } from '../engine/words.js';
import type { Client, Queryable } from './db.js';

/** Where a drill's messages may go. Frozen when it opens. Domains exact, or with everything below them where they begin with a dot. */
export type AllowList = {
  mailDomains: string[];
  urls: string[];
  /** How telephone numbers begin. */
  phones: string[];
  /** How the country and postcode of an address begin that letters may go to: `GB ZZ99`. Absent where none may. */
  post?: string[];
};

/**
 * Whether people or machines may ring up a number: in a drill by how it begins. A number that people dial is on no wire of ours,
 * and not to be given to them in a drill either.
 */
export function mayTelephone(
  { mode, allowList }: { mode: RecallMode; allowList: AllowList | null },
  number: string,
): boolean {
  const dialled = number.replace(/[^+\d]/g, '');
  return mode === 'recall' || (allowList?.phones ?? []).some((beginning) => dialled.startsWith(beginning));
}

/** What the notices say of the case, by language; and who is spoken for. */
export type CaseFile = {
  product: Record<string, string>;
  hazard: Record<string, string>;
  actions: Record<string, string>;
  remedies: Record<string, string>;
  identification: Record<string, string>;
  /** Absent where the case has none. */
  picture?: CasePicture | undefined;
  company: string;
  contact: string;
  disclaimer: Record<string, string>;
  /** Absent where the case states nothing for authorities. */
  regulatory?: Particulars | undefined;
};

export type RecallRow = {
  recallId: RecallId;
  mode: RecallMode;
  action: RecallAction;
  clockKind: ClockKind;
  playbook: Playbook;
  scope: Scope;
  caseFile: CaseFile;
  awareness: Awareness;
  opener: PersonId;
  sharedRoles: SharedRoles[];
  allowList: AllowList | null;
  salt: string;
  openedAt: IsoInstant;
  phase: Phase;
  closedAt: IsoInstant | null;
  endedAt: IsoInstant | null;
  nextDue: IsoInstant | null;
};

export type NewRecall = Omit<RecallRow, 'recallId' | 'phase' | 'closedAt' | 'endedAt' | 'nextDue'> & {
  playbookText: string;
  idempotencyKey: string;
  /** Of all that was asked for under the key. */
  requestDigest: Sha256;
};

const COLUMNS = `id as "recallId", mode, action, clock_kind as "clockKind", playbook, scope, case_file as "caseFile", awareness, opener,
  shared_roles as "sharedRoles", allow_list as "allowList", salt, opened_at as "openedAt", phase, closed_at as "closedAt", ended_at as "endedAt", next_due as "nextDue"`;

/**
 * Creates a recall's row and gives its id; the same request under the same idempotency key gives the recall that it created.
 * Throws `key-taken` where another request has come under the key.
 */
export async function createRecall(client: Client, recall: NewRecall): Promise<{ recallId: RecallId; isNew: boolean }> {
  await client.query('lock table recall in share row exclusive mode');
  const known = await client.query<{ id: RecallId; digest: Sha256; scope: Scope }>(
    'select id, request_digest as digest, scope from recall where idempotency_key = $1',
    [recall.idempotencyKey],
  );
  if (known.rows[0]) {
    const { id, digest, scope } = known.rows[0];
    if (digest !== recall.requestDigest) throw keyTaken(id, scope);
    return { recallId: id, isNew: false };
  }
  const year = recall.openedAt.slice(0, 4);
  const counted = await client.query<{ next: number }>(
    `select coalesce(max(substr(id, 9)::integer), 0) + 1 as next from recall where id like $1`,
    [`RC-${year}-%`],
  );
  const recallId = `RC-${year}-${String(counted.rows[0]!.next).padStart(4, '0')}` as RecallId;
  await client.query(
    `insert into recall (id, mode, action, clock_kind, clock_at, playbook, playbook_text, scope, case_file, awareness, opener,
                         allow_list, salt, idempotency_key, request_digest, shared_roles, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $5)`,
    [
      recallId,
      recall.mode,
      recall.action,
      recall.clockKind,
      recall.openedAt,
      JSON.stringify(recall.playbook),
      recall.playbookText,
      JSON.stringify(recall.scope),
      JSON.stringify(recall.caseFile),
      JSON.stringify(recall.awareness),
      recall.opener,
      recall.allowList === null ? null : JSON.stringify(recall.allowList),
      recall.salt,
      recall.idempotencyKey,
      recall.requestDigest,
      JSON.stringify(recall.sharedRoles),
    ],
  );
  return { recallId, isNew: true };
}

function keyTaken(recallId: RecallId, scope: Scope): RecallError {
  return new RecallError({
    code: 'key-taken',
    message: `another request under this key has opened ${recallId} (${scopeWords(scope)})`,
    where: 'idempotencyKey',
    expected: 'the request that the key was first used for, or another key',
    remedy: `see \`recall status ${recallId}\`; to open another recall, send another key`,
  });
}

/** The row of a recall; throws `not-found`. */
export async function recallRow(db: Queryable, recallId: RecallId): Promise<RecallRow> {
  const { rows } = await db.query<RecallRow>({
    name: 'recall-row',
    text: `select ${COLUMNS} from recall where id = $1`,
    values: [recallId],
  });
  if (!rows[0])
    throw new RecallError({
      code: 'not-found',
      message: `there is no recall ${recallId}`,
      where: recallId,
      remedy: 'see `recall list`',
    });
  return rows[0];
}

export async function listRecalls(db: Queryable): Promise<RecallRow[]> {
  const { rows } = await db.query<RecallRow>(`select ${COLUMNS} from recall order by id`);
  return rows;
}

export type StepRow = {
  step: string;
  kind: string;
  title: string;
  status: string;
  round: number;
  startedAt: string | null;
  endedAt: string | null;
  words: string;
};

/** How the steps of a recall stand, in the order of its playbook. */
export async function stepsOf(db: Queryable, recallId: RecallId): Promise<StepRow[]> {
  const { rows } = await db.query<StepRow>(
    `select step, kind, title, status, round, started_at as "startedAt", ended_at as "endedAt", words
       from step where recall_id = $1 order by position`,
    [recallId],
  );
  return rows;
}
