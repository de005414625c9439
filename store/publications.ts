import type { Scope } from '../engine/scope.js';
import type { IsoInstant, Language, Market, RecallId, Sha256, StepName } from '../engine/words.js';
import type { Client, Queryable } from './db.js';

export type PublicationKey = { recallId: RecallId; step: StepName; round: number; revision: number };
/** What a notice to the public says, as it was approved. */
export type Publication = {
  notice: string;
  languages: Language[];
  markets: Market[];
  hash: Sha256;
  /** The templates of the notice, by language. */
  texts: Record<Language, string>;
  scope: Scope;
};

/** Freezes what would be published. */
export async function insertPublication(
  client: Client,
  { recallId, step, round, revision }: PublicationKey,
  { notice, languages, markets, hash, texts, scope }: Publication,
): Promise<void> {
  await client.query(
    `insert into publication (recall_id, step, round, revision, notice, languages, markets, hash, texts, scope)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[recallId, step, round, revision, notice],
      ...[languages, markets].map((list) => JSON.stringify(list)),
      ...[hash, JSON.stringify(texts), JSON.stringify(scope)],
    ],
  );
}

const COLUMNS = 'notice, languages, markets, hash, texts, scope';

/** What was frozen, published or not. */
export async function publicationOf(
  db: Queryable,
  { recallId, step, round, revision }: PublicationKey,
): Promise<Publication> {
  const { rows } = await db.query<Publication>(
    `select ${COLUMNS} from publication where recall_id = $1 and step = $2 and round = $3 and revision = $4`,
    [recallId, step, round, revision],
  );
  return rows[0]!;
}

/** Publishes what was frozen, and gives its number among the publications of the recall, from 1. */
export async function setPublished(
  client: Client,
  { recallId, step, round, revision }: PublicationKey,
  at: IsoInstant,
): Promise<number> {
  // Two steps of a recall can publish at once.
  await client.query('select from recall where id = $1 for update', [recallId]);
  const { rows } = await client.query<{ n: number }>(
    `update publication set n = (select coalesce(max(n), 0) + 1 from publication where recall_id = $1), published_at = $5
      where recall_id = $1 and step = $2 and round = $3 and revision = $4 returning n`,
    [recallId, step, round, revision, at],
  );
  return rows[0]!.n;
}
