import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import {
  renderResponsePage,
  renderThanks,
  renderTooOften,
  UNIT_FIELDS,
  type ResponseCase,
  type ResponseField,
  type ResponseForm,
  type ResponseProblem,
} from '../../documents/pages.js';
import { caseText } from '../../documents/case-text.js';
import { unitsOf, type ResponseAnswer } from '../../engine/facts.js';
import { cut } from '../../engine/text.js';
import { keepInjurySaid } from '../../store/injuries-said.js';
import type { ThanksToSend } from '../../store/thanks.js';
import { noteUse } from '../../store/links.js';
import type { RecallRow } from '../../store/recalls.js';
import { recipientView, recordResponse, type RecipientView } from '../../store/responses.js';
import { responseForm } from '../contract/pages.js';
import { linkAddress } from '../../trust/links.js';
import type { ApiDeps } from '../deps.js';
import { html, type Exchange } from '../exchange.js';
import { requireValid } from '../problem.js';
import { contactOf, openLink, type Opened } from './links.js';

const COMMENT_LENGTH_MAX = 2000;

/** Shows a recipient what they received and asks what became of it. Works without scripts; records nothing. */
export async function showResponse(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { reply } = exchange;
  const opened = await openLink(deps, 'response', id, exchange);
  if (opened === null) return reply;
  const { row, link } = opened;
  const view = await recipientView(deps.pool, link, link.recipient);
  return html(reply).send(pageFor(deps, row, view, formOf(view.answer), null));
}

/** Records what a recipient reports, after the closing too. A form that cannot be right comes back with what is wrong. */
export async function takeResponse(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const opened = await openLink(deps, 'response', id, exchange);
  if (opened === null) return reply;
  const { hash, row, link, now } = opened;
  const view = await recipientView(deps.pool, link, link.recipient);
  const { passedOn, hurt, more, rest, ...typed } = requireValid(responseForm, request.body, 'form');
  const form: ResponseForm = { ...typed, passedOn: passedOn === 'yes', hurt: hurt === 'yes' };
  const insists = more === 'yes';
  // Whoever was hurt is heard of whatever else is wrong with the form.
  if (form.hurt)
    await keepInjurySaid(deps.pool, link, {
      recipient: link.recipient,
      text: cut(form.comment, COMMENT_LENGTH_MAX),
      at: now,
    });
  const answer = answerOf(form);
  const asked = { most: insists ? Infinity : view.units, least: rest === 'yes' ? 0 : view.units };
  const problem = answer === null ? 'notWhole' : problemOf(answer, form.comment, asked);
  if (answer === null || problem !== null) return html(reply.code(422)).send(pageFor(deps, row, view, form, problem));
  const isTaken = await recordResponse(deps.pool, link, {
    recipient: link.recipient,
    answer,
    insists,
    comment: form.comment.trim() === '' ? null : form.comment,
    at: now,
    thanks: thanksOf(deps, opened, { view, answer, hurt: form.hurt, url: `${deps.publicUrl}${linkAddress(id)}` }),
  });
  if (!isTaken) {
    return html(reply.code(409)).send(renderTooOften(frameOf(deps, row, view)));
  }
  await noteUse(deps.pool, hash, now);
  const filled = { ...formOf(answer), hurt: form.hurt, comment: form.comment.trim() };
  const about = aboutOf(row, view);
  return html(reply).send(renderThanks({ ...frameOf(deps, row, view), filled, units: view.units, about }));
}

/** What a mail repeats of an answer, for whoever the link was sent to. */
function thanksOf(
  deps: ApiDeps,
  { row, link }: Opened<'response'>,
  { view, answer, hurt, url }: { view: RecipientView; answer: ResponseAnswer; hurt: boolean; url: string },
): ThanksToSend {
  const { language, units } = view;
  const { product, item, actions, company } = aboutOf(row, view);
  const thanks = {
    ...answer,
    ...{ drill: row.mode === 'drill', rest: Math.max(0, units - unitsOf(answer)), hurt, corrects: false },
    ...{ product, item, actions, company, contact: contactOf(deps, row), responseUrl: url },
    ourReference: `${row.recallId} ${link.recipient}`,
    disclaimer: caseText(row.caseFile.disclaimer, language),
  };
  const messageId = `<${randomUUID().replaceAll('-', '')}@${deps.mailDomain}>`;
  return { language, thanks, messageId };
}

/** An answer from what was typed, or null where a number of units is none: an empty field is no zero. */
function answerOf({ quarantined, soldOn, destroyed, passedOn }: ResponseForm): ResponseAnswer | null {
  const counts = [quarantined, soldOn, destroyed];
  if (!counts.every(isWhole)) return null;
  const [kept, sold, gone] = counts.map(Number) as [number, number, number];
  return { quarantined: kept, soldOn: sold, destroyed: gone, passedOn };
}

function isWhole(typed: string): boolean {
  return /^\d{1,9}$/.test(typed.trim());
}

function problemOf(
  answer: ResponseAnswer,
  comment: string,
  { most, least }: { most: number; least: number },
): ResponseProblem | null {
  if (unitsOf(answer) > most) return 'tooMany';
  if (unitsOf(answer) < least) return 'tooFew';
  return comment.length > COMMENT_LENGTH_MAX ? 'tooLong' : null;
}

function formOf(answer: ResponseAnswer | null): ResponseForm {
  const text = (count: number | undefined): string => (count === undefined ? '' : String(count));
  return {
    quarantined: text(answer?.quarantined),
    soldOn: text(answer?.soldOn),
    destroyed: text(answer?.destroyed),
    passedOn: answer?.passedOn ?? false,
    hurt: false,
    comment: '',
  };
}

function frameOf(deps: ApiDeps, row: RecallRow, { language }: RecipientView) {
  const disclaimer = caseText(row.caseFile.disclaimer, language);
  return { brand: deps.brand, language, drill: row.mode === 'drill', disclaimer, contact: contactOf(deps, row) };
}

function aboutOf({ caseFile, scope }: RecallRow, { language, answerBy }: RecipientView): ResponseCase {
  const { company, product, hazard, actions } = caseFile;
  const texts = { product: caseText(product, language), hazard: caseText(hazard, language) };
  return { company, item: scope.item, ...texts, actions: caseText(actions, language), answerBy };
}

/** The fields that a problem is about. */
function wrongIn(filled: ResponseForm, problem: ResponseProblem | null): ResponseField[] {
  switch (problem) {
    case null:
      return [];
    case 'notWhole':
      return UNIT_FIELDS.filter((field) => !isWhole(filled[field]));
    case 'tooMany':
    case 'tooFew':
      return [...UNIT_FIELDS];
    case 'tooLong':
      return ['comment'];
    default:
      return problem satisfies never;
  }
}

function pageFor(
  deps: ApiDeps,
  row: RecallRow,
  view: RecipientView,
  filled: ResponseForm,
  problem: ResponseProblem | null,
): string {
  const { name, units } = view;
  return renderResponsePage({
    ...frameOf(deps, row, view),
    name,
    about: aboutOf(row, view),
    units,
    filled,
    problem,
    wrong: wrongIn(filled, problem),
  });
}
