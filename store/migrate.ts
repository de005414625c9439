import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { RecallError } from '../engine/errors.js';

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

async function applyMissing(client: pg.Client): Promise<void> {
  const folder = fileURLToPath(new URL('./migrations/', import.meta.url));
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name))
    .sort();
  const applied = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migration order by name',
  );
  const known = new Map(applied.rows.map(({ name, sha256 }) => [name, sha256]));
  const last = applied.rows.at(-1)?.name ?? '';
  for (const name of names) {
    const text = readFileSync(`${folder}${name}`, 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
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
