import type { FastifyReply } from 'fastify';
import { caseText } from '../documents/case-text.js';
import { shownSize } from '../documents/notice-mail.js';
import type { PagePicture } from '../documents/pages.js';
import { RecallError } from '../engine/errors.js';
import type { RecallId } from '../engine/words.js';
import { pictureAt, publicPicture } from '../store/pictures.js';
import type { RecallRow } from '../store/recalls.js';
import type { ApiDeps } from './deps.js';
import type { Exchange } from './exchange.js';
import { sendCacheable } from './public/published.js';

/** What stands at an address of a picture never changes. */
const FOR_EVER = 'max-age=31536000, immutable';

/** The picture of a recall's product, to whoever was told its address by a notice or a page. */
export async function sendPicture(
  { pool }: ApiDeps,
  at: { recall: RecallId; address: string },
  exchange: Exchange,
): Promise<FastifyReply> {
  const found = await pictureAt(pool, { recallId: at.recall, address: at.address });
  if (found === null)
    throw new RecallError({ code: 'not-found', message: 'there is no picture at this address', where: at.address });
  const { mediaType, content, mode } = found;
  return sendCacheable(exchange, { type: mediaType, body: content, drill: mode === 'drill', fresh: FOR_EVER });
}

/** The picture of a recall's product as a page in a language shows it; null where its case has none. */
export function pagePicture(row: RecallRow, language: string): PagePicture | null {
  const picture = publicPicture(row);
  return picture && { src: picture.path, alt: caseText(picture.alt, language), ...shownSize(picture) };
}
