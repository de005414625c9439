import type { FastifyReply } from 'fastify';
import { renderResponsePage, renderThanks, type ResponseForm, type ResponseProblem } from '../../documents/pages.js';
import { caseText } from '../../documents/case-text.js';
import { unitsOf, type ResponseAnswer } from '../../engine/facts.js';
import { clock } from '../../store/clock.js';
import { recallRow, type RecallRow } from '../../store/recalls.js';
import { recipientView, recordResponse, type RecipientView } from '../../store/responses.js';
import { isExpired, readToken, type ResponseClaims } from '../../trust/tokens.js';
import { responseForm } from '../contract/pages.js';
import type { ApiDeps } from '../deps.js';
import { html, type Exchange } from '../exchange.js';
import { Refused, refusalWords, requireValid } from '../problem.js';

const COMMENT_LENGTH_MAX = 2000;

/** Shows a recipient what they received and asks what became of it. Works without scripts; records nothing. */
export async function showResponse(deps: ApiDeps, token: string, { reply }: Exchange): Promise<FastifyReply> {
  const { row, view } = await recipientOf(deps, token);
  return html(reply).send(pageFor(row, view, formOf(view.answer), null));
}

/** Records what a recipient reports, after the closing too. A form that cannot be right comes back with what is wrong. */
export async function takeResponse(deps: ApiDeps, token: string, { request, reply }: Exchange): Promise<FastifyReply> {
  const { claims, row, view } = await recipientOf(deps, token);
  const { passedOn, more, ...typed } = requireValid(responseForm, request.body, 'form');
  const form: ResponseForm = { ...typed, passedOn: passedOn === 'yes' };
  const insists = more === 'yes';
  const answer = answerOf(form);
  const problem = answer === null ? 'notWhole' : problemOf(answer, form.comment, insists ? Infinity : view.units);
  if (answer === null || problem !== null) return html(reply.code(422)).send(pageFor(row, view, form, problem));
  await recordResponse(deps.pool, claims, {
    recipient: claims.recipient,
    answer,
    insists,
    comment: form.comment.trim() === '' ? null : form.comment,
    at: await clock(deps.pool, claims.recallId).now(),
  });
  return html(reply).send(renderThanks(frameOf(row, view)));
}

async function recipientOf(
  { pool, keys }: ApiDeps,
  token: string,
): Promise<{ claims: ResponseClaims; row: RecallRow; view: RecipientView }> {
  const read = readToken(keys.token, token, 'response');
  if ('refused' in read) throw new Refused('link-forged', refusalWords('link-forged'));
  const claims = read.claims as ResponseClaims;
  const row = await recallRow(pool, claims.recallId);
  if (isExpired(claims, await clock(pool, claims.recallId).now()))
    throw new Refused('link-expired', refusalWords('link-expired'));
  const view = await recipientView(pool, claims, claims.recipient);
  if (!view) throw new Refused('link-forged', refusalWords('link-forged'));
  return { claims, row, view };
}

/** An answer from what was typed, or null where a number of units is none: an empty field is no zero. */
function answerOf({ quarantined, soldOn, destroyed, passedOn }: ResponseForm): ResponseAnswer | null {
  const counts = [quarantined, soldOn, destroyed].map((typed) => typed.trim());
  if (!counts.every((typed) => /^\d{1,9}$/.test(typed))) return null;
  const [kept, sold, gone] = counts.map(Number) as [number, number, number];
  return { quarantined: kept, soldOn: sold, destroyed: gone, passedOn };
}

function problemOf(answer: ResponseAnswer, comment: string, units: number): ResponseProblem | null {
  if (unitsOf(answer) > units) return 'tooMany';
  return comment.length > COMMENT_LENGTH_MAX ? 'tooLong' : null;
}

function formOf(answer: ResponseAnswer | null): ResponseForm {
  const text = (count: number | undefined): string => (count === undefined ? '' : String(count));
  return {
    quarantined: text(answer?.quarantined),
    soldOn: text(answer?.soldOn),
    destroyed: text(answer?.destroyed),
    passedOn: answer?.passedOn ?? false,
    comment: '',
  };
}

function frameOf({ mode, caseFile }: RecallRow, { language }: RecipientView) {
  return { language, drill: mode === 'drill', disclaimer: caseText(caseFile.disclaimer, language) };
}

function pageFor(row: RecallRow, view: RecipientView, filled: ResponseForm, problem: ResponseProblem | null): string {
  const { name, language, units } = view;
  return renderResponsePage({
    ...frameOf(row, view),
    name,
    product: caseText(row.caseFile.product, language),
    item: row.scope.item,
    units,
    filled,
    problem,
  });
}
