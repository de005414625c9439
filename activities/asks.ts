import { caseText } from '../documents/case-text.js';
import { renderAsk } from '../documents/asks.js';
import { evidenceLines, type Attached } from '../documents/evidence.js';
import { lackingLines } from '../documents/missing-texts.js';
import type { AskedPerson, EffectCall } from '../engine/effects.js';
import { particularsOf } from '../engine/particulars.js';
import type { Fact } from '../engine/facts.js';
import { peopleToAsk, type RosterPerson } from '../engine/roster.js';
import { secondsAfter, type AskId, type RecallId } from '../engine/words.js';
import { readRoster } from '../store/roster.js';
import { appendFact } from '../store/ledger.js';
import { stepOf } from '../engine/playbook.js';
import { askToCall } from '../engine/steps/campaign/callers.js';
import { linkPath, type DecisionLink } from '../trust/links.js';
import { egressRefused, messageIdOf, rowOf, type Deps } from './deps.js';
import { askRow, type AskRow } from '../store/inbox.js';
import { keepLinks } from '../store/links.js';
import { keepAskMail } from '../store/replies.js';
import { attachedTo } from '../store/evidence.js';
import type { Work } from './run-effect.js';
import { sendClaimed } from './send-claimed.js';

const LINK_SECONDS = 30 * 86_400;

/** Finds who is asked and tells them by mail. The ask stands in their inbox whether the mail arrives or not. */
export function askPeople(deps: Deps): Work<'askPeople'> {
  return async (call, finish, attempt) => {
    const { recallId, now, payload } = call;
    const ask = await recorded(deps, recallId, payload.ask);
    const attached = await attachedTo(deps.pool, recallId, [ask.evidence, ask.evidenceNow]);
    const roster = await readRoster(deps.pool);
    const people = peopleToAsk(roster, payload, now);
    // What a mail brings is a link already when it leaves.
    const links = people.map((asked) => linkOf(ask, asked));
    await keepLinks(deps.pool, deps.keys.token, links, secondsAfter(now, LINK_SECONDS));
    const told: Fact[] = [];
    for (const asked of people) {
      const person = roster.people.find(({ id }) => id === asked.person);
      if (person) told.push(...(await tell(deps, call, { ask, attached, asked, person })));
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

/** Who is asked must find the question in the inbox, and all that led to it in what is shown: the effect starts after both. */
async function recorded({ pool }: Deps, recallId: RecallId, ask: AskId): Promise<AskRow> {
  const row = await askRow(pool, recallId, ask);
  if (!row) throw new Error(`the question ${ask} of ${recallId} does not stand in the ledger`);
  return row;
}

type Telling = { ask: AskRow; attached: Attached; asked: AskedPerson; person: RosterPerson };

async function tell(
  deps: Deps,
  call: EffectCall<'askPeople'>,
  { ask, attached, asked, person }: Telling,
): Promise<Fact[]> {
  const { recallId, step, now, payload } = call;
  const { question, form, dueAt, shown } = ask;
  const { rung } = payload;
  const row = await rowOf(deps, recallId);
  const key = `ask/${ask.ask}/${rung}/${asked.person}`;
  const messageId = messageIdOf(deps, row, key);
  const mail = renderAsk({
    brand: deps.brand,
    drill: row.mode === 'drill',
    recallId,
    ask: ask.ask,
    stepTitle: stepOf(row.playbook, step).title,
    question,
    form,
    name: person.name,
    role: asked.role,
    onBehalfOf: asked.onBehalfOf,
    dueAt,
    zone: person.zone,
    rung,
    evidence: [
      ...evidenceLines(ask, { attached, zone: person.zone, calls: askToCall(row.playbook, ask) }),
      ...lackingLines(ask.evidence, particularsOf(row.caseFile), () => deps.regimes),
    ],
    shown,
    disclaimer: caseText(row.caseFile.disclaimer, 'en'),
    pageUrl: `${deps.publicUrl}${linkPath(deps.keys.token, linkOf(ask, asked))}`,
  });
  const outgoing = { ...mail, to: person.email, messageId, key };
  const outcome = await sendClaimed(deps, row, outgoing, { step, at: now, to: person.id, rung });
  const told: Fact = { type: 'person told', v: 1, ask: ask.ask, rung, person: asked.person, outcome, messageId };
  return outcome === 'egress-refused' ? [told, egressRefused(row, `ask ${ask.ask}`, person.email)] : [told];
}

function linkOf({ recallId, ask, shown }: AskRow, { person }: AskedPerson): DecisionLink {
  return { use: 'decision', recallId, ask, person, shown };
}
