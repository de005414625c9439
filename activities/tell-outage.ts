import { outageMail, outageText, type OutageData } from '../documents/outage-words.js';
import type { Channel } from '../engine/channels.js';
import type { Fact, NoticeOutcome } from '../engine/facts.js';
import { stepOf } from '../engine/playbook.js';
import { peopleToAsk, type RosterPerson } from '../engine/roster.js';
import { E164 } from '../engine/telephone.js';
import { secondsAfter, type IsoInstant } from '../engine/words.js';
import { withTransaction } from '../store/db.js';
import { appendFact } from '../store/ledger.js';
import type { CampaignRun } from '../store/notices.js';
import { setTold, type Outage } from '../store/outages.js';
import type { RecallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import { messageIdOf, type Deps } from './deps.js';
import { sendClaimed } from './send-claimed.js';

/** So long a short outage may pass by itself; with the pause until the next look somebody is told within the hour. */
const TELL_AFTER_SECONDS = 1_800;

export type Telling = { row: RecallRow; run: CampaignRun; now: IsoInstant };

/**
 * Tells those who approve the campaign's notices that they do not get through: by mail, and where no server takes that, by
 * text message. Whom nothing reaches is told with the next look; until then status, health and log say it alone.
 */
export async function tellOutages(deps: Deps, telling: Telling, outages: Outage[]): Promise<void> {
  const { row, run, now } = telling;
  for (const outage of outages) {
    const isDue = outage.waiting > 0 && secondsAfter(outage.since, TELL_AFTER_SECONDS) <= now;
    if (!isDue || outage.toldAt !== null) continue;
    const told: Fact[] = [];
    for (const person of await concerned(deps, telling)) {
      const { by, outcome } = await tell(deps, telling, { outage, person });
      const where = { step: run.step, revision: run.revision, channel: outage.channel };
      if (outcome === 'delivered') told.push({ type: 'outage told', v: 1, ...where, person: person.id, by });
    }
    const where = { recall: row.recallId, step: run.step, channel: outage.channel, waiting: outage.waiting };
    if (told.length === 0) {
      deps.log.error(where, 'notices wait for a provider that is away, and nobody could be told of it');
      continue;
    }
    await withTransaction(deps.pool, async (client) => {
      await setTold(client, run, outage.channel, now);
      for (const fact of told) await appendFact(client, { recallId: row.recallId, at: now, fact });
    });
  }
}

/** Who holds a role of the preview now, or stands in for who is absent. */
async function concerned({ pool }: Deps, { row, run, now }: Telling): Promise<RosterPerson[]> {
  const step = row.playbook.steps.find(({ name }) => name === run.step);
  const roles = step?.kind === 'campaign' ? step.preview : [];
  if (roles.length === 0) return [];
  const roster = await readRoster(pool);
  const asked = roles.flatMap((role) => peopleToAsk(roster, { role, to: 'holder', exclude: [] }, now));
  const ids = new Set(asked.map(({ person }) => person));
  return roster.people.filter(({ id }) => ids.has(id));
}

async function tell(
  deps: Deps,
  { row, run, now }: Telling,
  { outage, person }: { outage: Outage; person: RosterPerson },
): Promise<{ by: Channel; outcome: NoticeOutcome | 'in-doubt' }> {
  const { channel, since, waiting } = outage;
  const { recallId, mode } = row;
  const stepTitle = stepOf(row.playbook, run.step).title;
  const data: OutageData = { drill: mode === 'drill', recallId, stepTitle, channel, since, waiting, zone: person.zone };
  const key = `outage/${run.step}/${run.revision}/${channel}/${since}/${person.id}`;
  const mail = { ...outageMail(data), to: person.email, messageId: messageIdOf(deps, row, key), key };
  const outcome = await sendClaimed(deps, row, mail, { step: run.step, at: now, to: person.id, rung: 0 });
  if (outcome === 'delivered' || person.phone === null || !E164.test(person.phone)) return { by: 'email', outcome };
  const answer = await deps.egress.sendSms(row, { to: person.phone, body: outageText(data) });
  return { by: 'sms', outcome: answer.kind === 'answered' ? 'delivered' : 'deferred' };
}
