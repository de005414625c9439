import type { Channel, ContactRung } from '../engine/channels.js';
import type { Contact, Try } from '../engine/contact.js';
import type { ContactRole } from '../engine/contact-roles.js';
import type { ResponseAnswer } from '../engine/facts.js';
import type { AroundRungs } from '../engine/rung-reasons.js';
import type { IsoInstant, Language, Market, RecallId, RecipientId, StepName } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Queryable } from './db.js';
import type { Colleague } from './responses.js';

/** One recipient as a campaign has them, without an address or a number. */
export type KnownRecipient = {
  recipient: RecipientId;
  /** Their customer number. */
  code: string;
  /** Which contact of the customer they are. */
  role: ContactRole;
  /** Who stands for the person that they are together with others; null of who is alone. */
  person: RecipientId | null;
  name: string;
  markets: Market[];
  language: Language;
  units: number;
  suppliedBy: RecipientId | null;
  answeredAt: IsoInstant | null;
  /** Who has answered, where the notice was sent to somebody else. */
  answeredBy: Colleague | null;
  contact: Contact;
  /** By rung, when its provider said that it had arrived. */
  arrivedAt: Map<number, IsoInstant>;
  around: AroundRungs;
};

/** Of how many customers its recipients are contacts, and how many persons these are. */
export type CampaignSize = { customers: number; persons: number };

/** The campaigns of a recall, each in its newest revision, in the order of their names. */
export async function campaignsOf(
  db: Queryable,
  recallId: RecallId,
): Promise<(CampaignKey & CampaignSize & { ladder: ContactRung[] })[]> {
  const { rows } = await db.query<{ step: StepName; revision: number; ladder: ContactRung[] } & CampaignSize>(
    `select distinct on (step) step, revision, ladder, customers, persons from campaign where recall_id = $1 order by step, revision desc`,
    [recallId],
  );
  return rows.map((row) => ({ recallId, ...row }));
}

/** So many recipients of a campaign from behind this one on, in the order of their ids. */
export async function recipientsAfter(
  db: Queryable,
  { recallId, step, revision }: CampaignKey,
  after: string,
  limit: number,
): Promise<KnownRecipient[]> {
  const { rows } = await db.query<
    Omit<KnownRecipient, 'contact' | 'arrivedAt' | 'around'> &
      AroundRungs & {
        addresses: Partial<Record<Channel, string>>;
        firstAt: IsoInstant | null;
        nextRung: number | null;
        nextDue: IsoInstant | null;
        answer: ResponseAnswer | null;
      }
  >({
    name: 'recipients-after',
    text: `select recipient, code, role, person, name, markets, language, units, supplied_by as "suppliedBy", answered_at as "answeredAt", answered_by as "answeredBy", addresses,
                  first_at as "firstAt", next_rung as "nextRung", next_due as "nextDue", answer, wished, quiet_rungs as "quietRungs", wave
             from recipient where recall_id = $1 and step = $2 and revision = $3 and recipient > $4
            order by recipient limit $5`,
    values: [recallId, step, revision, after, limit],
  });
  const tried = await db.query<Omit<Try, 'isArrived'> & { recipient: RecipientId; arrivedAt: IsoInstant | null }>({
    name: 'recipients-tries',
    text: `select recipient, rung, channel, state, bounced, deferrals, doubts, arrived_at as "arrivedAt" from notice
            where recall_id = $1 and step = $2 and revision = $3 and recipient = any ($4) order by recipient, rung`,
    values: [recallId, step, revision, rows.map(({ recipient }) => recipient)],
  });
  const known = new Map<RecipientId, typeof tried.rows>();
  for (const one of tried.rows) known.set(one.recipient, [...(known.get(one.recipient) ?? []), one]);
  return rows.map(({ addresses, firstAt, nextRung, nextDue, answer, wished, quietRungs, wave, ...row }) => {
    const own = known.get(row.recipient) ?? [];
    const tries = own.map(({ recipient: _recipient, arrivedAt, ...one }): Try => {
      return { ...one, isArrived: arrivedAt !== null };
    });
    const next = nextRung === null ? null : { rung: nextRung, at: nextDue };
    const arrived = own.flatMap(({ rung, arrivedAt }): [number, IsoInstant][] =>
      arrivedAt === null ? [] : [[rung, arrivedAt]],
    );
    const channels = (Object.keys(addresses) as Channel[]).sort();
    return {
      ...row,
      contact: { channels, tries, firstAt, next, answer },
      arrivedAt: new Map(arrived),
      around: { wished, quietRungs, wave },
    };
  });
}
