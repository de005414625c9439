import { RecallError } from '../engine/errors.js';
import type { RecallId, Sha256 } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import type { Queryable } from './db.js';

export type StoredDocument = { name: string; mediaType: string; bytes: Buffer };

/** Name of the document in which an approver reads the notices of a campaign. */
export function previewName(step: string, revision: number): string {
  return `preview-${step}-${revision}.json`;
}

/** Keeps a document of a recall; writing it again replaces it. */
export async function keepDocument(
  db: Queryable,
  recallId: RecallId,
  { name, mediaType, bytes }: StoredDocument,
): Promise<{ name: string; sha256: Sha256 }> {
  const sha256 = sha256Hex(bytes);
  await db.query(
    `insert into document (recall_id, name, sha256, media_type, bytes) values ($1, $2, $3, $4, $5)
     on conflict (recall_id, name) do update set sha256 = excluded.sha256, bytes = excluded.bytes`,
    [recallId, name, sha256, mediaType, bytes],
  );
  return { name, sha256 };
}

export async function documentNames(
  db: Queryable,
  recallId: RecallId,
): Promise<{ name: string; sha256: string; bytes: number }[]> {
  const { rows } = await db.query<{ name: string; sha256: string; bytes: number }>(
    'select name, sha256, length(bytes)::integer as bytes from document where recall_id = $1 order by name',
    [recallId],
  );
  return rows;
}

export async function readDocument(db: Queryable, recallId: RecallId, name: string): Promise<StoredDocument> {
  const { rows } = await db.query<StoredDocument>(
    'select name, media_type as "mediaType", bytes from document where recall_id = $1 and name = $2',
    [recallId, name],
  );
  if (!rows[0])
    throw new RecallError({ code: 'not-found', message: `${recallId} has no document ${name}`, where: name });
  return rows[0];
}
