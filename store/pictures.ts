import { pictureName, type CasePicture } from '../engine/picture.js';
import type { RecallId, RecallMode } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import type { Queryable } from './db.js';
import { readDocument } from './documents.js';
import type { RecallRow } from './recalls.js';

/** The picture of a recall's product with its bytes; null where its case has none. */
export async function pictureOf(
  db: Queryable,
  { recallId, caseFile }: Pick<RecallRow, 'recallId' | 'caseFile'>,
): Promise<(CasePicture & { content: Buffer }) | null> {
  const { picture } = caseFile;
  if (picture === undefined) return null;
  const { bytes } = await readDocument(db, recallId, pictureName(picture), picture.sha256);
  return { ...picture, content: bytes };
}

/**
 * By what a picture is asked for out there. It follows from its hash, and from what nobody knows but us: whoever has the same
 * picture learns from us neither that it is recalled nor in which recall.
 */
function pictureAddress(salt: string, { sha256 }: Pick<CasePicture, 'sha256'>): string {
  return sha256Hex(`${salt}|picture|${sha256}`).slice(0, 32);
}

/** The picture of a recall with where it is on our pages; null where its case has none. */
export function publicPicture({
  recallId,
  salt,
  caseFile: { picture },
}: Pick<RecallRow, 'recallId' | 'salt' | 'caseFile'>): (CasePicture & { path: string }) | null {
  return picture === undefined ? null : { ...picture, path: `/pictures/${recallId}/${pictureAddress(salt, picture)}` };
}

/** The picture of a recall at such an address; null where there is none, whatever the reason. */
export async function pictureAt(
  db: Queryable,
  { recallId, address }: { recallId: RecallId; address: string },
): Promise<{ mediaType: string; content: Buffer; mode: RecallMode } | null> {
  const { rows } = await db.query<Pick<RecallRow, 'recallId' | 'caseFile' | 'salt' | 'mode'>>(
    `select id as "recallId", case_file as "caseFile", salt, mode from recall where id = $1`,
    [recallId],
  );
  const [row] = rows;
  if (!row?.caseFile.picture || pictureAddress(row.salt, row.caseFile.picture) !== address) return null;
  const found = await pictureOf(db, row);
  return found && { mediaType: found.mediaType, content: found.content, mode: row.mode };
}
