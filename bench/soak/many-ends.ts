import { join } from 'node:path';
import { newTwilioAccount } from '../../drills/far-ends/texting.js';
import { freePort, spawnNode, type Child } from '../../tools/servers.mjs';
import { newWebhookKey } from '../../trust/webhook-secrets.js';
import type { Surroundings } from '../../workers/stack.js';
import type { FarEndJob, SoakChannel } from './far-end.js';

export const SOAK_CHANNELS = ['email', 'webhook', 'sms'] as const satisfies SoakChannel[];
export type ManyEnds = {
  surroundings: Surroundings;
  /** Below it each partner has an address. */
  partnersUrl: string;
  children: Record<SoakChannel, Child<unknown>>;
  journalOf: (channel: SoakChannel) => string;
  toldOf: (channel: SoakChannel) => string;
  stop: () => Promise<void>;
};

/** The far ends of a campaign to many, each a process of its own with notes that outlive it. */
export async function startManyEnds({ dir, mailDoor }: { dir: string; mailDoor: number }): Promise<ManyEnds> {
  const account = newTwilioAccount();
  const journalOf = (channel: SoakChannel): string => join(dir, `${channel}.journal`);
  const toldOf = (channel: SoakChannel): string => join(dir, `${channel}.told`);
  const start = async (channel: SoakChannel): Promise<{ port: number; child: Child<unknown> }> => {
    const port = await freePort();
    const places = { journal: journalOf(channel), told: toldOf(channel) };
    const job: FarEndJob = { channel, port, ...places, mailDoor, account };
    const env = { SOAK_FAR_END: JSON.stringify(job) };
    return { port, child: await spawnNode('bench/soak/far-end.ts', { env, logFile: join(dir, `${channel}.log`) }) };
  };
  const [email, webhook, sms] = [await start('email'), await start('webhook'), await start('sms')];
  const partners = `http://127.0.0.1:${webhook.port}`;
  return {
    surroundings: {
      smtpUrl: `smtp://127.0.0.1:${email.port}`,
      warehouseUrl: 'http://127.0.0.1:9/stop',
      authorityMail: {},
      webhookKey: newWebhookKey(),
      twilio: { ...account, url: `http://127.0.0.1:${sms.port}` },
      drillUrls: [partners],
    },
    partnersUrl: `${partners}/partners`,
    children: { email: email.child, webhook: webhook.child, sms: sms.child },
    journalOf,
    toldOf,
    async stop() {
      for (const { child } of [email, webhook, sms]) await child.stop();
    },
  };
}
