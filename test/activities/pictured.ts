import { pictureName } from '../../engine/picture.js';
import type { RecallId } from '../../engine/words.js';
import { casePicture } from '../../imports/pictures/case-picture.js';
import { withTransaction, type Pool } from '../../store/db.js';
import { keepDocument } from '../../store/documents.js';
import type { CaseFile, NewRecall } from '../../store/recalls.js';
import { pictureFile } from '../imports/product-picture.js';
import { openRecall } from '../store/database.js';
import { CASE_FILE } from './activity-deps.js';

/** What the picture of `pictureFile` shows. */
export const SHOWN = { en: 'A dish, seen from the side', de: 'Eine Schale, von der Seite gesehen' };

/** The same recall whose case has a picture, and its bytes. */
export async function openPictured(
  pool: Pool,
  changes: Partial<NewRecall> = {},
): Promise<{ recallId: RecallId; caseFile: CaseFile; bytes: Buffer }> {
  const { picture, bytes } = await casePicture({ base64: pictureFile().toString('base64'), alt: SHOWN });
  const caseFile = { ...CASE_FILE, picture };
  const recallId = await openRecall(pool, { ...changes, caseFile });
  const document = { name: pictureName(picture), mediaType: picture.mediaType, about: null, bytes };
  await withTransaction(pool, (client) => keepDocument(client, recallId, document));
  return { recallId, caseFile, bytes };
}
