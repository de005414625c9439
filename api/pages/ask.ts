import type { FastifyReply } from 'fastify';
import { pageFields, sentAs, wants } from '../../documents/ask-fields.js';
import { caseText } from '../../documents/case-text.js';
import { evidenceLines } from '../../documents/evidence.js';
import { instantText } from '../../documents/instants.js';
import { lackingLines } from '../../documents/missing-texts.js';
import { renderAskPage, renderDone, renderMessage } from '../../documents/pages.js';
import { digestOf } from '../../engine/digest.js';
import { RecallError } from '../../engine/errors.js';
import { particularsOf } from '../../engine/particulars.js';
import { isDecision, readValue, wrongFields, type Form } from '../../engine/form.js';
import { stepOf, type FactValue } from '../../engine/playbook.js';
import { questionWords } from '../../engine/steps/asks.js';
import { askToCall } from '../../engine/steps/campaign/callers.js';
import type { Verb } from '../../engine/vote.js';
import type { AskId, PersonId, RecallId, Sha256 } from '../../engine/words.js';
import { loadRegimes } from '../../regulations/regimes.js';
import { clock } from '../../store/clock.js';
import { recallRow } from '../../store/recalls.js';
import { attachedTo } from '../../store/evidence.js';
import type { AskRow } from '../../store/inbox.js';
import { takeTry } from '../../store/links.js';
import { saidBy, saidOn, type GivenAnswer, type GivenDecision } from '../../store/ledger.js';
import { namesIn, zoneOf } from '../asks.js';
import { askParamsOf } from '../contract/asks.js';
import { askForm } from '../contract/pages.js';
import { isAnswerable } from '../calls.js';
import { answer, askOf, decide, renew } from '../decisions.js';
import type { ApiDeps } from '../deps.js';
import { html, languageOf, type Exchange, type SignedExchange } from '../exchange.js';
import { pagePicture } from '../pictures.js';
import { Refused, requireValid } from '../problem.js';
import type { Signed } from '../sign-in/cookies.js';
import { callsToShow, takeCallForm } from './call-forms.js';
import { contactOf, openLink, type Opened } from './links.js';

const VERB_WORDS: Record<Verb, string> = { approve: 'Approved', reject: 'Rejected' };

/** What stands in the fields by the names they are sent by, what is wrong with it, and the key under which it counts once. */
type FormState = { filled: Record<string, string>; problems: Record<string, string>; once: string };

/** The ask of a recall, with the hash of what is shown with it. */
export type AskedBySession = { recallId: RecallId; ask: AskId; shown: Sha256 };
/** An ask as somebody has come to it: by the link of a mail or signed in, and what their forms bring back to show that. */
type AtAsk = Pick<Opened<'decision'>, 'link' | 'row' | 'now'> & {
  via: 'link' | 'session';
  proof: string;
  /** Counts a form that was sent; false where as many different ones have come as may. */
  takeTry: (form: Sha256) => Promise<boolean>;
};

/** Shows what is asked and what it is about. Decides and answers nothing: link scanners open every link. */
export async function showAskPage(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const opened = await openLink(deps, 'decision', id, exchange);
  return opened === null ? exchange.reply : show(deps, byLink(deps, opened), exchange);
}

/** Takes a decision or an answer by the link of a mail. */
export async function takeAskPage(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const opened = await openLink(deps, 'decision', id, exchange);
  return opened === null ? exchange.reply : take(deps, byLink(deps, opened), exchange);
}

/** The same page for who has signed in and is asked; what is shown there is what is asked now. Throws `not-found`, `not-allowed`. */
export async function showAskTo(deps: ApiDeps, asked: AskedBySession, exchange: SignedExchange): Promise<FastifyReply> {
  const { signed } = exchange;
  const { shown, people, left } = await askOf(deps, asked.recallId, asked.ask);
  if (![...people, ...left].includes(signed.person))
    throw new RecallError({
      code: 'not-allowed',
      message: 'this is not asked of you',
      remedy: 'see /my for what is',
    });
  if (shown !== asked.shown) return exchange.reply.redirect(pathOf({ ...asked, shown }), 303);
  return show(deps, await bySession(deps, asked, signed), exchange);
}

