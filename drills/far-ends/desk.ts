import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDesks } from './desks.js';
import { startMailSink } from './mail-sink.js';
import { newTwilioAccount, startTextingTwilio, type DrillTwilio } from './texting.js';

/** Far ends for a stack that somebody tries out by hand: mails and text messages are kept as files and go to nobody, the warehouse confirms. */
export async function createDesk(mailDir: string): Promise<{
  smtpUrl: string;
  warehouseUrl: string;
  authorityMail: Record<string, string>;
  drillUrls: string[];
  twilio: DrillTwilio;
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
  const texting = await startTextingTwilio(newTwilioAccount(), async ({ sid, to, body }) => {
    await keep([`To: ${to}`, `SMS: ${sid}`, '', body]);
    return { do: 'take' };
  });
  return {
    smtpUrl: `smtp://127.0.0.1:${sink.port}`,
    warehouseUrl: desks.warehouseUrl,
    drillUrls: [new URL(desks.warehouseUrl).origin],
    authorityMail: { 'gb-gpsr2005': 'notifications@gb.authority.example' },
    twilio: texting.settings,
    async stop() {
      await texting.stop();
      await sink.stop();
      await desks.stop();
    },
  };
}
