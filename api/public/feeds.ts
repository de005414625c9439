import type { FastifyReply } from 'fastify';
import { atomFeed, jsonFeed } from '../../documents/feeds.js';
import { publicWords } from '../../documents/public-words.js';
import { RecallError } from '../../engine/errors.js';
import type { Language, RecallId } from '../../engine/words.js';
import { readDocument } from '../../store/documents.js';
import { newestPublished, publishedOf } from '../../store/publications.js';
import type { ApiDeps } from '../deps.js';
import type { Exchange } from '../exchange.js';
import { noticeIn, sendCacheable } from './published.js';

const FEEDS = {
  atom: { type: 'application/atom+xml; charset=utf-8', make: atomFeed },
  json: { type: 'application/feed+json; charset=utf-8', make: jsonFeed },
} as const;
/** What programs are told in, where a notice is written in it: a feed is one for all readers. */
const ENGLISH = 'en' as Language;

/** All recalls of the company that are published, or all drills, for programs. */
export async function sendFeed(
  deps: ApiDeps,
  { feed, drills }: { feed: keyof typeof FEEDS; drills: boolean },
  exchange: Exchange,
): Promise<FastifyReply> {
  const notices = (await newestPublished(deps.pool, drills ? 'drill' : 'recall')).map((one) =>
    noticeIn(deps, one, one.languages.includes(ENGLISH) ? ENGLISH : one.languages[0]!),
  );
  const { type, make } = FEEDS[feed];
  const title = `${drills ? 'DRILL ' : ''}${deps.brand.name}: ${publicWords(ENGLISH).index}`;
  const body = make(notices, { title, publicUrl: deps.publicUrl, drills });
  return sendCacheable(exchange, { type, body, drill: drills });
}

/** A document that was published with a recall, as it was; all others of the recall are nobody's out there. */
export async function sendPublicDocument(
  { pool }: ApiDeps,
  { recall, name }: { recall: RecallId; name: string },
  exchange: Exchange,
): Promise<FastifyReply> {
  const published = await publishedOf(pool, recall);
  const one = published.find(({ n }) => name.startsWith(`public-${n}-`));
  if (one === undefined)
    throw new RecallError({
      code: 'not-found',
      message: `nothing is published of ${recall} by this name`,
      where: name,
    });
  const { mediaType, bytes } = await readDocument(pool, recall, name);
  return sendCacheable(exchange, { type: mediaType, body: bytes, drill: one.mode === 'drill' });
}
