import type { FastifyReply } from 'fastify';
import { caseText } from '../../documents/case-text.js';
import { evidenceLines } from '../../documents/evidence.js';
import { instantText } from '../../documents/instants.js';
import { renderDecisionPage, renderDone, renderMessage } from '../../documents/pages.js';
import { digestOf } from '../../engine/digest.js';
import { stepOf } from '../../engine/playbook.js';
import { questionWords } from '../../engine/steps/asks.js';
import type { Verb } from '../../engine/vote.js';
import type { PersonId } from '../../engine/words.js';
import { attachedTo } from '../../store/evidence.js';
import type { AskRow } from '../../store/inbox.js';
import { takeTry } from '../../store/links.js';
import { decisionOn, decisionsOn, type GivenDecision } from '../../store/ledger.js';
import { namesIn, zoneOf } from '../asks.js';
import { decisionForm } from '../contract/pages.js';
import { askOf, decide, renew } from '../decisions.js';
import type { ApiDeps } from '../deps.js';
import { html, type Exchange } from '../exchange.js';
import { Refused } from '../problem.js';
import { contactOf, openLink, type Opened } from './links.js';

/** With what the name of a field begins that accepts an error, before the rule's id. */
const ACCEPT = 'accept:';
const VERB_WORDS: Record<Verb, string> = { approve: 'Approved', reject: 'Rejected' };
const REASON_LENGTH_MAX = 2000;

/** Shows what is decided on. Decides nothing: link scanners open every link. */
export async function showDecision(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const opened = await openLink(deps, 'decision', id, exchange);
  if (opened === null) return reply;
  return html(reply).send(await pageOf(deps, opened, { filled: {}, problems: {}, once: request.id }));
}

/** Takes the decision. What is refused here stands in the ledger too; a form that cannot be right comes back with what is wrong. */
export async function takeDecision(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const { brand } = deps;
  const opened = await openLink(deps, 'decision', id, exchange);
  if (opened === null) return reply;
  const { hash, now, row } = opened;
  const drill = row.mode === 'drill';
  const { recallId, ask, person, shown } = opened.link;
  const parsed = decisionForm.safeParse(request.body);
  if (!parsed.success) {
    const state = formState(request.body, request.id);
    return html(reply.code(422)).send(await pageOf(deps, opened, { ...state, problems: wrongIn(state.filled) }));
  }
  const form = parsed.data;
  if (!(await takeTry(deps.pool, hash, digestOf(form), now))) {
    const words = `This link has been used as often as it may be. Please contact: ${contactOf(deps, row)}`;
    return html(reply)
      .code(409)
      .send(renderMessage(brand, 'This was not taken', words, drill));
  }
  const idempotencyKey = form.once ?? null;
  if ('renew' in form) {
    await renew(deps, { recallId, ask, by: person, idempotencyKey });
    const words = 'The question is put anew, on what is known now. A new mail brings its link to all who are asked.';
    return html(reply).send(renderDone(brand, words, drill));
  }
  const { outcome: verb, reason, once: _once, ...others } = form;
  const accepted = acceptedIn(others);
  try {
    const reasonText = reason.trim() === '' ? null : reason;
    await decide(deps, { recallId, ask, verb, by: person, shown, reasonText, accepted, via: 'link', idempotencyKey });
  } catch (failed) {
    if (failed instanceof Refused && failed.reason === 'not-accepted') {
      const state = formState(request.body, request.id);
      const { form: asked } = await askOf(deps, recallId, ask);
      const left = asked.fields.filter(({ name }) => !accepted.some(({ rule }) => rule === name));
      const problems = Object.fromEntries(
        left.map(({ name }) => [`${ACCEPT}${name}`, `Say why the errors of ${name} are accepted, or reject`]),
      );
      return html(reply.code(409)).send(await pageOf(deps, opened, { ...state, problems }));
    }
    const stands = failed instanceof Refused ? await decisionOn(deps.pool, recallId, ask, person) : null;
    if (stands === null) throw failed;
    const words = `This was not taken: you had decided before. ${await recordedWords(deps, opened, stands)}`;
    return html(reply)
      .code(409)
      .send(renderMessage(brand, 'Your decision stands', words, drill));
  }
  const stands = await decisionOn(deps.pool, recallId, ask, person);
  if (stands === null) throw new Error(`the decision of ${person} on ${ask} is not in the ledger`);
  return html(reply).send(renderDone(brand, await recordedWords(deps, opened, stands), drill));
}

/** The fields of the form that say why an error is accepted; one that was left empty accepts nothing. */
function acceptedIn(fields: Record<string, string>): { rule: string; reason: string }[] {
  return Object.entries(fields)
    .filter(([name, text]) => name.startsWith(ACCEPT) && text.trim() !== '')
    .map(([name, text]) => ({ rule: name.slice(ACCEPT.length), reason: text.trim() }));
}

