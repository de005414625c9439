import { RecallError } from '../engine/errors.js';
import { customerOf } from '../engine/contact-roles.js';
import { isSameAnswer, SAID_BY_ANOTHER, unitsOf, type Fact, type ResponseAnswer } from '../engine/facts.js';
import type { IsoInstant, Language, RecipientId } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { keepThanks, type ThanksToSend } from './thanks.js';
import { tellWatch } from './watches.js';
import { sha256Hex } from '../trust/canonical.js';

/** How many different answers are kept of a recipient. Whoever has more to correct is asked to call. */
export const ANSWERS_MAX = 20;

/** Somebody whom the notice was not sent to, and who has answered it: their colleague sent it on. */
export type Colleague = { name: string; role: string; contact: string };

export type RecipientView = {
  recipient: RecipientId;
  code: string;
  name: string;
  /** Of somebody who was named: the customer of ours from whom the product came to them. */
  supplier: string | null;
  language: Language;
  units: number;
  /** What they have said themselves, as long as nobody else of their customer has said otherwise since. */
  answer: ResponseAnswer | null;
  /** Until when enough of them should have answered; null where the campaign does not say. */
  answerBy: IsoInstant | null;
};

/** A customer's recipients, whose ids begin alike (engine/contact-roles.ts); `$4` is the one that stands for it. */
export const OF_CUSTOMER = `(recipient = $4 or recipient >= $4 || ':' and recipient < $4 || ';')`;

/**
 * The further customers for whom a recipient was told by messages of their own, each by one of its recipients, in the order of
 * exposure. Whoever reads the page of such a message answers for them too.
 */
export async function alsoTold(db: Queryable, key: CampaignKey, recipient: RecipientId): Promise<RecipientView[]> {
  const { rows } = await db.query<{ recipient: RecipientId }>({
    name: 'also-told',
    text: `select recipient from recipient
            where recall_id = $1 and step = $2 and revision = $3
              and recipient in (select recipient from notice
                                 where recall_id = $1 and step = $2 and revision = $3 and told_with = $4)
            order by exposure`,
    values: [key.recallId, key.step, key.revision, recipient],
  });
  const known = new Set([customerOf(recipient)]);
  const views: RecipientView[] = [];
  for (const one of rows) {
    if (known.has(customerOf(one.recipient))) continue;
    known.add(customerOf(one.recipient));
    views.push(await recipientView(db, key, one.recipient));
  }
  return views;
}

/** What a response page needs of its recipient. Throws `not-found`. */
export async function recipientView(db: Queryable, key: CampaignKey, recipient: RecipientId): Promise<RecipientView> {
  const { rows } = await db.query<RecipientView>(
    `select recipient, code, name, supplier, notice_language as language, units, answer, answer_by as "answerBy"
       from recipient join campaign using (recall_id, step, revision)
      where recall_id = $1 and step = $2 and revision = $3 and recipient = $4`,
    [key.recallId, key.step, key.revision, recipient],
  );
  if (!rows[0]) throw notPart(recipient);
  const [view] = rows;
  // What another contact of the customer has said they may say otherwise.
  return view.answer?.byAnother ? { ...view, answer: null } : view;
}

function notPart(where: RecipientId): RecallError {
  return new RecallError({ code: 'not-found', message: 'this recipient is not part of the campaign', where });
}

/** What a recipient reports. */
export type NewResponse = {
  recipient: RecipientId;
  answer: ResponseAnswer;
  insists?: boolean;
  comment: string | null;
  /** Null where nobody says that they are somebody else. */
  by?: Colleague | null;
  at: IsoInstant;
  /** Sent by mail; null where nobody is thanked so. */
  thanks?: ThanksToSend | null;
};

/**
 * Records what a recipient reports. A later answer corrects the one before; both stay facts. The same answer again,
 * with nothing more to say, is no news. More units than the records know are refused unless the recipient insists:
 * nobody but they can tell what is on their shelf. False where as many answers of theirs are kept as there may be.
 */
export async function recordResponse(pool: Pool, key: CampaignKey, response: NewResponse): Promise<boolean> {
  return recordResponses(pool, key, [response]);
}

