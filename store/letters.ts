import type {
  IsoDate,
  IsoInstant,
  Language,
  Market,
  RecallId,
  RecipientId,
  Sha256,
  StepName,
} from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Client, Queryable } from './db.js';
import { keepDocument, type StoredDocument } from './documents.js';
import { appendFact } from './ledger.js';

/** A letter that was handed over and is in no batch yet. */
export type PendingLetter = CampaignKey & {
  recipient: RecipientId;
  rung: number;
  messageId: string;
  name: string;
  noticeLanguage: Language;
  address: string;
  units: number;
};

/** Letters of a campaign that are in no batch yet, in the order in which they are printed: by rung, then the most exposed first. */
export async function pendingLetters(
  db: Queryable,
  { recallId, step, revision }: CampaignKey,
  size: number,
): Promise<PendingLetter[]> {
  const { rows } = await db.query<PendingLetter>(
    `select notice.recall_id as "recallId", notice.step, notice.revision, notice.recipient, notice.rung, notice.message_id as "messageId",
            recipient.name, recipient.notice_language as "noticeLanguage", recipient.addresses->>'letter' as address, recipient.units
       from notice join recipient using (recall_id, step, revision, recipient)
      where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3 and notice.channel = 'letter' and notice.state = 'handed'
        and not exists (select from letter where letter.recall_id = $1 and letter.step = $2 and letter.revision = $3
                           and letter.recipient = notice.recipient and letter.rung = notice.rung)
      order by notice.rung, recipient.exposure limit $4`,
    [recallId, step, revision, size],
  );
  return rows;
}

/** The part of a Message-ID that is the notice's own. */
export function noticeNumber(messageId: string): string {
  return messageId.replace(/^</, '').split('@')[0]!;
}

/** How many batches a campaign has. */
export async function batchCount(db: Queryable, { recallId, step, revision }: CampaignKey): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*)::integer as count from letter_batch where recall_id = $1 and step = $2 and revision = $3',
    [recallId, step, revision],
  );
  return rows[0]!.count;
}

export type NewBatch = CampaignKey & {
  batch: string;
  at: IsoInstant;
  /** In the order in which they are printed. */
  letters: { notice: PendingLetter; pages: number; country: Market }[];
  pdf: StoredDocument;
  manifest: StoredDocument;
  cover: StoredDocument;
};

/** Keeps a batch with its documents and its fact, in the caller's transaction. */
export async function keepBatch(client: Client, { letters, pdf, manifest, cover, ...batch }: NewBatch): Promise<void> {
  const { recallId, step, revision, at } = batch;
  const { sha256 } = await keepDocument(client, recallId, pdf);
  for (const document of [manifest, cover]) await keepDocument(client, recallId, document);
  const pages = letters.reduce((sum, one) => sum + one.pages, 0);
  await client.query(
    `insert into letter_batch (recall_id, batch, step, revision, at, letters, pages, sha256) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [recallId, batch.batch, step, revision, at, letters.length, pages, sha256],
  );
  const rows = letters.map(({ notice: { recipient, rung, messageId }, ...one }, index) => ({
    ...one,
    recipient,
    rung,
    notice: noticeNumber(messageId),
    sequence: index + 1,
  }));
  await client.query(
    `insert into letter (recall_id, notice, batch, sequence, step, revision, recipient, rung, pages, country)
     select $1, l->>'notice', $2, (l->>'sequence')::integer, $3, $4, l->>'recipient', (l->>'rung')::integer, (l->>'pages')::integer, l->>'country'
       from jsonb_array_elements($5::jsonb) l`,
    [recallId, batch.batch, step, revision, JSON.stringify(rows)],
  );
  await appendFact(client, {
    recallId,
    at,
    fact: { type: 'letters batched', v: 1, step, revision, batch: batch.batch, letters: letters.length, sha256 },
  });
}

export type ListedBatch = {
  batch: string;
  step: StepName;
  at: IsoInstant;
  letters: number;
  pages: number;
  /** Of its PDF. */
  sha256: Sha256;
  dispatched: number;
  returned: number;
  /** The last day on which any of them left; null before that. */
  dispatchedOn: IsoDate | null;
};

/** The batches of a recall as they were made, with what the print shop has said of them so far. */
export async function listBatches(db: Queryable, recallId: RecallId): Promise<ListedBatch[]> {
  const { rows } = await db.query<ListedBatch>(
    `select batch, letter_batch.step, at, letters, letter_batch.pages, sha256, count(dispatched_on)::integer as dispatched,
            count(returned_on)::integer as returned, max(dispatched_on) as "dispatchedOn"
       from letter_batch join letter using (recall_id, batch)
      where recall_id = $1 group by recall_id, batch order by at, letter_batch.step, batch`,
    [recallId],
  );
  return rows;
}
