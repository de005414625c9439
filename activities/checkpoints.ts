import type { Logger } from 'pino';
import { rootsMail } from '../documents/roots-mail.js';
import type { IsoInstant } from '../engine/words.js';
import {
  daysToMail,
  keepSigningKey,
  makeRoot,
  rootsOfDay,
  setRootMail,
  whereNobodyMails,
} from '../store/checkpoints.js';
import type { Pool } from '../store/db.js';
import type { AllowList } from '../store/recalls.js';
import { sha256Hex } from '../trust/canonical.js';
import { canonicalJson } from '../engine/digest.js';
import { checkpointHash, type Signer } from '../trust/checkpoints.js';
import type { Egress } from './egress.js';
import { repeated } from './repeated.js';

const CHECK_MS = 60_000;
const MESSAGE_ID_DIGITS = 32;

export type Checkpointing = {
  pool: Pool;
  egress: Egress;
  log: Logger;
  signer: Signer;
  /** Who is mailed the roots of a day, or null. */
  auditor: string | null;
  /** Where drills may mail to, by this deployment's settings. */
  allowList: AllowList;
  mailDomain: string;
};

/** Signs a root every hour in which a chain has changed, and mails the auditor those of each day that is over. */
export function startCheckpoints(given: Checkpointing): { stop: () => Promise<void> } {
  return repeated(
    async () => {
      await checkpoint(given, new Date().toISOString() as IsoInstant);
      return CHECK_MS;
    },
    (failed) => {
      given.log.warn({ error: String(failed) }, 'checkpoints are tried again');
      return CHECK_MS;
    },
  );
}

/** What is due at an instant of the wall clock: a root, and mails. Any number of workers may do it at once. */
export async function checkpoint(given: Checkpointing, now: IsoInstant): Promise<void> {
  const { pool, log, signer, auditor } = given;
  await keepSigningKey(pool, signer, now);
  const { changed } = await makeRoot(pool, signer, now);
  if (changed.length > 0)
    log.fatal({ recalls: changed }, 'ledgers have lost entries that were signed, and are not signed any more');
  if (auditor === null) return;
  const today = now.slice(0, 10);
  if ((await daysToMail(pool, today)).length === 0) return;
  await whereNobodyMails(pool, async () => {
    for (const day of await daysToMail(pool, today)) await mailRoots({ ...given, auditor }, day);
  });
}

/**
 * A day's roots are of no recall. Where one of the chains in them is that of a recall, the mail goes as that recall's would:
 * the auditor's address is the deployment's own. Where all are of drills it goes as a drill's, which nothing leaves that the
 * deployment does not allow its drills.
 */
async function mailRoots(
  { pool, egress, log, signer, allowList, mailDomain, auditor }: Checkpointing & { auditor: string },
  day: string,
): Promise<void> {
  const { roots, mode } = await rootsOfDay(pool, day);
  const hashed = roots.map((root) => ({ ...root, hash: checkpointHash(root) }));
  // The same for the same roots, so that a mail which may have arrived is known when it is sent again.
  const digest = sha256Hex(`roots|${day}|${hashed.at(-1)!.hash}`);
  const messageId = `<${digest.slice(0, MESSAGE_ID_DIGITS)}@${mailDomain}>`;
  const content = Buffer.from(roots.map((root) => `${canonicalJson(root)}\n`).join(''));
  await setRootMail(pool, day, 'claimed');
  const { outcome } = await egress.sendMail(
    { recallId: null, mode, allowList: mode === 'drill' ? allowList : null },
    {
      ...rootsMail(day, signer.key, hashed),
      to: auditor,
      messageId,
      key: `roots/${day}`,
      attachments: [{ filename: `roots-${day}.jsonl`, content, contentType: 'application/x-ndjson' }],
    },
  );
  await setRootMail(pool, day, outcome === 'in-doubt' ? 'deferred' : outcome);
  if (outcome !== 'delivered') log.warn({ day, outcome }, 'the roots of a day were not taken by the auditor');
}
