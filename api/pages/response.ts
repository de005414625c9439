import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import {
  renderResponsePage,
  renderThanks,
  renderTooOften,
  UNIT_FIELDS,
  type AnsweredCustomer,
  type CustomersLink,
  type ResponseCase,
  type ResponseField,
  type ResponseProblem,
  type SharedForm,
} from '../../documents/pages.js';
import { customerWords, filledWords } from '../../documents/customers-page.js';
import { caseText } from '../../documents/case-text.js';
import { unitsOf, type ResponseAnswer } from '../../engine/facts.js';
import { cut } from '../../engine/text.js';
import { recordArrivalByAnswer } from '../../store/bounces.js';
import { keepInjurySaid } from '../../store/injuries-said.js';
import type { ThanksToSend } from '../../store/thanks.js';
import { noteUse } from '../../store/links.js';
import type { RecallRow } from '../../store/recalls.js';
import { alsoTold, recipientView, recordResponses, type Colleague, type RecipientView } from '../../store/responses.js';
import { responseForm } from '../contract/pages.js';
import { linkAddress } from '../../trust/links.js';
import type { ApiDeps } from '../deps.js';
import { html, type Exchange } from '../exchange.js';
import { pagePicture } from '../pictures.js';
import { requireValid } from '../problem.js';
import { customersLink } from './customers.js';
import { contactOf, openLink, type Opened } from './links.js';

const COMMENT_LENGTH_MAX = 2000;
/** Of each thing that somebody says of who they are. */
const COLLEAGUE_LENGTH_MAX = 200;

const NOTHING_SAID = { hurt: false, comment: '', byName: '', byRole: '', byContact: '' };

/** Shows a recipient what they received and asks what became of it. Works without scripts; records nothing. */
export async function showResponse(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { reply } = exchange;
  const opened = await openLink(deps, 'response', id, exchange);
  if (opened === null) return reply;
  const { row, link } = opened;
  const views = await answeredFor(deps, link);
  const shared = { ...NOTHING_SAID, passedOn: views.some(({ answer }) => answer?.passedOn ?? false) };
  const customers = views.map((view) => ({ view, typed: typedOf(view.answer), answer: view.answer, problem: null }));
  // Who has not answered yet is asked for that first.
  const naming = views[0].answer === null ? null : await customersLink(deps, row, { ...link, id, ...views[0] });
  return html(reply).send(pageFor(deps, row, customers, shared, naming));
}

/** Records what a recipient reports, after the closing too. A form that cannot be right comes back with what is wrong. */
export async function takeResponse(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const opened = await openLink(deps, 'response', id, exchange);
  if (opened === null) return reply;
  const { hash, row, link, now } = opened;
  const views = await answeredFor(deps, link);
  const given = requireValid(responseForm, request.body, 'form');
  const { passedOn, hurt, more, rest, comment, byName, byRole, byContact } = given;
  const form: SharedForm = { passedOn: passedOn === 'yes', hurt: hurt === 'yes', comment, byName, byRole, byContact };
  const insists = more === 'yes';
  // Whoever was hurt is heard of whatever else is wrong with the form.
  if (form.hurt)
    await keepInjurySaid(deps.pool, link, {
      recipient: link.recipient,
      text: cut(form.comment, COMMENT_LENGTH_MAX),
      at: now,
    });
  const by = colleagueOf(form);
  const customers = views.map((view, index): Answered => {
    const typed = typedIn(given, suffixOf(view, index));
    const answer = answerOf(typed, form.passedOn);
    const asked = { most: insists ? Infinity : view.units, least: rest === 'yes' ? 0 : view.units };
    // What was said beside the numbers was said once.
    const shared = index === 0 ? { comment: form.comment, by } : { comment: '', by: null };
    const problem = answer === null ? 'notWhole' : problemOf(answer, shared, asked);
    return { view, typed, answer, problem };
  });
  if (by === 'nameless' || customers.some(({ problem }) => problem !== null))
    return html(reply.code(422)).send(pageFor(deps, row, customers, form));
  const answers = customers.map(({ view, answer }) => ({ view, answer: answer! }));
  const url = `${deps.publicUrl}${linkAddress(id)}`;
  await recordArrivalByAnswer(deps.pool, link, link.recipient, now);
  const isTaken = await recordResponses(
    deps.pool,
    link,
    answers.map(({ view: { recipient }, answer }, index) => ({
      ...{ recipient, answer, insists, by, at: now },
      comment: index > 0 || form.comment.trim() === '' ? null : form.comment,
      thanks: index > 0 ? null : thanksOf(deps, opened, { answers, hurt: form.hurt, url }),
    })),
  );
  const [view] = views;
  if (!isTaken) {
    return html(reply.code(409)).send(renderTooOften(frameOf(deps, row, view)));
  }
  await noteUse(deps.pool, hash, now);
  const filled = { ...form, comment: form.comment.trim() };
  const recorded = answers.map(({ view: one, answer }) => {
    return { name: nameOf(one, views), units: one.units, filled: typedOf(answer) };
  });
  const about = aboutOf(row, view);
  const naming = await customersLink(deps, row, { ...link, id, ...view });
  return html(reply).send(renderThanks({ ...frameOf(deps, row, view), filled, customers: recorded, about, naming }));
}