/** What stands in the fields by their names, what is wrong with it, and the key under which it counts once. */
type FormState = { filled: Record<string, string>; problems: Record<string, string>; once: string };

/** The form as it was sent, right or wrong. Under a key of its own: it was not taken, and is corrected. */
function formState(body: unknown, once: string): Omit<FormState, 'problems'> {
  const sent = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const filled = sent.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { filled: Object.fromEntries(filled), once };
}

/** What cannot be right, by field. */
function wrongIn({ outcome = '', once: _once, ...texts }: Record<string, string>): Record<string, string> {
  const problems: Record<string, string> = Object.hasOwn(VERB_WORDS, outcome)
    ? {}
    : { outcome: 'Choose what you decide' };
  for (const [name, text] of Object.entries(texts))
    if (text.length > REASON_LENGTH_MAX) problems[name] = `Shorten this to ${REASON_LENGTH_MAX} characters`;
  return problems;
}

async function pageOf(deps: ApiDeps, { link, row, now }: Opened<'decision'>, form: FormState): Promise<string> {
  const { pool, brand } = deps;
  const { recallId, ask, person } = link;
  const asked = await askOf(deps, recallId, ask);
  const { step, question, dueAt, shown, evidence, evidenceNow, left } = asked;
  const { decisions, renewed } = await decisionsOn(pool, recallId, ask);
  const hasLeft = left.includes(person);
  const hasDecided = decisions.some(({ by }) => by === person);
  const zone = await zoneOf(pool, person);
  const isCurrent = shown === link.shown;
  return renderDecisionPage({
    brand,
    drill: row.mode === 'drill',
    recallId,
    stepTitle: stepOf(row.playbook, step).title,
    questionText: questionWords(question),
    dueAt,
    now,
    zone,
    verbs: asked.form.verbs,
    fields: [
      ...asked.form.fields.map(({ name, label }) => ({
        name: `${ACCEPT}${name}`,
        label: `To approve: why the errors of ${name} are accepted`,
        hint: label,
      })),
      { name: 'reason', label: 'Reason', hint: 'Kept with the record of the recall. No names of customers, please.' },
    ],
    evidence: evidenceLines(asked, { attached: await attachedTo(pool, recallId, [evidence, evidenceNow]), zone }),
    hasMoved: evidenceNow !== null,
    shown,
    isOpen: isCurrent && asked.status === 'open' && !hasDecided && !hasLeft,
    status:
      renewed === null
        ? statusWords(asked, { isCurrent, hasDecided, hasLeft })
        : `This question was put anew on what was known by then, by ${await personWords(deps, renewed.by)} on ${instantText(renewed.at, zone)}. The newest mail has the link to decide by.`,
    standing: await Promise.all(decisions.map((one) => givenWords(deps, person, one))),
    ...form,
    contact: contactOf(deps, row),
    disclaimer: caseText(row.caseFile.disclaimer, 'en'),
  });
}

/** Why nothing more is taken by this link; empty where it is. */
function statusWords(
  { status }: AskRow,
  { isCurrent, hasDecided, hasLeft }: { isCurrent: boolean; hasDecided: boolean; hasLeft: boolean },
): string {
  if (hasLeft) return 'This question is no longer put to you, who no longer hold the role.';
  if (!isCurrent)
    return 'This question was put anew after this link was sent: what is shown here is what it shows now. The newest mail has the link to decide by.';
  switch (status) {
    case 'open':
      return hasDecided ? 'You have decided. Nothing more is needed from you.' : '';
    case 'opening':
      return 'This question is being put to people just now. Please open this page again in a moment.';
    case 'answered':
      return 'This question has been answered: nothing more is needed.';
    case 'withdrawn':
      return 'This question has been withdrawn: nothing more is needed.';
    default:
      return status satisfies never;
  }
}

/** What the record holds, which is not always what was just sent. */
async function recordedWords(deps: ApiDeps, { link }: Opened<'decision'>, given: GivenDecision): Promise<string> {
  return `${await givenWords(deps, link.person, given)}, as the record of ${link.recallId} has it.`;
}

/** A decision with names of people, and with its instant as the reader has it on the clock. */
async function givenWords(
  deps: ApiDeps,
  reader: PersonId,
  { verb, by, onBehalfOf, at }: GivenDecision,
): Promise<string> {
  const who = await personWords(deps, by);
  const whose = onBehalfOf === null ? '' : `, on behalf of ${await personWords(deps, onBehalfOf)}`;
  return `${VERB_WORDS[verb]} by ${who}${whose} on ${instantText(at, await zoneOf(deps.pool, reader))}`;
}

/** A person by name, with their id beside it; by their id where the roster does not know them any more. */
async function personWords({ pool }: ApiDeps, id: PersonId): Promise<string> {
  const name = (await namesIn(pool)).get(id);
  return name === undefined ? id : `${name} (${id})`;
}
