import type { DocumentRef } from '../engine/effects.js';
import type { Scope } from '../engine/scope.js';
import type { IsoInstant, Language, Market, RecallId, RecallMode, Sha256, StepName } from '../engine/words.js';
import type { Client, Queryable } from './db.js';
import type { CaseFile } from './recalls.js';

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

/** What was frozen, with what its recall says of itself. */
export type Frozen = Omit<Publication, 'notice' | 'hash'> & {
  recallId: RecallId;
  mode: RecallMode;
  caseFile: CaseFile;
  salt: string;
};
/** A publication that everybody can read. */
export type Published = Frozen & { n: number; publishedAt: IsoInstant };

const PUBLISHED = `publication.recall_id as "recallId", recall.mode, recall.case_file as "caseFile", recall.salt, publication.languages,
  publication.markets, publication.texts, publication.scope, publication.n, publication.published_at as "publishedAt"`;

/** What was frozen, published or not. */
export async function publicationOf(
  db: Queryable,
  { recallId, step, round, revision }: PublicationKey,
): Promise<Frozen> {
  const { rows } = await db.query<Frozen>(
    `select ${PUBLISHED} from publication join recall on recall.id = publication.recall_id
      where publication.recall_id = $1 and step = $2 and round = $3 and revision = $4`,
    [recallId, step, round, revision],
  );
  return rows[0]!;
}

/** The publications of a recall, in their order: the last one is what everybody reads. */
export async function publishedOf(db: Queryable, recallId: RecallId): Promise<Published[]> {
  const { rows } = await db.query<Published>(
    `select ${PUBLISHED} from publication join recall on recall.id = publication.recall_id
      where publication.recall_id = $1 and publication.n is not null order by publication.n`,
    [recallId],
  );
  return rows;
}

/** The publications of a recall with the documents that were made of each, by hash. */
export async function publishedDocumentsOf(db: Queryable, recallId: RecallId) {
  const { rows } = await db.query<{
    n: number;
    publishedAt: IsoInstant;
    step: StepName;
    languages: Language[];
    documents: DocumentRef[];
  }>(
    `select n, published_at as "publishedAt", step, languages,
            (select coalesce(json_agg(json_build_object('name', name, 'sha256', sha256) order by name), '[]')
               from document where document.recall_id = publication.recall_id
                and name like 'public-' || n || '-%') as documents
       from publication where recall_id = $1 and n is not null order by n`,
    [recallId],
  );
  return rows;
}

/** How many recalls a list of the public names. */
const LISTED_MAX = 200;

/** Of each recall, or of each drill, what everybody reads now; the newest first. */
export async function newestPublished(db: Queryable, mode: RecallMode): Promise<Published[]> {
  const { rows } = await db.query<Published>(
    `select ${PUBLISHED} from publication join recall on recall.id = publication.recall_id
      where recall.mode = $1 and publication.n = (select max(n) from publication last where last.recall_id = recall.id)
      order by publication.published_at desc, publication.recall_id desc limit $2`,
    [mode, LISTED_MAX],
  );
  return rows;
}
