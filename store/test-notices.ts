import type { PersonId } from '../engine/words.js';
import type { FrozenNotice } from './campaigns.js';
import type { Queryable } from './db.js';

/** A text of a notice that is mailed as a test, and who asked for it. */
export type TestNotice = {
  to: string;
  by: PersonId;
  subject: string;
  text: string;
  html: string;
  pictures: FrozenNotice['mails']['pictures'];
};

/** Keeps a test until a worker takes it, and gives its id: an address belongs to no history. */
export async function keepTestNotice(db: Queryable, notice: TestNotice): Promise<string> {
  const { rows } = await db.query<{ id: string }>('insert into test_notice (notice) values ($1) returning id', [
    JSON.stringify(notice),
  ]);
  return rows[0]!.id;
}

/** Takes a test out, so that it is sent once at most; null where it has been taken, or was given up. */
export async function takeTestNotice(db: Queryable, id: string): Promise<TestNotice | null> {
  const { rows } = await db.query<{ notice: TestNotice }>('delete from test_notice where id = $1 returning notice', [
    id,
  ]);
  return rows[0]?.notice ?? null;
}
