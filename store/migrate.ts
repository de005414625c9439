import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { RecallError } from '../engine/errors.js';
import type { Queryable } from './db.js';

const LOCK = 724_190_001;
const LOCK_WAIT_MS = 150;

/** Applies the numbered migrations that a database lacks, each in its own transaction. Safe to run from several processes at once. */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // A blocking lock would deadlock with `create index concurrently`; trying again does not.
    while (!(await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) ok', [LOCK])).rows[0]!.ok) {
      await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
    }
    await client.query(
      'create table if not exists schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    );
    await applyMissing(client);
  } finally {
    await client.end();
  }
}

/** What the database lacks of the migrations of this build or has beyond them, in words; null where they are the same. */
export async function migrationLack(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ is: boolean }>(`select to_regclass('schema_migration') is not null as is`);
  if (!rows[0]!.is) return 'the database has no migrations';
  const known = await appliedOn(db);
  const ours = migrations();
  const lacking = ours.find(({ name, sha256 }) => known.get(name) !== sha256);
  if (lacking) return `the database ${known.has(lacking.name) ? 'has another' : 'lacks the'} migration ${lacking.name}`;
  const beyond = [...known.keys()].find((name) => !ours.some((one) => one.name === name));
  return beyond === undefined ? null : `the database has the migration ${beyond}, which this build does not know`;
}

type Migration = { name: string; text: string; sha256: string };

/** The migrations of this build in their order. */
function migrations(): Migration[] {
  const folder = fileURLToPath(new URL('./migrations/', import.meta.url));
  const names = readdirSync(folder).filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name));
  return names.sort().map((name) => {
    const text = readFileSync(`${folder}${name}`, 'utf8');
    return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
  });
}

async function appliedOn(db: Queryable): Promise<Map<string, string>> {
  const { rows } = await db.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migration order by name',
  );
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

async function applyMissing(client: pg.Client): Promise<void> {
  const known = await appliedOn(client);
  const last = [...known.keys()].at(-1) ?? '';
  for (const { name, text, sha256 } of migrations()) {
    const before = known.get(name);
    if (before === sha256) continue;
    if (before !== undefined || name < last) throw outOfOrder(name, before !== undefined);
    await client.query('begin');
    try {
      await client.query(text);
      await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256]);
      await client.query('commit');
    } catch (failed) {
      await client.query('rollback');
      throw located(name, text, failed);
    }
  }
}

function outOfOrder(name: string, edited: boolean): RecallError {
  return new RecallError({
    code: 'engine-fault',
    message: edited
      ? `migration ${name} was changed after it had been applied`
      : `migration ${name} comes before one that is applied`,
    where: `store/migrations/${name}`,
    expected: 'migrations that are only ever appended',
    remedy: 'restore the file and put the change into a new migration',
  });
}

function located(name: string, text: string, failed: unknown): RecallError {
  const position = failed instanceof pg.DatabaseError ? Number(failed.position ?? 0) : 0;
  const line = text.slice(0, position).split('\n').length;
  const message = failed instanceof Error ? failed.message : String(failed);
  return new RecallError({
    code: 'engine-fault',
    message: `${name}: ${message}`,
    where: `store/migrations/${name}:${line}`,
  });
}
