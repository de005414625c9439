import type { Fact, NoticeOutcome, NoticeRow } from '../engine/facts.js';
import type { IsoInstant, Language, RecallId, RecipientId, StepName } from '../engine/words.js';
import { withTransaction, type Client, type Pool } from './db.js';
import { appendFact, digestOfRows } from './ledger.js';

/** A mail that is no notice of a campaign: to a person who is asked, or to an authority. */
export type SingleMail = {
  recallId: RecallId;
  step: StepName;
  at: IsoInstant;
  /** What it is for: the same on each try. */
  key: string;
  messageId: string;
  /** Whom it is to, by id. */
  to: string;
  rung: number;
};

/**
 * Claims a mail before it is sent; false where it has been delivered already. One that was claimed and never settled is
 * in doubt: nobody knows whether it was taken. It is recorded, and sent again.
 */
export async function claimMail(pool: Pool, mail: SingleMail): Promise<boolean> {
  const { recallId, key } = mail;
  return withTransaction(pool, async (client) => {
    const { rowCount } = await client.query({
      name: 'mail-claim',
      text: `insert into mail (recall_id, key, state) values ($1, $2, 'claimed') on conflict do nothing`,
      values: [recallId, key],
    });
    if (rowCount === 1) return true;
    const { rows } = await client.query<{ state: NoticeOutcome | 'claimed' }>(
      'select state from mail where recall_id = $1 and key = $2 for update',
      [recallId, key],
    );
    const { state } = rows[0]!;
    if (state === 'delivered') return false;
    await setState(client, mail, 'claimed');
    if (state === 'claimed') await recordInDoubt(client, mail);
    return true;
  });
}

/** Settles a mail that was claimed. */
export async function settleMail(pool: Pool, mail: SingleMail, outcome: NoticeOutcome | 'in-doubt'): Promise<void> {
  await withTransaction(pool, async (client) => {
    await setState(client, mail, outcome === 'in-doubt' ? 'deferred' : outcome);
    if (outcome === 'in-doubt') await recordInDoubt(client, mail);
  });
}

async function setState(
  client: Client,
  { recallId, key }: SingleMail,
  state: NoticeOutcome | 'claimed',
): Promise<void> {
  await client.query({
    name: 'mail-state',
    text: 'update mail set state = $3 where recall_id = $1 and key = $2',
    values: [recallId, key, state],
  });
}

/** The same fact as for notices, with one row. */
async function recordInDoubt(client: Client, { recallId, step, at, messageId, to, rung }: SingleMail): Promise<void> {
  const row: NoticeRow = {
    recipient: to as RecipientId,
    rung,
    channel: 'email',
    language: 'en' as Language,
    outcome: 'deferred',
    messageId,
  };
  const digest = digestOfRows([row]);
  const fact: Fact = { type: 'notices in doubt', v: 1, step, revision: 1, notices: 1, digest };
  await appendFact(client, { recallId, at, fact, rows: [row] });
}
