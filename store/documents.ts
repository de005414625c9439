import { RecallError } from '../engine/errors.js';
import type { About } from '../engine/about.js';
import type { DocumentRef } from '../engine/effects.js';
import type { RecallId } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import type { Queryable } from './db.js';

/** `about`: null for a document of the whole recall. */
export type StoredDocument = { name: string; mediaType: string; about: About | null; bytes: Buffer };
export type ListedDocument = DocumentRef & { about: About | null; bytes: number };

/** Name of the document in which an approver reads the notices of a campaign. */
export function previewName(step: string, revision: number): string {
  return `preview-${step}-${revision}.json`;
}

/** A document by the hash of its bytes. */
export function refOf({ name, bytes }: Pick<StoredDocument, 'name' | 'bytes'>): DocumentRef {
  return { name, sha256: sha256Hex(bytes) };
}

/** Keeps a document of a recall. What stands under a hash never changes; under a name the newest counts. */
export async function keepDocument(db: Queryable, recallId: RecallId, document: StoredDocument): Promise<DocumentRef> {
  const { name, mediaType, about, bytes } = document;
  const { sha256 } = refOf(document);
  await db.query(
    `insert into document (recall_id, name, sha256, media_type, about, bytes) values ($1, $2, $3, $4, $5, $6)
     on conflict (recall_id, name, sha256) do nothing`,
    [recallId, name, sha256, mediaType, about && JSON.stringify(about), bytes],
  );
  return { name, sha256 };
}

/** The newest document of each name. */
export async function documentNames(db: Queryable, recallId: RecallId): Promise<ListedDocument[]> {
  const { rows } = await db.query<ListedDocument>(
    `select distinct on (name) name, sha256, about, length(bytes)::integer as bytes from document
      where recall_id = $1 order by name, position desc`,
    [recallId],
  );
  return rows;
}

/** The newest document of a name, or null. */
export async function newestDocument(db: Queryable, recallId: RecallId, name: string): Promise<DocumentRef | null> {
  const { rows } = await db.query<DocumentRef>(
    'select name, sha256 from document where recall_id = $1 and name = $2 order by position desc limit 1',
    [recallId, name],
  );
  return rows[0] ?? null;
}

/** A document by its name, the newest, or the one with this hash. Throws `not-found`. */
export async function readDocument(
  db: Queryable,
  recallId: RecallId,
  name: string,
  sha256: string | null = null,
): Promise<StoredDocument> {
  const { rows } = await db.query<StoredDocument>(
    `select name, media_type as "mediaType", about, bytes from document
      where recall_id = $1 and name = $2 and ($3::text is null or sha256 = $3) order by position desc limit 1`,
    [recallId, name, sha256],
  );
  if (!rows[0])
    throw new RecallError({ code: 'not-found', message: `${recallId} has no document ${name}`, where: name });
  return rows[0];
}
