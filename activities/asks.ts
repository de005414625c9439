import { caseText } from '../documents/case-text.js';
import { renderAsk } from '../documents/asks.js';
import type { AskedPerson, EffectCall, Question } from '../engine/effects.js';
import type { Fact } from '../engine/facts.js';
import { peopleToAsk, type RosterPerson } from '../engine/roster.js';
import { secondsAfter, type AskId, type IsoInstant, type RecallId } from '../engine/words.js';
import { readRoster } from '../store/import/import-people.js';
import { appendFact } from '../store/ledger.js';
import { stepOf } from '../engine/playbook.js';
import { issueToken } from '../trust/tokens.js';
import { egressRefused, messageIdOf, rowOf, type Deps } from './deps.js';
import { askRow } from '../store/inbox.js';
import { keepAskMail } from '../store/replies.js';
import { evidenceFor } from '../store/evidence.js';
import type { Work } from './run-effect.js';
import { sendClaimed } from './send-claimed.js';

const LINK_SECONDS = 30 * 86_400;
const RECORDED_POLL_MS = 5;
const RECORDED_MS_MAX = 20_000;

/** Finds who is asked and tells them by mail. The ask stands in their inbox whether the mail arrives or not. */
export function askPeople(deps: Deps): Work<'askPeople'> {
  return async (call, finish, attempt) => {
    const { recallId, now, payload } = call;
    await untilRecorded(deps, recallId, payload.ask);
    const roster = await readRoster(deps.pool);
    const people = peopleToAsk(roster, payload, now);
    const told: Fact[] = [];
    for (const asked of people) {
      const person = roster.people.find(({ id }) => id === asked.person);
      if (person) told.push(...(await tell(deps, call, asked, person)));
      attempt.requireWanted();
    }
    return finish({ people }, async (client) => {
      for (const fact of told) {
        if (fact.type === 'person told') await keepAskMail(client, recallId, fact.ask, fact.messageId);
        await appendFact(client, { recallId, at: now, fact });
      }
    });
  };
}

/** The append runs beside the effects; who is asked must find the question in the inbox, and all that led to it in what is shown. */
async function untilRecorded({ pool }: Deps, recallId: RecallId, ask: AskId): Promise<void> {
  for (let waited = 0; waited < RECORDED_MS_MAX; waited += RECORDED_POLL_MS) {
    if (await askRow(pool, recallId, ask)) return;
    await new Promise((resolve) => setTimeout(resolve, RECORDED_POLL_MS));
  }
  throw new Error(`the question ${ask} of ${recallId} does not reach the ledger`);
}

async function tell(
  deps: Deps,
  call: EffectCall<'askPeople'>,
  asked: AskedPerson,
  person: RosterPerson,
): Promise<Fact[]> {
  const { recallId, step, now, payload } = call;
  const { ask, question, rung, dueAt, shown, regime } = payload;
  const row = await rowOf(deps, recallId);
  const key = `ask/${ask}/${rung}/${asked.person}`;
  const messageId = messageIdOf(deps, row, key);
  const evidence = await evidenceFor(deps.pool, { recallId, step, question, regime });
  const mail = renderAsk({
    drill: row.mode === 'drill',
    recallId,
    ask,
    stepTitle: stepOf(row.playbook, step).title,
    question,
    name: person.name,
    dueAt,
    rung,
    evidence,
    shown,
    disclaimer: caseText(row.caseFile.disclaimer, 'en'),
    decideUrl: isDecision(question) ? decideUrl(deps, call, asked, secondsAfter(now, LINK_SECONDS)) : null,
  });
  const outgoing = { ...mail, to: person.email, messageId, reference: key };
  const outcome = await sendClaimed(deps, row, outgoing, { step, at: now, to: person.id, rung });
  const told: Fact = { type: 'person told', v: 1, ask, rung, person: asked.person, outcome, messageId };
  return outcome === 'egress-refused' ? [told, egressRefused(row, `ask ${ask}`, person.email)] : [told];
}

function decideUrl(
  { publicUrl, keys }: Deps,
  { recallId, payload }: EffectCall<'askPeople'>,
  { person }: AskedPerson,
  expires: IsoInstant,
): string {
  const { ask, shown } = payload;
  return `${publicUrl}/d/${issueToken(keys.token, { use: 'decision', recallId, ask, person, shown, expires })}`;
}

function isDecision(question: Question): boolean {
  return question === 'decide' || question === 'approve-preview' || question === 'close';
}
