import type { Channel, ContactRung } from '../engine/channels.js';
import type { Contact, Try } from '../engine/contact.js';
import type { ResponseAnswer } from '../engine/facts.js';
import type { IsoInstant, RecipientId } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Client } from './db.js';

export type Contacts = { ladder: ContactRung[]; contacts: Map<RecipientId, Contact> };

/** Some recipients of a campaign as contacts, held until the commit: whoever settles, bounces or answers goes one after the other. */
export async function lockContacts(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  recipients: RecipientId[],
): Promise<Contacts> {
  const values = [recallId, step, revision, recipients];
  const { rows } = await client.query<{
    recipient: RecipientId;
    addresses: Partial<Record<Channel, string>>;
    firstAt: IsoInstant | null;
    nextRung: number | null;
    nextDue: IsoInstant | null;
    answer: ResponseAnswer | null;
    ladder: ContactRung[];
  }>({
    name: 'contacts-locked',
    text: `select recipient.recipient, addresses, first_at as "firstAt", next_rung as "nextRung", next_due as "nextDue", answer, campaign.ladder
             from recipient join campaign using (recall_id, step, revision)
            where recall_id = $1 and step = $2 and revision = $3 and recipient = any ($4)
            order by recipient for update of recipient`,
    values,
  });
  const tries = await client.query<{ recipient: RecipientId } & Try>({
    name: 'contacts-tries',
    text: `select recipient, rung, channel, state, bounced, deferrals, doubts, arrived_at is not null as "isArrived" from notice
            where recall_id = $1 and step = $2 and revision = $3 and recipient = any ($4) order by recipient, rung`,
    values,
  });
  const contacts = new Map(
    rows.map(({ recipient, addresses, firstAt, nextRung, nextDue, answer }): [RecipientId, Contact] => {
      const next = nextRung === null ? null : { rung: nextRung, at: nextDue };
      return [recipient, { channels: Object.keys(addresses) as Channel[], tries: [], firstAt, next, answer }];
    }),
  );
  for (const { recipient, ...tried } of tries.rows) contacts.get(recipient)!.tries.push(tried);
  return { ladder: rows[0]?.ladder ?? [], contacts };
}

/** Keeps where contacts stand on their ladder; what became of each notice is kept with the notice. */
export async function keepStandings(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  contacts: ReadonlyMap<RecipientId, Contact>,
): Promise<void> {
  const standings = [...contacts].map(([recipient, { firstAt, next }]) => ({
    recipient,
    firstAt,
    nextRung: next?.rung ?? null,
    nextDue: next?.at ?? null,
  }));
  await client.query({
    name: 'contacts-standings',
    text: `update recipient set first_at = s->>'firstAt', next_rung = (s->>'nextRung')::integer, next_due = s->>'nextDue'
             from jsonb_array_elements($4::jsonb) s
            where recall_id = $1 and step = $2 and revision = $3 and recipient.recipient = s->>'recipient'
              and recipient.recipient = any ($5)`,
    values: [recallId, step, revision, JSON.stringify(standings), [...contacts.keys()]],
  });
}