/** The same of several customers for whom one person has answered: all of it or nothing. */
export async function recordResponses(pool: Pool, key: CampaignKey, responses: NewResponse[]): Promise<boolean> {
  // In one order always, or two who answer at once would wait for each other.
  const inOrder = [...responses].sort((a, b) => (a.recipient < b.recipient ? -1 : 1));
  try {
    await withTransaction(pool, async (client) => {
      const before: Recorded[] = [];
      for (const response of inOrder) before.push(await record(client, key, response));
      await thank(client, key, responses, before);
    });
    return true;
  } catch (thrown) {
    if (thrown instanceof TooOften) return false;
    throw thrown;
  }
}

/** As many answers of somebody are kept as there may be. */
class TooOften extends Error {}

/** How many answers of somebody were kept before, and whether this one is news. */
type Recorded = { kept: number; isNews: boolean };

/** One mail for all that was said at once, whichever of it is news. */
async function thank(client: Client, key: CampaignKey, responses: NewResponse[], recorded: Recorded[]): Promise<void> {
  const news = recorded.filter(({ isNews }) => isNews);
  if (news.length === 0) return;
  const n = news.length + recorded.reduce((sum, { kept }) => sum + kept, 0);
  const corrects = news.some(({ kept }) => kept > 0);
  for (const { recipient, thanks = null } of responses)
    if (thanks !== null)
      await keepThanks(client, key, { recipient, n, thanks: { ...thanks, thanks: { ...thanks.thanks, corrects } } });
}

async function record(client: Client, key: CampaignKey, response: NewResponse): Promise<Recorded> {
  const { recallId, step, revision } = key;
  const { recipient, answer, insists = false, comment, by = null, at } = response;
  const { rows } = await client.query<{
    recipient: RecipientId;
    units: number;
    answer: ResponseAnswer | null;
    answeredBy: Colleague | null;
    salt: string;
  }>(
    `select recipient, units, answer, answered_by as "answeredBy", recall.salt from recipient join recall on recall.id = recall_id
        where recall_id = $1 and step = $2 and revision = $3 and ${OF_CUSTOMER} order by recipient for update of recipient`,
    [recallId, step, revision, customerOf(recipient)],
  );
  const known = rows.find((one) => one.recipient === recipient);
  if (!known) throw notPart(recipient);
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
  // A query of its own: one that waits for a row sees of other tables what stood there before it waited.
  const before = await client.query<{ kept: number; said: string | null }>(
    `select count(*)::integer as kept, (array_agg(comment order by id desc) filter (where comment is not null))[1] as said
         from response where recall_id = $1 and step = $2 and revision = $3 and recipient = $4`,
    [recallId, step, revision, recipient],
  );
  const { kept, said } = before.rows[0]!;
  const isKnown = by === null || sayingOf(by) === sayingOf(known.answeredBy);
  const isSaid = comment === null || comment === said;
  if (known.answer !== null && isSameAnswer(known.answer, answer) && isSaid && isKnown) return { kept, isNews: false };
  if (kept >= ANSWERS_MAX) throw new TooOften();
  const saidBy = by && JSON.stringify(by);
  await client.query(
    'insert into response (recall_id, step, revision, recipient, at, answer, comment, said_by) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [recallId, step, revision, recipient, at, JSON.stringify(answer), comment, saidBy],
  );
  await client.query(
    `update recipient set answered_at = coalesce(answered_at, $5), answer = $6, answered_by = $7
        where recall_id = $1 and step = $2 and revision = $3 and recipient = $4`,
    [recallId, step, revision, recipient, at, JSON.stringify(answer), saidBy],
  );
  // Nobody else of this customer is asked any more, and its units are counted where they were told last.
  if (rows.length > 1)
    await client.query({
      name: 'customer-answered',
      text: `update recipient set answered_at = coalesce(answered_at, $5), answer = $6, answered_by = null
              where recall_id = $1 and step = $2 and revision = $3 and ${OF_CUSTOMER} and recipient <> $7`,
      values: [recallId, step, revision, customerOf(recipient), at, JSON.stringify(SAID_BY_ANOTHER), recipient],
    });
  await tellWatch(client, key, at);
  const written = {
    ...(comment !== null && { comment: sha256Hex(`${known.salt}${comment}`) }),
    ...(by !== null && { by: sha256Hex(`${known.salt}${sayingOf(by)}`) }),
  };
  const fact: Fact = { type: 'response recorded', v: 1, step, revision, recipient, answer, ...written };
  await appendFact(client, { recallId, at, fact });
  return { kept, isNews: true };
}

/** In one order, whichever they were read in. */
function sayingOf(by: Colleague | null): string | null {
  return by && JSON.stringify([by.name, by.role, by.contact]);
}