/** Takes a decision or an answer of who has signed in. Who is not asked is refused where decisions enter, on record. */
export async function takeAskOf(deps: ApiDeps, asked: AskedBySession, exchange: SignedExchange): Promise<FastifyReply> {
  return take(deps, await bySession(deps, asked, exchange.signed), exchange);
}

function byLink(deps: ApiDeps, { hash, link, row, now }: Opened<'decision'>): AtAsk {
  return { link, row, now, via: 'link', proof: '', takeTry: (form) => takeTry(deps.pool, hash, form, now) };
}

async function bySession(deps: ApiDeps, asked: AskedBySession, { person, proof }: Signed): Promise<AtAsk> {
  const { recallId } = asked;
  const row = await recallRow(deps.pool, recallId);
  const now = await clock(deps.pool, recallId).now();
  // How often somebody sends is bounded by person.
  return { link: { use: 'decision', ...asked, person }, row, now, via: 'session', proof, takeTry: async () => true };
}

/** Where who has signed in reads and says what is asked of them. */
export function pathOf({ recallId, ask, shown }: AskedBySession): string {
  const { step, round, n } = askParamsOf(recallId, ask);
  return ['', 'my', recallId, step, round, n, shown].join('/');
}

async function show(deps: ApiDeps, at: AtAsk, { request, reply }: Exchange): Promise<FastifyReply> {
  return html(reply).send(await pageOf(deps, at, { filled: {}, problems: {}, once: request.id }, languageOf(request)));
}

/**
 * Takes a decision or an answer, by the same door as the command. What is refused there stands in the ledger too; a form
 * that cannot be right comes back with what is wrong, and has been sent to nobody.
 */
async function take(deps: ApiDeps, at: AtAsk, { request, reply }: Exchange): Promise<FastifyReply> {
  const { brand } = deps;
  const { row } = at;
  const drill = row.mode === 'drill';
  const { recallId, ask, person } = at.link;
  const body = requireValid(askForm, request.body, 'form');
  const asked = await askOf(deps, recallId, ask);
  const { form } = asked;
  const { once = null, proof: _shown, ...filled } = body as Record<string, string>;
  // A form that comes back was not taken: corrected, it is another one.
  const back = async (status: number, problems: Record<string, string>): Promise<FastifyReply> =>
    html(reply.code(status)).send(await pageOf(deps, at, { filled, problems, once: request.id }, languageOf(request)));
  if ('customer' in body) {
    if (!isAnswerable(asked, person))
      return back(409, { '': 'This was not entered: nothing is asked of you here any more' });
    const wrong = await takeCallForm(deps, at, asked, { ...filled, once });
    const fresh = { filled: {}, problems: { ...(wrong !== '' && { '': wrong }) }, once: request.id };
    return html(reply.code(wrong === '' ? 200 : 422)).send(await pageOf(deps, at, fresh, languageOf(request)));
  }
  const corrects = filled.corrects === 'yes';
  const wrong = 'renew' in body ? {} : wrongIn(form, filled);
  if (Object.keys(wrong).length > 0) return back(422, wrong);
  if (!(await at.takeTry(digestOf(body)))) {
    const words = `This link has been used as often as it may be. Please contact: ${contactOf(deps, row)}`;
    return html(reply.code(409)).send(renderMessage(brand, 'This was not taken', words, drill));
  }
  if ('renew' in body) {
    await renew(deps, { recallId, ask, by: person, idempotencyKey: once });
    const words = 'The question is put anew, on what is known now. A new mail brings its link to all who are asked.';
    return html(reply).send(renderDone(brand, words, drill));
  }
  try {
    await give(deps, at, form, { filled, once, corrects });
  } catch (failed) {
    if (!(failed instanceof Refused)) throw failed;
    if (corrects) return back(409, { '': `This was not taken: ${failed.message}` });
    if (failed.reason === 'not-accepted') return back(409, unaccepted(form, filled));
    const stands = await saidBy(deps.pool, recallId, ask, person);
    // The page says why nothing is taken any more, or what is wrong with what was.
    if (stands === null) return back(409, { '': `This was not taken: ${failed.message}` });
    const words = `This was not taken: you had ${'verb' in stands ? 'decided' : 'answered'} before. ${await recordedWords(deps, at, form, stands)}`;
    const title = `Your ${'verb' in stands ? 'decision' : 'answer'} stands`;
    return html(reply.code(409)).send(renderMessage(brand, title, words, drill));
  }
  const stands = await saidBy(deps.pool, recallId, ask, person);
  if (stands === null) throw new Error(`what ${person} said on ${ask} is not in the ledger`);
  return html(reply).send(renderDone(brand, await recordedWords(deps, at, form, stands), drill));
}

