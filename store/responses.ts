import { RecallError } from '../engine/errors.js';
import { nextRung } from '../engine/contact-ladder.js';
import { unitsOf, type Fact, type ResponseAnswer } from '../engine/facts.js';
import type { ContactRung } from '../engine/channels.js';
import type { IsoInstant, Language, RecipientId } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import { withTransaction, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { tellWatch } from './outbox.js';
import { sha256Hex } from '../trust/canonical.js';

export type RecipientView = {
  recipient: RecipientId;
  name: string;
  language: Language;
  units: number;
  answer: ResponseAnswer | null;
};

/** What a response page needs of its recipient. */
export async function recipientView(
  db: Queryable,
  key: CampaignKey,
  recipient: RecipientId,
): Promise<RecipientView | null> {
  const { rows } = await db.query<RecipientView>(
    `select recipient, name, notice_language as language, units, answer from recipient
      where recall_id = $1 and step = $2 and revision = $3 and recipient = $4`,
    [key.recallId, key.step, key.revision, recipient],
  );
  return rows[0] ?? null;
}

/**
 * Records what a recipient reports. A later answer corrects the one before; both stay facts. The same answer again,
 * with nothing more to say, is no news. More units than the records know are refused unless the recipient insists:
 * nobody but they can tell what is on their shelf.
 */
export async function recordResponse(
  pool: Pool,
  key: CampaignKey,
  response: {
    recipient: RecipientId;
    answer: ResponseAnswer;
    insists?: boolean;
    comment: string | null;
    at: IsoInstant;
  },
): Promise<void> {
  const { recallId, step, revision } = key;
  const { recipient, answer, insists = false, comment, at } = response;
  await withTransaction(pool, async (client) => {
    const { rows } = await client.query<{
      units: number;
      answer: ResponseAnswer | null;
      said: string | null;
      salt: string;
    }>(
      `select units, answer, recall.salt,
              (select comment from response said
                where (said.recall_id, said.step, said.revision, said.recipient) = ($1, $2, $3, $4) and comment is not null
                order by id desc limit 1) as said
         from recipient join recall on recall.id = recall_id
        where recall_id = $1 and step = $2 and revision = $3 and recipient = $4 for update of recipient`,
      [recallId, step, revision, recipient],
    );
    const known = rows[0];
    if (!known)
      throw new RecallError({
        code: 'not-found',
        message: 'this recipient is not part of the campaign',
        where: recipient,
      });
    const told = unitsOf(answer);
    if (told > known.units && !insists) {
      throw new RecallError({
        code: 'wrong-use',
        message: `${told} units are reported, ${known.units} were delivered`,
        where: 'quarantined, soldOn, destroyed',
        expected: `numbers that add up to at most ${known.units}, or the word that there are more`,
        remedy: 'correct the numbers and send the form again',
      });
    }
    if (known.answer !== null && isSame(known.answer, answer) && (comment === null || comment === known.said)) return;
    await client.query(
      'insert into response (recall_id, step, revision, recipient, at, answer, comment) values ($1, $2, $3, $4, $5, $6, $7)',
      [recallId, step, revision, recipient, at, JSON.stringify(answer), comment],
    );
    await client.query(
      `update recipient set answered_at = coalesce(answered_at, $5), answer = $6
        where recall_id = $1 and step = $2 and revision = $3 and recipient = $4`,
      [recallId, step, revision, recipient, at, JSON.stringify(answer)],
    );
    await tellWatch(client, key, at);
    const written = comment === null ? {} : { comment: sha256Hex(`${known.salt}${comment}`) };
    const fact: Fact = { type: 'response recorded', v: 1, step, recipient, answer, ...written };
    await appendFact(client, { recallId, at, fact });
  });
}

function isSame(a: ResponseAnswer, b: ResponseAnswer): boolean {
  return (
    a.quarantined === b.quarantined && a.soldOn === b.soldOn && a.destroyed === b.destroyed && a.passedOn === b.passedOn
  );
}

/** Which recall a sent message belongs to, so that its clock can be asked before a bounce is recorded. */
export async function noticeOfMessage(
  db: Queryable,
  messageId: string,
): Promise<(CampaignKey & { recipient: RecipientId; rung: number }) | null> {
  const { rows } = await db.query<CampaignKey & { recipient: RecipientId; rung: number }>({
    name: 'notice-of-message',
    text: `select recall_id as "recallId", step, revision, recipient, rung from notice where message_id = $1`,
    values: [messageId],
  });
  return rows[0] ?? null;
}

/** Records that a notice came back. A second report of the same bounce is no news. */
export async function recordBounce(pool: Pool, messageId: string, status: string, at: IsoInstant): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<CampaignKey & { recipient: RecipientId; rung: number }>(
      `update notice set bounced_at = $2 where message_id = $1 and bounced_at is null
       returning recall_id as "recallId", step, revision, recipient, rung`,
      [messageId, at],
    );
    const notice = rows[0];
    if (!notice) return false;
    const { recallId, step, revision, recipient, rung } = notice;
    const found = await client.query<{ ladder: ContactRung[]; firstAt: IsoInstant }>(
      `select campaign.ladder, recipient.first_at as "firstAt"
         from recipient join campaign using (recall_id, step, revision)
        where recall_id = $1 and step = $2 and revision = $3 and recipient = $4`,
      [recallId, step, revision, recipient],
    );
    const { ladder, firstAt } = found.rows[0]!;
    const next = nextRung(ladder, rung, 'bounced', firstAt ?? at);
    await client.query(
      'update recipient set next_due = $5 where recall_id = $1 and step = $2 and revision = $3 and recipient = $4',
      [recallId, step, revision, recipient, next === 'exhausted' ? null : next.at],
    );
    await tellWatch(client, { recallId, step, revision }, at);
    await appendFact(client, {
      recallId,
      at,
      fact: { type: 'notice bounced', v: 1, step, revision, recipient, rung, status },
    });
    return true;
  });
}
