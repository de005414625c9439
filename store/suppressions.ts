import type { Channel } from '../engine/channels.js';
import type { IsoInstant, RecallId, Sha256 } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import { noticeOfMessage, type SentNotice } from './bounces.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { outgoingOf } from './outgoing.js';
import { tellOfWaves, waveOf } from './waves.js';

/** Feedback that asks for no more mail. Others tell of signatures that fail, or that something was no spam after all. */
const UNWANTED = ['abuse', 'fraud', 'opt-out', 'opt-out-list', 'virus', 'other'];

/**
 * Records that a reader complained of a message of ours to the public: of a notice, of the thanks for an answer, or of what a
 * person has answered them. Its address is written to no more: not the one that the complaint names, which anybody could forge,
 * but the one that this message went to. The same complaint again is no news. Those who are asked in a recall are written to
 * whatever they complain of.
 */
export async function recordComplaint(
  pool: Pool,
  messageId: string,
  feedback: string,
  at: IsoInstant,
): Promise<boolean> {
  if (!UNWANTED.includes(feedback)) return false;
  return withTransaction(pool, async (client) => {
    const notice = await noticeOfMessage(client, messageId);
    return notice ? ofNotice(client, notice, feedback, at) : ofOutgoing(client, messageId, feedback, at);
  });
}

async function ofNotice(client: Client, notice: SentNotice, feedback: string, at: IsoInstant): Promise<boolean> {
  const { recallId, step, revision, recipient, rung, channel } = notice;
  const { rows } = await client.query<{ address: string | null }>(
    `select addresses->>$5 as address from recipient
        where recall_id = $1 and step = $2 and revision = $3 and recipient = $4`,
    [recallId, step, revision, recipient, channel],
  );
  const address = rows[0]?.address ?? null;
  if (address === null || !(await suppress(client, { channel, address, reason: feedback, recallId, at }))) return false;
  const wave = await waveOf(client, notice, recipient);
  await tellOfWaves(client, notice, at, [{ wave, complaints: 1, reason: feedback }]);
  await appendFact(client, {
    recallId,
    at,
    fact: { type: 'complaint received', v: 1, step, revision, recipient, rung, channel, feedback },
  });
  return true;
}

/** It is no notice: no wave counts it, and it may belong to no recall. */
async function ofOutgoing(client: Client, messageId: string, feedback: string, at: IsoInstant): Promise<boolean> {
  const sent = await outgoingOf(client, messageId);
  if (sent === null) return false;
  const { recallId, about, channel, address } = sent;
  if (!(await suppress(client, { channel, address, reason: feedback, recallId, at }))) return false;
  const fact = { type: 'message unwanted', v: 1, about, channel, feedback } as const;
  if (recallId !== null) await appendFact(client, { recallId, at, fact });
  return true;
}

/** From now on an address is written to no more. False where that is so already. */
export async function suppress(
  db: Queryable,
  entry: { channel: Channel; address: string; reason: string; recallId: RecallId | null; at: IsoInstant },
): Promise<boolean> {
  const { channel, address, reason, recallId, at } = entry;
  const { rowCount } = await db.query(
    `insert into suppressed_address (digest, channel, reason, recall_id, at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [suppressionDigest(channel, address), channel, reason, recallId, at],
  );
  return rowCount === 1;
}

/** Whoever reads there wants to be written to again. */
export async function allow(db: Queryable, channel: Channel, address: string): Promise<void> {
  await db.query('delete from suppressed_address where digest = $1', [suppressionDigest(channel, address)]);
}

/** Channels on which any address at all is written to no more. */
export async function suppressedChannels(db: Queryable): Promise<Channel[]> {
  const { rows } = await db.query<{ channel: Channel }>('select distinct channel from suppressed_address');
  return rows.map(({ channel }) => channel);
}

/** Those of these addresses that are written to no more. */
export async function suppressedAmong(db: Queryable, channel: Channel, addresses: string[]): Promise<Set<string>> {
  const digests = addresses.map((address) => ({ address, digest: suppressionDigest(channel, address) }));
  const { rows } = await db.query<{ digest: Sha256 }>({
    name: 'suppressed-among',
    text: 'select digest from suppressed_address where digest = any ($1)',
    values: [digests.map(({ digest }) => digest)],
  });
  const closed = new Set(rows.map(({ digest }) => digest));
  // The same mailbox may stand among them in several ways of writing it.
  return new Set(digests.filter(({ digest }) => closed.has(digest)).map(({ address }) => address));
}

/** Mail servers take an address in capitals and in small letters for one. */
function suppressionDigest(channel: Channel, address: string): Sha256 {
  return sha256Hex(`${channel}|${address.trim().toLowerCase()}`);
}
