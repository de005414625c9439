import type { Language, Market, RecallId, RecipientId, StepName } from '../engine/words.js';
import type { Queryable } from './db.js';

/** Whom no notice reached and who has not answered, with what it takes to telephone them. */
export type Unreached = {
  step: StepName;
  revision: number;
  recipient: RecipientId;
  name: string;
  phone: string | null;
  markets: Market[];
  language: Language;
  units: number;
  why: 'no address' | 'refused' | 'returned';
};

/** The unreached of all campaigns of a recall, those with the most units first. A contact that was imported since counts. */
export async function unreachedRecipients(db: Queryable, recallId: RecallId): Promise<Unreached[]> {
  const { rows } = await db.query<Unreached>(
    `with told as (
       select step, revision, recipient, bool_or(state in ('delivered', 'handed') and bounced_at is null) as stands, bool_or(bounced_at is not null) as returned
         from notice where recall_id = $1 group by step, revision, recipient)
     select recipient.step, recipient.revision, recipient.recipient, recipient.name, contact.phone, recipient.markets,
            recipient.language, recipient.units,
            case when recipient.addresses = '{}' then 'no address' when told.returned then 'returned' else 'refused' end as why
       from recipient left join told using (step, revision, recipient) left join lateral (
              select phone from contact where contact.code = recipient.code
               order by (contact.role, contact.number) = (recipient.role, recipient.number) desc, contact.role, contact.number limit 1) contact on true
      where recipient.recall_id = $1 and recipient.answered_at is null
        and recipient.revision = (select max(revision) from campaign where recall_id = $1 and campaign.step = recipient.step)
        and (recipient.addresses = '{}' or recipient.first_at is not null) and told.stands is not true
      order by recipient.units desc, recipient.recipient`,
    [recallId],
  );
  return rows;
}
