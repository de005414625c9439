import { randomUUID } from 'node:crypto';
import { aboutPost } from '../engine/about.js';
import type { MentionFinding, PostVia } from '../engine/mention.js';
import type { IsoInstant, PersonId, RecallId } from '../engine/words.js';
import type { Client } from './db.js';
import { appendFact } from './ledger.js';
import { enqueue } from './outbox.js';
import { hashOfText } from './replies.js';

type Told = { id: number; via: PostVia; text: string; at: IsoInstant };

/** What somebody says of an injury stands in the ledger by its hash, and the recall asks about it. */
export async function tellMention(client: Client, recallId: RecallId, told: Told): Promise<void> {
  await askOfMention(client, recallId, told);
  const text = await hashOfText(client, recallId, told.text);
  await appendFact(client, { recallId, at: told.at, fact: { type: 'injury mentioned', v: 1, text } });
}

/** Has the recall ask whether somebody was hurt, as an entry of its tray says. */
export async function askOfMention(client: Client, recallId: RecallId, { id, via, text, at }: Told): Promise<void> {
  const mention = { about: aboutPost(id), via, at, text: await hashOfText(client, recallId, text) };
  await enqueue(client, recallId, {
    id: `${recallId}/mention/${id}/${randomUUID()}`,
    at,
    input: { type: 'mention came', mention },
  });
}

/** Tells the recall that nobody needs to be asked any more about an entry of its tray. */
export async function tellJudged(
  client: Client,
  recallId: RecallId,
  { id, by, at, found }: { id: number; by: PersonId; at: IsoInstant; found: Exclude<MentionFinding, 'injury'> },
): Promise<void> {
  const input = { type: 'mention judged', about: aboutPost(id), by, found } as const;
  await enqueue(client, recallId, { id: `${recallId}/mention/${id}/${randomUUID()}`, at, input });
}
