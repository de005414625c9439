import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newWebhookKey } from '../../trust/webhook-secrets.js';
import { bodyOf } from './body.js';
import { startDesks } from './desks.js';
import { startMailSink } from './mail-sink.js';
import { SAMPLE_SENDER } from './print-shop.js';
import { newTwilioAccount, startDrillTwilio, type DrillTwilio } from './texting.js';

/** Far ends for a stack that somebody tries out by hand: mails, text messages, webhooks and what is said in calls are kept as files and go to nobody, the warehouse confirms. */
export async function createDesk(mailDir: string): Promise<{
  smtpUrl: string;
  warehouseUrl: string;
  authorityMail: Record<string, string>;
  drillUrls: string[];
  twilio: DrillTwilio;
  webhookKey: string;
  webhookGateway: string;
  letterSender: string;
  stop: () => Promise<void>;
}> {
  await mkdir(mailDir, { recursive: true });
  let count = 0;
  const keep = async (lines: string[]): Promise<void> => {
    count += 1;
    await writeFile(join(mailDir, `${String(count).padStart(5, '0')}.txt`), [...lines, ''].join('\n'));
  };
  const sink = await startMailSink({
    refuses: () => false,
    async onMail({ to, subject, text, messageId, key }) {
      const head = [`To: ${to}`, `Subject: ${subject}`, `Message-ID: ${messageId}`, `Key: ${key ?? '-'}`];
      await keep([...head, '', text]);
    },
  });
  const desks = await startDesks({
    onStopShip: (instruction) => ({ status: 200, body: { reference: `WH-${instruction.slice(-12)}`, unitsHeld: 0 } }),
    onReport: () => ({ status: 404, body: { message: 'this portal takes no reports' } }),
  });
  const twilio = await startDrillTwilio(newTwilioAccount(), {
    async onMessage({ sid, to, body }) {
      await keep([`To: ${to}`, `SMS: ${sid}`, '', body]);
      return { do: 'take' };
    },
    onCall({ sid, to }) {
      // A machine takes it as soon as its sender has heard that it will be made; what it is told is kept.
      setImmediate(() => void leaveWords(sid, to));
      return { do: 'take' };
    },
  });
  const leaveWords = async (sid: string, to: string): Promise<void> => {
    const { spoken } = await twilio.conductCall(sid, { answeredBy: 'machine' });
    await keep([`To: ${to}`, `Call: ${sid}`, '', ...spoken.map(({ text }) => text)]);
  };
  const gateway = createServer((request, response) => {
    const { 'recall-webhook-url': to = '-', 'webhook-id': id = '-' } = request.headers;
    void bodyOf(request)
      .then((body) => keep([`To: ${String(to)}`, `Webhook: ${String(id)}`, '', body]))
      .then(
        () => response.writeHead(204).end(),
        () => response.writeHead(500).end(),
      );
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  return {
    smtpUrl: `smtp://127.0.0.1:${sink.port}`,
    warehouseUrl: desks.warehouseUrl,
    drillUrls: [new URL(desks.warehouseUrl).origin],
    authorityMail: { 'gb-gpsr2005': 'notifications@gb.authority.example' },
    twilio: twilio.settings,
    webhookKey: newWebhookKey(),
    webhookGateway: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
    letterSender: SAMPLE_SENDER,
    async stop() {
      gateway.closeAllConnections();
      await new Promise((resolve) => gateway.close(resolve));
      await twilio.stop();
      await sink.stop();
      await desks.stop();
    },
  };
}
