import { afterAll, beforeAll } from '@jest/globals';
import type { Tally } from '../../engine/tally.js';
import {
  instantOf,
  type IsoDate,
  type IsoDuration,
  type IsoInstant,
  type PersonId,
  type RecallId,
  type Sha256,
  type StepName,
} from '../../engine/words.js';
import { createPool, withTransaction, type Pool } from '../../store/db.js';
import { readLedger } from '../../store/ledger.js';
import { exportedLedger } from '../../store/ledger-export.js';
import { createRecall, type NewRecall } from '../../store/recalls.js';
import { verifyLedger, type ExportedEntry, type Verification } from '../../trust/chain.js';
import { testDatabaseUrl } from '../servers.js';

export type TestDatabase = { pool: Pool; stop: () => Promise<void> };

/** A migrated database of the caller's own, unless one is named, with connections enough for what happens at once. */
export async function testDatabase(url?: string): Promise<TestDatabase> {
  const pool = createPool(url ?? (await testDatabaseUrl()), 20);
  return { pool, stop: () => pool.end() };
}

/** Such a database for all tests of a file, or of the describe in which it is asked for. */
export function ownDatabase(): { readonly pool: Pool } {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.stop());
  return {
    get pool() {
      return database.pool;
    },
  };
}

export const OPENED = '2026-09-10T08:00:00.000Z' as IsoInstant;
export const TELL = 'tell' as StepName;

let keys = 0;

/** Opens a recall with as little in it as the store accepts. */
export async function openRecall(pool: Pool, changes: Partial<NewRecall> = {}): Promise<RecallId> {
  keys += 1;
  const recall: NewRecall = {
    mode: 'drill',
    action: 'recall',
    clockKind: 'stepped',
    playbook: {
      playbook: 'short',
      version: 1,
      title: 'Short',
      facts: {},
      roles: {},
      escalations: {},
      lateAnswers: 'P365D' as IsoDuration,
      samePerson: 'refused',
      steps: [],
    },
    playbookText: 'playbook: short',
    scope: { version: 1, kind: 'window', item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate },
    caseFile: {
      product: {},
      hazard: {},
      actions: {},
      remedies: {},
      identification: {},
      company: '',
      contact: '',
      disclaimer: {},
    },
    awareness: { firstSignal: OPENED, reportableInformation: OPENED, decision: null },
    opener: 'ops' as PersonId,
    sharedRoles: [],
    allowList: null,
    salt: 'salt',
    openedAt: OPENED,
    idempotencyKey: `key-${process.pid}-${keys}`,
    requestDigest: 'digest' as Sha256,
    ...changes,
  };
  return (await withTransaction(pool, (client) => createRecall(client, recall))).recallId;
}

/** So many minutes after the opening. */
export function minutes(count: number): IsoInstant {
  return instantOf(Date.parse(OPENED) + count * 60_000);
}

/** The ledger's own verdict on itself, from its lines alone. */
export async function verdict(pool: Pool, recallId: RecallId): Promise<Verification> {
  const entries = await readLedger(pool, recallId);
  return verifyLedger(entries.map((entry) => JSON.stringify(entry)));
}

/** The entries of an export, with what was signed over them. */
export async function exportedOf(pool: Pool, recallId: RecallId, after = 0): Promise<ExportedEntry[]> {
  const entries: ExportedEntry[] = [];
  for await (const entry of exportedLedger(pool, recallId, after)) entries.push(entry);
  return entries;
}

/** The bodies of one kind of fact, in the order of the chain. */
export async function factsOf(pool: Pool, recallId: RecallId, type: string): Promise<Record<string, unknown>[]> {
  const entries = await readLedger(pool, recallId);
  return entries.map(({ body }) => JSON.parse(body) as Record<string, unknown>).filter((body) => body.type === type);
}

/** What waits to be told to the workflow of a recall, in order. */
export async function outboxOf(
  pool: Pool,
  recallId: RecallId,
): Promise<{ id: string; input: { type: string; value?: boolean; tally?: Tally } }[]> {
  const { rows } = await pool.query<{ id: string; input: { type: string; value?: boolean; tally?: Tally } }>(
    'select id, input from outbox where recall_id = $1 order by position',
    [recallId],
  );
  return rows;
}
