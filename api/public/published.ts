import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { publicNoticeData } from '../../documents/notice-data.js';
import { publicPagePath } from '../../documents/public-place.js';
import type { PublishedNotice } from '../../documents/public-page.js';
import { RecallError } from '../../engine/errors.js';
import type { Language, RecallId } from '../../engine/words.js';
import { publishedOf, type Published } from '../../store/publications.js';
import { publicPicture } from '../../store/pictures.js';
import type { ApiDeps } from '../deps.js';
import type { Exchange } from '../exchange.js';

/** For so long a copy may be shown without asking whether it is still so. */
const FRESH_SECONDS = 60;

/** What everybody reads of a recall now. Throws `not-found` where nothing of it is public. */
export async function newestOf({ pool }: Pick<ApiDeps, 'pool'>, recallId: RecallId): Promise<Published> {
  const published = (await publishedOf(pool, recallId)).at(-1);
  if (published === undefined)
    throw new RecallError({ code: 'not-found', message: `nothing is published of ${recallId}`, where: recallId });
  return published;
}

/** A publication in one of its languages. */
export function noticeIn(
  { publicUrl }: Pick<ApiDeps, 'publicUrl'>,
  one: Published,
  language: Language,
): PublishedNotice {
  const { recallId, mode, caseFile, scope, languages, texts, n, publishedAt } = one;
  const about = { drill: mode === 'drill', scope, caseFile };
  const place = { pageUrl: `${publicUrl}${publicPagePath(recallId, language)}`, ourReference: recallId };
  const data = publicNoticeData(about, language, place);
  return {
    recallId,
    language,
    languages,
    template: texts[language]!,
    data,
    scope,
    n,
    publishedAt,
    picture: publicPicture(one),
  };
}

/** Answers with what anybody may keep: a copy is shown again as long as its tag is still that of what we have. */
export function sendCacheable(
  { request, reply }: Pick<Exchange, 'request' | 'reply'>,
  {
    type,
    body,
    drill,
    fresh = `max-age=${FRESH_SECONDS}`,
  }: { type: string; body: string | Buffer; drill: boolean; fresh?: string },
): FastifyReply {
  const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  reply.header('cache-control', `public, ${fresh}`).header('etag', tag);
  if (drill) reply.header('x-robots-tag', 'noindex');
  const known = (request.headers['if-none-match'] ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (known.includes(tag) || known.includes('*')) return reply.code(304).send();
  return reply.type(type).send(body);
}
