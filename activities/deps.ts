import type { Logger } from 'pino';
import type { MailBrand } from '../documents/brand.js';
import type { SmsPrices } from '../documents/sms-preview.js';
import type { ChannelLacks } from '../engine/channels.js';
import type { IsoInstant, Market, RecallId } from '../engine/words.js';
import type { Fact } from '../engine/facts.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import type { Regime } from '../regulations/regimes.js';
import { recallRow, type RecallRow } from '../store/recalls.js';
import { withTransaction, type Pool } from '../store/db.js';
import { appendFact } from '../store/ledger.js';
import { sha256Hex } from '../trust/canonical.js';
import type { Signer } from '../trust/checkpoints.js';
import type { Keys } from '../trust/keys.js';
import type { Egress } from './egress.js';

/** What activities need, given once by the composition root. */
export type Deps = {
  /** Which worker this is, among those on one database. */
  worker: string;
  pool: Pool;
  egress: Egress;
  /** What this deployment lacks for each channel; one that lacks nothing may send. */
  channelLacks: ChannelLacks;
  /** What the secrets of partners with a webhook follow from; null where that channel is not configured. */
  webhookKey: string | null;
  /** What text messages cost; null where nobody has said. */
  smsPrices: SmsPrices | null;
  keys: Keys;
  /** Signs the chain at every decision; null where this worker has no key. */
  signer: Signer | null;
  regimes: Regime[];
  noticeRules: NoticeRules;
  log: Logger;
  /** What mails look like. */
  brand: MailBrand;
  publicUrl: string;
  /** Whom letters are from: the lines above the address in the window, and the country; null where there are none. */
  sender: { lines: string[]; country: Market } | null;
  mailDomain: string;
  warehouseUrl: string;
  /** Where each authority takes mail, by regime. */
  authorityMail: Record<string, string>;
  documentsDir: string | null;
};

const MESSAGE_ID_DIGITS = 32;

/**
 * The id of a message, which depends on what it is for and not on when it is sent: a second try carries the same one.
 * Who does not know the recall's salt cannot guess it: a bounce or a receipt that names it answers a mail that was sent.
 */
export function messageIdOf(
  { mailDomain }: Pick<Deps, 'mailDomain'>,
  { recallId, salt }: Pick<RecallRow, 'recallId' | 'salt'>,
  key: string,
): string {
  return `<${sha256Hex(`${salt}|${recallId}|${key}`).slice(0, MESSAGE_ID_DIGITS)}@${mailDomain}>`;
}

export async function rowOf({ pool }: Deps, recallId: RecallId): Promise<RecallRow> {
  return recallRow(pool, recallId);
}

/** Something was about to leave a drill and was held back; the destination is kept as a salted hash only. */
export function egressRefused({ salt }: Pick<RecallRow, 'salt'>, what: string, destination: string): Fact {
  return { type: 'egress refused', v: 1, what, destination: sha256Hex(salt + destination) };
}

/** Records it at once, where the effect is not done by it and is tried again. */
export async function recordEgressRefused(
  deps: Deps,
  { recallId, at, what, destination }: { recallId: RecallId; at: IsoInstant; what: string; destination: string },
): Promise<void> {
  const fact = egressRefused(await rowOf(deps, recallId), what, destination);
  await withTransaction(deps.pool, (client) => appendFact(client, { recallId, at, fact }));
}
