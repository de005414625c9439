import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { z } from 'zod';
import { runCampaign } from '../../activities/campaigns.js';
import { createEgress } from '../../activities/egress.js';
import { effectActivity } from '../../activities/run-effect.js';
import type { ContactRung } from '../../engine/channels.js';
import type { EffectCall } from '../../engine/effects.js';
import type { EffectId, IsoInstant, RecallId, StepName } from '../../engine/words.js';
import { createPool } from '../../store/db.js';
import { keysSchema } from '../../trust/keys.js';
import { quietDeps } from '../many-customers.js';
import { MAIL_DOMAIN, MAIL_FROM, STEP } from '../notices/job.js';

const senderSchema = z.object({
  smtpPort: z.int(),
  database: z.string(),
  recallId: z.string(),
  keys: keysSchema,
  webhookKey: z.string(),
  twilio: z.object({ accountSid: z.string(), authToken: z.string(), from: z.string().nullable(), apiUrl: z.string() }),
});
export type SenderJob = z.output<typeof senderSchema>;

/** All at once: each recipient of the soak has an address on one of them. */
export const LADDER = [
  { by: 'email', after: 'PT0S' },
  { by: 'webhook', after: 'PT0S' },
  { by: 'sms', after: 'PT0S' },
] as ContactRung[];
const BEGUN = '2026-09-10T08:00:00.000Z' as IsoInstant;
const HOUR_MS = 3_600_000;
/** So long between runs and between tries, as recall time passes by itself: a far end that is away for a second must not use up the days of a notice. */
const PAUSE_MS = 1_000;

/** Sends the campaign as a worker does whose activities Temporal tries again until they are done; one that is started anew finds the results of those that were. */
export async function send({ smtpPort, database, recallId, keys, webhookKey, twilio }: SenderJob): Promise<void> {
  const pool = createPool(database, 20);
  const egress = createEgress({
    ...{ smtpUrl: `smtp://127.0.0.1:${smtpPort}`, mailFrom: MAIL_FROM, mailDomain: MAIL_DOMAIN },
    ...{ twilio: { ...twilio, voiceFrom: null }, dkim: null },
  });
  const deps = { ...quietDeps(pool), egress, keys, webhookKey };
  const activity = effectActivity(deps, runCampaign(deps));
  let [n, now] = [1, BEGUN];
  for (;;) {
    const call: EffectCall<'runCampaign'> = {
      ...{ kind: 'runCampaign', step: STEP as StepName, round: 1, now, recallId: recallId as RecallId },
      id: `${STEP}/1/runCampaign/${n}` as EffectId,
      payload: {
        ...{ campaign: STEP as StepName, revision: 1, ladder: LADDER, wave: 0, accepted: [], quiet: null },
      },
    };
    const attempt = new MockActivityEnvironment(
      { startToCloseTimeoutMs: 4 * HOUR_MS },
      { logger: new DefaultLogger('ERROR') },
    );
    try {
      const outcome = await attempt.run<[typeof call], Awaited<ReturnType<typeof activity>>, typeof activity>(
        activity,
        call,
      );
      if ('result' in outcome) {
        if (outcome.result.nextDue === null) break;
        [n, now] = [n + 1, outcome.result.nextDue];
      }
    } catch (failed) {
      // The database may be away: the same attempt is made again, as Temporal would.
      process.stderr.write(`${String(failed)}\n`);
    }
    await sleep(PAUSE_MS);
  }
  egress.close();
  await pool.end();
}

if (process.env.SOAK_SENDER !== undefined) {
  process.stdout.write(`${JSON.stringify({ ready: 'sender' })}\n`);
  await send(senderSchema.parse(JSON.parse(process.env.SOAK_SENDER)));
  process.exit(0);
}
