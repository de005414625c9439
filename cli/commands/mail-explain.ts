import type { Command } from 'commander';
import { aboutInOneWord } from '../../api/inbound/about.js';
import { MAIL_BYTES_MAX, parseMail } from '../../api/inbound/parse-mail.js';
import { optionsOf, type Context } from '../context.js';
import { readBytes } from '../files.js';
import { answer, table } from '../terminal.js';

type Explained = {
  file: string;
  kind: string;
  permanent: boolean;
  status: string | null;
  about: string | null;
  why: string;
};

/** `recall mail explain`. */
export function mailCommand(recall: Command, context: Context): void {
  const { terminal } = context;
  recall
    .command('mail')
    .description('what the product makes of mails')
    .command('explain <files...>')
    .description('says what mails are, what they are about and by what that is known; needs no server')
    .action(async (files: string[], _options, command: Command) => {
      const { json } = optionsOf(command);
      // All of them first, so that one that is not there is named before anything is said of the others.
      const raws = files.map((file) => ({ file, raw: readBytes(file, MAIL_BYTES_MAX) }));
      const explained: Explained[] = [];
      for (const { file, raw } of raws) explained.push(await explain(file, raw));
      answer(terminal, json, explained, () => words(explained));
    });
}

async function explain(file: string, raw: Buffer): Promise<Explained> {
  const mail = await parseMail(raw, null);
  if (mail.kind === 'unread') {
    const why = `the mail door cannot read it (${mail.why}), and would keep it as it came`;
    return { file, kind: 'unknown', permanent: false, status: null, about: null, why };
  }
  const { kind, permanent, status, why } = mail.verdict;
  return { file, kind, permanent, status, about: aboutInOneWord(mail.about), why };
}

function words(explained: Explained[]): string {
  const rows = explained.map(({ file, kind, permanent, status, about }) => [
    file,
    kind === 'failed' ? (permanent ? 'failed, the address is dead' : 'failed for now') : kind,
    status ?? '-',
    about ?? '-',
  ]);
  const whys = explained.map(({ file, why }) => `${file}: ${why}`);
  return [table(['file', 'what it is', 'status', 'about'], rows), '', ...whys].join('\n');
}