/** One customer on the page, with what was typed of it. */
type Answered = {
  view: RecipientView;
  typed: AnsweredCustomer['filled'];
  answer: ResponseAnswer | null;
  problem: ResponseProblem | null;
};

/** For whom the holder of a link answers: whom it was given to, and the other customers of whom the same messages told them. */
async function answeredFor(
  { pool }: ApiDeps,
  link: Opened<'response'>['link'],
): Promise<[RecipientView, ...RecipientView[]]> {
  return [await recipientView(pool, link, link.recipient), ...(await alsoTold(pool, link, link.recipient))];
}

/** Behind the names of a customer's fields. */
function suffixOf({ recipient }: RecipientView, index: number): string {
  return index === 0 ? '' : `_${recipient}`;
}

/** Whoever answers for several knows them by their codes too. What somebody else has said they are called is nothing that we say. */
function nameOf({ code, name, supplier, language }: RecipientView, views: RecipientView[]): string {
  if (supplier !== null) return filledWords(customerWords(language).suppliedBy, { name: supplier });
  return views.length === 1 ? name : `${code} ${name}`;
}

function typedIn(given: Record<string, unknown>, suffix: string): AnsweredCustomer['filled'] {
  const typed = (field: string): string => {
    const value = given[`${field}${suffix}`];
    return typeof value === 'string' ? value : '';
  };
  return { quarantined: typed('quarantined'), soldOn: typed('soldOn'), destroyed: typed('destroyed') };
}

/** What a mail repeats of an answer, for whoever the link was sent to. */
function thanksOf(
  deps: ApiDeps,
  { row, link }: Opened<'response'>,
  { answers, hurt, url }: { answers: { view: RecipientView; answer: ResponseAnswer }[]; hurt: boolean; url: string },
): ThanksToSend {
  const { view } = answers[0]!;
  const { language } = view;
  const sum = (of: (one: (typeof answers)[number]) => number): number =>
    answers.reduce((total, one) => total + of(one), 0);
  const { product, item, actions, company } = aboutOf(row, view);
  const thanks = {
    quarantined: sum(({ answer }) => answer.quarantined),
    soldOn: sum(({ answer }) => answer.soldOn),
    destroyed: sum(({ answer }) => answer.destroyed),
    passedOn: answers[0]!.answer.passedOn,
    rest: sum(({ view: { units }, answer }) => Math.max(0, units - unitsOf(answer))),
    ...{ drill: row.mode === 'drill', hurt, corrects: false },
    ...{ product, item, actions, company, contact: contactOf(deps, row), responseUrl: url },
    ourReference: `${row.recallId} ${link.recipient}`,
    disclaimer: caseText(row.caseFile.disclaimer, language),
  };
  const messageId = `<${randomUUID().replaceAll('-', '')}@${deps.mailDomain}>`;
  return { language, thanks, messageId };
}