/** Gives what was filled in to where decisions or answers enter. */
async function give(
  deps: ApiDeps,
  { link: { recallId, ask, person: by, shown }, via }: AtAsk,
  form: Form,
  {
    filled,
    once: idempotencyKey,
    corrects,
  }: { filled: Record<string, string>; once: string | null; corrects: boolean },
): Promise<void> {
  if (!isDecision(form)) {
    await answer(deps, { recallId, ask, by, values: valuesIn(form, filled), corrects, idempotencyKey });
    return;
  }
  const verb = filled.outcome as Verb;
  const reason = filled.reason?.trim() ?? '';
  const accepted = Object.entries(valuesIn(form, filled)).map(([rule, why]) => ({ rule, reason: String(why) }));
  const reasonText = reason === '' ? null : reason;
  await decide(deps, { recallId, ask, verb, by, shown, reasonText, accepted, via, idempotencyKey });
}

/** The values of a form as its fields read what was typed; a field that was left empty gives none. */
function valuesIn({ fields }: Form, filled: Record<string, string>): Record<string, FactValue> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = (filled[sentAs(field)] ?? '').trim();
      return text === '' ? [] : [[field.name, readValue(field, text)]];
    }),
  );
}

/** What cannot be right, by field. Who decides may leave out what an approval accepts: whether it has to be said, the vote decides. */
function wrongIn(form: Form, filled: Record<string, string>): Record<string, string> {
  const problems: Record<string, string> = {};
  if (isDecision(form) && !form.verbs.some((verb) => verb === filled.outcome))
    problems.outcome = 'Choose what you decide';
  for (const { name, lengthMax, kind } of pageFields(form))
    if ((kind === 'text' || kind === 'line') && (filled[name] ?? '').length > lengthMax)
      problems[name] = `Shorten this to ${lengthMax} characters`;
  if (!isDecision(form))
    for (const field of [...wrongFields(form, valuesIn(form, filled)), ...unconfirmed(form, filled)])
      problems[sentAs(field)] ??= wants(field);
  return problems;
}

/** A box that nobody ticked says nothing: by command one says nothing by not answering. */
function unconfirmed({ fields }: Form, filled: Record<string, string>): Form['fields'] {
  return fields.filter((field) => field.type === 'confirmation' && (filled[sentAs(field)] ?? '') === '');
}

/** The errors that an approval has not accepted. */
function unaccepted({ fields }: Form, filled: Record<string, string>): Record<string, string> {
  const left = fields.filter((field) => (filled[sentAs(field)] ?? '').trim() === '');
  return Object.fromEntries(left.map((field) => [sentAs(field), wants(field)]));
}

async function pageOf(
  deps: ApiDeps,
  { link, row, now, proof }: AtAsk,
  form: FormState,
  language: string,
): Promise<string> {
  const { pool, brand } = deps;
  const { recallId, ask, person } = link;
  const asked = await askOf(deps, recallId, ask);
  const { step, question, form: wanted, dueAt, shown, evidence, evidenceNow, left, people, correction } = asked;
  const { said, renewed } = await saidOn(pool, recallId, ask);
  const hasLeft = left.includes(person);
  const hasSaid = said.some(({ by }) => by === person);
  const zone = await zoneOf(pool, person);
  const isCurrent = shown === link.shown;
  const isCorrected = correction?.may === true && isCurrent && people.includes(person);
  const isOpen = isCurrent && asked.status === 'open' && !hasSaid && !hasLeft;
  const { calls, left: callsLeft } = isOpen ? await callsToShow(deps, row, asked) : { calls: [], left: 0 };
  const given = said.findLast((one): one is GivenAnswer => 'values' in one);
  return renderAskPage({
    brand,
    drill: row.mode === 'drill',
    recallId,
    stepTitle: stepOf(row.playbook, step).title,
    questionText: questionWords(question),
    dueAt,
    now,
    zone,
    isDecision: isDecision(wanted),
    fields: pageFields(wanted),
    calls,
    callsLeft,
    evidence: [
      ...evidenceLines(asked, {
        attached: await attachedTo(pool, recallId, [evidence, evidenceNow]),
        zone,
        calls: askToCall(row.playbook, asked),
      }),
      ...lackingLines(evidence, particularsOf(row.caseFile), loadRegimes),
    ],
    picture: evidence.preview || evidence.publication ? pagePicture(row, 'en') : null,
    hasMoved: evidenceNow !== null,
    shown,
    isOpen,
    isCorrected,
    status:
      renewed === null
        ? statusWords(asked, { isCurrent, hasSaid, hasLeft })
        : `This question was put anew on what was known by then, by ${await personWords(deps, renewed.by)} on ${instantText(renewed.at, zone)}. The newest mail has the link.`,
    replacedFor: (renewed !== null || !isCurrent) && language !== 'en' ? language : null,
    proof,
    standing: await Promise.all(said.map((one) => givenWords(deps, person, wanted, one))),
    ...form,
    filled: isCorrected && given !== undefined ? { ...fieldsOf(wanted, given), ...form.filled } : form.filled,
    contact: contactOf(deps, row),
    disclaimer: caseText(row.caseFile.disclaimer, 'en'),
  });
}

