import { renderClosedLink } from '../../documents/pages.js';
import type { IsoInstant, Sha256 } from '../../engine/words.js';
import { clock } from '../../store/clock.js';
import { linkOf, refusalOfLink } from '../../store/links.js';
import { countRefusal, countUnknownLink } from '../../store/refusals.js';
import { recallRow, type RecallRow } from '../../store/recalls.js';
import { recipientView } from '../../store/responses.js';
import { linkHash, type Link } from '../../trust/links.js';
import type { ApiDeps } from '../deps.js';
import { html, languageOf, type Exchange } from '../exchange.js';
import { addressKey } from '../rates.js';

/** What a link has opened: what it means, its recall, and the recall's time. */
export type Opened<U extends Link['use']> = {
  hash: Sha256;
  link: Extract<Link, { use: U }>;
  row: RecallRow;
  now: IsoInstant;
};

const STATUS = { unknown: 404, expired: 410, revoked: 410 } as const;

/** Opens a link for its use; null where it opens nothing, which its reader has then been told, with whom to call. */
export async function openLink<U extends Link['use']>(
  deps: ApiDeps,
  use: U,
  id: string,
  { request, reply, count }: Exchange,
): Promise<Opened<U> | null> {
  const { pool, helpContact, brand } = deps;
  const hash = linkHash(id);
  const known = await linkOf(pool, hash, use);
  if (known === null) {
    await count('unknown', addressKey(request.ip));
    await countUnknownLink(pool, hash);
    const reader = { brand, language: languageOf(request), contact: helpContact };
    await html(reply).code(STATUS.unknown).send(renderClosedLink('unknown', reader));
    return null;
  }
  const { link } = known;
  await count('recall', link.recallId);
  const row = await recallRow(pool, link.recallId);
  const now = await clock(pool, link.recallId).now();
  const why = refusalOfLink(known, now);
  if (why === null) return { hash, link, row, now };
  // Who only looks has tried nothing.
  if (request.method === 'POST') {
    await countRefusal(pool, { recallId: link.recallId, at: now, reason: `link-${why}`, tried: hash });
  }
  const language = (await noticeLanguageOf(deps, link)) ?? languageOf(request);
  await html(reply)
    .code(STATUS[why])
    .send(renderClosedLink(why, { brand, language, contact: contactOf(deps, row) }));
  return null;
}

/** Whom the readers of a recall's pages are told to contact. */
export function contactOf({ helpContact }: ApiDeps, { caseFile }: RecallRow): string {
  return caseFile.contact === '' ? helpContact : caseFile.contact;
}

/** The language a recipient was written to in; null where the link is nobody's who got a notice. */
async function noticeLanguageOf({ pool }: ApiDeps, link: Link): Promise<string | null> {
  if (link.use !== 'response') return null;
  return (await recipientView(pool, link, link.recipient)).language;
}
