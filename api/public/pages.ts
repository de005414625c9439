import type { FastifyReply } from 'fastify';
import Negotiator from 'negotiator';
import { renderPublicIndex, renderPublicPage, type Served } from '../../documents/public-page.js';
import { PUBLIC_LANGUAGES } from '../../documents/public-words.js';
import type { AskedOf } from '../../engine/affected.js';
import { RecallError } from '../../engine/errors.js';
import type { Language, RecallId } from '../../engine/words.js';
import { newestPublished } from '../../store/publications.js';
import type { ApiDeps } from '../deps.js';
import { html, type Exchange } from '../exchange.js';
import { newestOf, noticeIn, sendCacheable } from './published.js';

const HTML = 'text/html; charset=utf-8';

/** The page of a recall in one of its languages; with what was asked, whether that is affected, and why. */
export async function showPublicPage(
  deps: ApiDeps,
  { recall, language }: { recall: RecallId; language: string | null },
  asked: AskedOf,
  exchange: Exchange,
): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const published = await newestOf(deps, recall);
  const { languages, mode } = published;
  const [first] = languages;
  if (language === null) reply.header('vary', 'accept-language');
  const read = language ?? new Negotiator(request).language(languages) ?? first!;
  if (!languages.includes(read as Language))
    throw new RecallError({ code: 'not-found', message: `${recall} is not published in ${read}`, where: recall });
  const isAsked = Object.values(asked).some((typed) => typed !== '');
  const notice = noticeIn(deps, published, read as Language);
  const body = renderPublicPage(notice, servedHere(deps), isAsked ? asked : null);
  // What somebody has asked is theirs: no cache between us and them keeps it.
  if (isAsked) return html(reply).send(body);
  return sendCacheable(exchange, { type: HTML, body, drill: mode === 'drill' });
}

/** All recalls of the company, or all drills, in the language that the reader's browser asks for where they are written in it. */
export async function showPublicIndex(deps: ApiDeps, drills: boolean, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const asked = new Negotiator(request);
  const language = asked.language(PUBLIC_LANGUAGES) ?? 'en';
  const notices = (await newestPublished(deps.pool, drills ? 'drill' : 'recall')).map((one) =>
    noticeIn(deps, one, (asked.language(one.languages) as Language | undefined) ?? one.languages[0]!),
  );
  reply.header('vary', 'accept-language');
  const body = renderPublicIndex(notices, servedHere(deps), language, drills);
  return sendCacheable(exchange, { type: HTML, body, drill: drills });
}

function servedHere({ brand }: Pick<ApiDeps, 'brand'>): Served {
  return { brand, base: '', style: '' };
}
