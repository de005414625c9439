import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { renderResponsePage, renderThanks } from '../../documents/pages.js';
import { caseText } from '../../documents/case-text.js';
import { errorDetail } from '../../engine/errors.js';
import type { ResponseAnswer } from '../../engine/facts.js';
import { clock } from '../../store/clock.js';
import { recallRow, type RecallRow } from '../../store/recalls.js';
import { recipientView, recordResponse, type RecipientView } from '../../store/responses.js';
import { isExpired, readToken, type ResponseClaims } from '../../trust/tokens.js';
import type { ApiDeps } from '../deps.js';
import { Refused, refusalWords } from '../problem.js';
import { html, tokenOf } from './decision.js';

const count = z.coerce.number().int().nonnegative();
const formSchema = z.object({
  quarantined: count,
  soldOn: count,
  destroyed: count,
  passedOn: z.literal('yes').optional(),
  comment: z.string().max(2000).default(''),
});

/** Shows a recipient what they received and asks what became of it. Works without scripts; records nothing. */
export async function showResponse(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { row, view } = await recipientOf(deps, request);
  return html(reply).send(pageFor(row, view, null));
}

/** Records what a recipient reports, after the closing too. A form that cannot be right comes back with what is wrong. */
export async function takeResponse(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { claims, row, view } = await recipientOf(deps, request);
  const again = (problem: string): FastifyReply => html(reply.code(422)).send(pageFor(row, view, problem));
  const form = formSchema.safeParse(request.body);
  if (!form.success) return again(`${String(form.error.issues[0]!.path[0])}: ${form.error.issues[0]!.message}`);
  const { quarantined, soldOn, destroyed, passedOn, comment } = form.data;
  const answer: ResponseAnswer = { quarantined, soldOn, destroyed, passedOn: passedOn === 'yes' };
  try {
    await recordResponse(deps.pool, claims, {
      recipient: claims.recipient,
      answer,
      comment: comment.trim() === '' ? null : comment,
      at: await clock(deps.pool, claims.recallId).now(),
    });
  } catch (failed) {
    const detail = errorDetail(failed);
    if (detail?.code !== 'wrong-use') throw failed;
    return again(`${detail.message}. ${detail.expected ?? ''}`);
  }
  return html(reply).send(renderThanks(view.language, row.mode === 'drill'));
}

async function recipientOf(
  { pool, keys }: ApiDeps,
  request: FastifyRequest,
): Promise<{ claims: ResponseClaims; row: RecallRow; view: RecipientView }> {
  const read = readToken(keys.token, tokenOf(request), 'response');
  if ('refused' in read) throw new Refused('link-forged', refusalWords('link-forged'));
  const claims = read.claims as ResponseClaims;
  const row = await recallRow(pool, claims.recallId);
  if (isExpired(claims, await clock(pool, claims.recallId).now()))
    throw new Refused('link-expired', refusalWords('link-expired'));
  const view = await recipientView(pool, claims, claims.recipient);
  if (!view) throw new Refused('link-forged', refusalWords('link-forged'));
  return { claims, row, view };
}

function pageFor(row: RecallRow, view: RecipientView, problem: string | null): string {
  const { name, language, units, answer } = view;
  return renderResponsePage({
    language,
    drill: row.mode === 'drill',
    name,
    product: caseText(row.caseFile.product, language),
    item: row.scope.item,
    units,
    answer,
    problem,
  });
}
