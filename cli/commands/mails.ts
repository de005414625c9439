import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import type { UnreadMail } from '../../api/contract/mails.js';
import type { Sha256 } from '../../engine/words.js';
import { call, download } from '../client.js';
import { apiOf, optionsOf, type Context } from '../context.js';
import { answer, table, timeWords } from '../terminal.js';

/** `recall mails unread`, `recall mails save`, `recall mails discard`. */
export function mailCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const mails = recall.command('mails').description('mails that came in and could not be read by the mail door');
  mails
    .command('unread')
    .description('lists them, the oldest first')
    .action(async (_options, command: Command) => {
      const options = optionsOf(command);
      const unread = await call(apiOf(context, options), 'listUnreadMails', {});
      answer(terminal, options.json, unread, () =>
        unread.length === 0 ? 'every mail that came in could be read' : unreadWords(unread),
      );
    });
  mails
    .command('save <digest>')
    .description('writes one as it came to a file; a stranger wrote it, so open it with care')
    .requiredOption('--out <file>', 'the file')
    .action(async (digest: string, _options, command: Command) => {
      const options = optionsOf<{ out: string }>(command);
      const raw = await download(apiOf(context, options), 'readUnreadMail', { params: { digest: digest as Sha256 } });
      writeFileSync(options.out, raw);
      answer(terminal, options.json, { written: options.out, bytes: raw.length }, () => `written: ${options.out}`);
    });
  mails
    .command('discard <digest>')
    .description('takes out one that a person has read')
    .action(async (digest: string, _options, command: Command) => {
      const options = optionsOf(command);
      const params = { digest: digest as Sha256 };
      const done = await call(apiOf(context, options), 'discardUnreadMail', { params });
      answer(terminal, options.json, done, () => `discarded: ${done.discarded}`);
    });
}

function unreadWords(unread: UnreadMail[]): string {
  const rows = unread.map(({ digest, why, bytes, times, firstAt }) => [
    digest,
    why,
    String(bytes),
    String(times),
    timeWords(firstAt),
  ]);
  return table(['digest', 'why', 'bytes', 'came', 'first'], rows);
}