/** An answer from what was typed, or null where a number of units is none: an empty field is no zero. */
function answerOf(
  { quarantined, soldOn, destroyed }: AnsweredCustomer['filled'],
  passedOn: boolean,
): ResponseAnswer | null {
  const counts = [quarantined, soldOn, destroyed];
  if (!counts.every(isWhole)) return null;
  const [kept, sold, gone] = counts.map(Number) as [number, number, number];
  return { quarantined: kept, soldOn: sold, destroyed: gone, passedOn };
}

/** Who has answered in the place of whom the notice was sent to; null where nobody says so. */
function colleagueOf({ byName, byRole, byContact }: SharedForm): Colleague | 'nameless' | null {
  const [name, role, contact] = [byName, byRole, byContact].map((said) => cut(said.trim(), COLLEAGUE_LENGTH_MAX)) as [
    string,
    string,
    string,
  ];
  if (name === '' && role === '' && contact === '') return null;
  return name === '' ? 'nameless' : { name, role, contact };
}

function isWhole(typed: string): boolean {
  return /^\d{1,9}$/.test(typed.trim());
}

function problemOf(
  answer: ResponseAnswer,
  { comment, by }: { comment: string; by: Colleague | 'nameless' | null },
  { most, least }: { most: number; least: number },
): ResponseProblem | null {
  if (unitsOf(answer) > most) return 'tooMany';
  if (unitsOf(answer) < least) return 'tooFew';
  if (comment.length > COMMENT_LENGTH_MAX) return 'tooLong';
  return by === 'nameless' ? by : null;
}

function typedOf(answer: ResponseAnswer | null): AnsweredCustomer['filled'] {
  const text = (count: number | undefined): string => (count === undefined ? '' : String(count));
  return {
    quarantined: text(answer?.quarantined),
    soldOn: text(answer?.soldOn),
    destroyed: text(answer?.destroyed),
  };
}

function frameOf(deps: ApiDeps, row: RecallRow, { language }: RecipientView) {
  const disclaimer = caseText(row.caseFile.disclaimer, language);
  return { brand: deps.brand, language, drill: row.mode === 'drill', disclaimer, contact: contactOf(deps, row) };
}

function aboutOf(row: RecallRow, { language, answerBy }: RecipientView): ResponseCase {
  const { caseFile, scope } = row;
  const { company, product, hazard, actions } = caseFile;
  const texts = { product: caseText(product, language), hazard: caseText(hazard, language) };
  return {
    company,
    item: scope.item,
    ...texts,
    actions: caseText(actions, language),
    picture: pagePicture(row, language),
    answerBy,
  };
}

/** The fields that a problem is about. */
function wrongIn(filled: AnsweredCustomer['filled'], problem: ResponseProblem | null): ResponseField[] {
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
    case 'nameless':
      return ['byName'];
    default:
      return problem satisfies never;
  }
}

function pageFor(
  deps: ApiDeps,
  row: RecallRow,
  answered: Answered[],
  filled: SharedForm,
  naming: CustomersLink | null = null,
): string {
  const views = answered.map(({ view }) => view);
  const [first, ...others] = answered.map(({ view, typed, problem }, index): AnsweredCustomer => ({
    suffix: suffixOf(view, index),
    name: nameOf(view, views),
    units: view.units,
    filled: typed,
    problem,
    wrong: wrongIn(typed, problem),
  }));
  const [view] = views;
  return renderResponsePage({
    ...frameOf(deps, row, view!),
    about: aboutOf(row, view!),
    customers: [first!, ...others],
    naming,
    filled,
  });
}
