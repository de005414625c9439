import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDesks } from './desks.js';
import { startMailSink } from './mail-sink.js';

/** Far ends for a stack that somebody tries out by hand: mail is kept as files and goes to nobody, the warehouse confirms. */
export async function createDesk(mailDir: string): Promise<{
  smtpUrl: string;
  warehouseUrl: string;
  authorityMail: Record<string, string>;
  drillUrls: string[];
  stop: () => Promise<void>;
}> {
  await mkdir(mailDir, { recursive: true });
  let count = 0;
  const sink = await startMailSink({
    refuses: () => false,
    async onMail({ to, subject, text, messageId, key }) {
      count += 1;
      const head = [`To: ${to}`, `Subject: ${subject}`, `Message-ID: ${messageId}`, `Key: ${key ?? '-'}`];
      await writeFile(join(mailDir, `${String(count).padStart(5, '0')}.txt`), [...head, '', text, ''].join('\n'));
    },
  });
  const desks = await startDesks({
    onStopShip: (instruction) => ({ status: 200, body: { reference: `WH-${instruction.slice(-12)}`, unitsHeld: 0 } }),
    onReport: () => ({ status: 404, body: { message: 'this portal takes no reports' } }),
  });
  return {
    smtpUrl: `smtp://127.0.0.1:${sink.port}`,
    warehouseUrl: desks.warehouseUrl,
    drillUrls: [new URL(desks.warehouseUrl).origin],
    authorityMail: { 'gb-gpsr2005': 'notifications@gb.authority.example' },
    async stop() {
      await sink.stop();
      await desks.stop();
    },
  };
}
