import type { FastifyReply } from 'fastify';
import { caseText } from '../../documents/case-text.js';
import { evidenceLines } from '../../documents/evidence.js';
import { instantText } from '../../documents/instants.js';
import { renderDecisionPage, renderMessage } from '../../documents/pages.js';
import { digestOf } from '../../engine/digest.js';
import { stepOf } from '../../engine/playbook.js';
import { questionWords } from '../../engine/steps/asks.js';
import type { Verb } from '../../engine/vote.js';
import { dueWords } from '../../engine/time-words.js';
import type { PersonId } from '../../engine/words.js';
import { attachedTo } from '../../store/evidence.js';
import { takeTry } from '../../store/links.js';
import { decisionOn, type GivenDecision } from '../../store/ledger.js';
import { decisionForm } from '../contract/pages.js';
import { namesIn, zoneOf } from '../asks.js';
import { askOf, decide, renew } from '../decisions.js';
import type { DecisionLink } from '../../trust/links.js';
import type { ApiDeps } from '../deps.js';
import { html, type Exchange } from '../exchange.js';
import { Refused, requireValid } from '../problem.js';
import { contactOf, openLink } from './links.js';

/** With what the name of a field begins that accepts an error, before the rule's id. */
const ACCEPT = 'accept:';
const VERB_WORDS: Record<Verb, string> = { approve: 'Approved', reject: 'Rejected' };

/** Shows what is decided on. Decides nothing: link scanners open every link. */
export async function showDecision(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const opened = await openLink(deps, 'decision', id, exchange);
  if (opened === null) return reply;
  const { link, row, now } = opened;
  const { recallId, ask, person } = link;
  const asked = await askOf(deps, recallId, ask);
  const { step, question, form, dueAt, shown, status, evidence, evidenceNow, left } = asked;
  const current = shown === link.shown;
  const standing = left.includes(person) ? 'no longer put to you, who no longer hold the role' : status;
  const zone = await zoneOf(deps.pool, person);
  return html(reply).send(
    renderDecisionPage({
      drill: row.mode === 'drill',
      recallId,
      stepTitle: stepOf(row.playbook, step).title,
      questionText: questionWords(question),
      due: `${instantText(dueAt, zone)}, ${dueWords(dueAt, now)}`,
      verbs: form.verbs,
      errors: form.fields.map(({ name, label }) => ({ name: `${ACCEPT}${name}`, rule: name, label })),
      evidence: evidenceLines(asked, {
        attached: await attachedTo(deps.pool, recallId, [evidence, evidenceNow]),
        zone,
      }),
      hasMoved: evidenceNow !== null,
      shown,
      status: current ? standing : 'no longer what this link was sent for',
      once: request.id,
      disclaimer: caseText(row.caseFile.disclaimer, 'en'),
    }),
  );
}

/** Takes the decision. What is refused here stands in the ledger too. */
export async function takeDecision(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const opened = await openLink(deps, 'decision', id, exchange);
  if (opened === null) return reply;
  const { hash, now, row } = opened;
  const { recallId, ask, person, shown } = opened.link;
  const form = requireValid(decisionForm, request.body, 'form');
  if (!(await takeTry(deps.pool, hash, digestOf(form), now))) {
    const words = `This link has been used as often as it may be. Please contact: ${contactOf(deps, row)}`;
    return html(reply).code(409).send(renderMessage('This was not taken', words));
  }
  const idempotencyKey = form.once ?? null;
  if ('renew' in form) {
    await renew(deps, { recallId, ask, by: person, idempotencyKey });
    const words = 'The question is put anew, on what is known now. A new mail brings its link to all who are asked.';
    return html(reply).send(renderMessage('Thank you', words));
  }
  const { outcome: verb, reason, once: _once, ...others } = form;
  const accepted = acceptedIn(others);
  try {
    const reasonText = reason.trim() === '' ? null : reason;
    await decide(deps, { recallId, ask, verb, by: person, shown, reasonText, accepted, via: 'link', idempotencyKey });
  } catch (failed) {
    const stands = failed instanceof Refused ? await decisionOn(deps.pool, recallId, ask, person) : null;
    if (stands === null) throw failed;
    const words = `This was not taken: you had decided before. ${await standingWords(deps, opened.link, stands)}`;
    return html(reply).code(409).send(renderMessage('Your decision stands', words));
  }
  const stands = await decisionOn(deps.pool, recallId, ask, person);
  if (stands === null) throw new Error(`the decision of ${person} on ${ask} is not in the ledger`);
  return html(reply).send(renderMessage('Thank you', await standingWords(deps, opened.link, stands)));
}

/** The fields of the form that say why an error is accepted; one that was left empty accepts nothing. */
function acceptedIn(fields: Record<string, string>): { rule: string; reason: string }[] {
  return Object.entries(fields)
    .filter(([name, text]) => name.startsWith(ACCEPT) && text.trim() !== '')
    .map(([name, text]) => ({ rule: name.slice(ACCEPT.length), reason: text.trim() }));
}

/** What the record holds, which is not always what was just sent, as the reader has names and times. */
async function standingWords(
  { pool }: ApiDeps,
  { recallId, person }: DecisionLink,
  { verb, by, onBehalfOf, at }: GivenDecision,
): Promise<string> {
  const names = await namesIn(pool);
  const nameOf = (id: PersonId): string => (names.has(id) ? `${names.get(id)} (${id})` : id);
  const who = onBehalfOf === null ? nameOf(by) : `${nameOf(by)}, on behalf of ${nameOf(onBehalfOf)}`;
  return `${VERB_WORDS[verb]} by ${who} on ${instantText(at, await zoneOf(pool, person))}, as the record of ${recallId} has it.`;
}