/** What was answered, by the names that its fields are sent by; a text that is kept beside is a hash here, and is written anew. */
function fieldsOf({ fields }: Form, { values }: GivenAnswer): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = values[field.name];
      const isBeside = field.type === 'text' && field.beside === true;
      return value === undefined || isBeside ? [] : [[sentAs(field), String(value)]];
    }),
  );
}

/** Why nothing more is taken by this link; empty where it is. */
function statusWords(
  { status, correction }: AskRow,
  { isCurrent, hasSaid, hasLeft }: { isCurrent: boolean; hasSaid: boolean; hasLeft: boolean },
): string {
  if (hasLeft) return 'This question is no longer put to you, who no longer hold the role.';
  if (!isCurrent)
    return 'This question was put anew after this link was sent: what is shown here is what it shows now. The newest mail has the link.';
  switch (status) {
    case 'open':
      return hasSaid ? 'You have decided. Nothing more is needed from you.' : '';
    case 'opening':
      return 'This question is being put to people just now. Please open this page again in a moment.';
    case 'answered':
      if (correction?.may === true) return 'This question has been answered. Below the answer can still be corrected.';
      return `This question has been answered: nothing more is needed.${correction === null ? '' : ` It cannot be corrected: ${correction.why}.`}`;
    case 'withdrawn':
      return 'This question has been withdrawn: nothing more is needed.';
    default:
      return status satisfies never;
  }
}

/** What the record holds, which is not always what was just sent. */
async function recordedWords(
  deps: ApiDeps,
  { link }: AtAsk,
  form: Form,
  given: GivenDecision | GivenAnswer,
): Promise<string> {
  return `${await givenWords(deps, link.person, form, given)}, as the record of ${link.recallId} has it.`;
}

/** What was said, with names of people, and with its instant as the reader has it on the clock. */
async function givenWords(
  deps: ApiDeps,
  reader: PersonId,
  form: Form,
  given: GivenDecision | GivenAnswer,
): Promise<string> {
  const { by, onBehalfOf, at } = given;
  const who = await personWords(deps, by);
  const whose = onBehalfOf === null ? '' : `, on behalf of ${await personWords(deps, onBehalfOf)}`;
  const what =
    'verb' in given
      ? VERB_WORDS[given.verb]
      : given.was === undefined
        ? `Answered (${valueWords(form, given.values)})`
        : `Corrected (${valueWords(form, given.values)}; it was ${valueWords(form, given.was)})`;
  return `${what} by ${who}${whose} on ${instantText(at, await zoneOf(deps.pool, reader))}`;
}

/** What was answered, by the labels of the form. */
function valueWords({ fields }: Form, values: Record<string, FactValue>): string {
  const said = fields.filter(({ name }) => Object.hasOwn(values, name));
  return said.map(({ name, label }) => `${label}: ${values[name] === true ? 'yes' : String(values[name])}`).join('; ');
}

/** A person by name, with their id beside it; by their id where the roster does not know them any more. */
async function personWords({ pool }: ApiDeps, id: PersonId): Promise<string> {
  const name = (await namesIn(pool)).get(id);
  return name === undefined ? id : `${name} (${id})`;
}
