import type { Command } from 'commander';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { RecallError } from '../../engine/errors.js';
import type { Attested } from '../../trust/attestations.js';
import { LINE_CHARS_MAX, verifyLedger, type Verification } from '../../trust/chain.js';
import { publicKeysOf, type PublicKeys } from '../../trust/checkpoints.js';
import { call, streamed } from '../client.js';
import { apiOf, apiOfPerson, optionsOf, type Context } from '../context.js';
import { linesOf, reading } from '../files.js';
import { answer, requireYes, timeWords } from '../terminal.js';

/** `recall ledger export`, `recall ledger key`, `recall ledger erase`, `recall ledger verify`. */
export function ledgerCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const ledger = recall.command('ledger').description('the record of a recall');
  ledger
    .command('export <recall>')
    .description('every event and fact, one JSON line each, on standard output or into a file')
    .option('--out <file>', 'write to a file')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ out?: string }>(command);
      const exported = streamed(apiOf(context, options), 'exportLedger', { params: { recall: id } });
      if (options.out === undefined) {
        for await (const text of exported) terminal.out(text);
        return;
      }
      const entries = await writeLines(options.out, exported);
      answer(
        terminal,
        options.json,
        { file: options.out, entries },
        () => `written: ${options.out} (${entries} entries)`,
      );
    });
  ledger
    .command('key')
    .description('the public keys that ledgers were signed with, as the database has them')
    .action(async (_options, command: Command) => {
      const options = optionsOf(command);
      const keys = await call(apiOf(context, options), 'listSigningKeys', {});
      answer(terminal, options.json, keys, () =>
        keys.length === 0
          ? 'ledgers are not signed: no worker has had a CHECKPOINT_KEY'
          : keys
              .map(({ key, publicKey, seenAt }) => `${publicKey}  fingerprint ${key}  used until ${timeWords(seenAt)}`)
              .join('\n'),
      );
    });
  ledger
    .command('erase <recall>')
    .description('erases the rows of an entry, which name recipients, for good; the record says who had that done')
    .requiredOption('--link <n>', 'the link of the entry, as the export has it')
    .option('--yes', 'do not ask')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ link: string; yes?: boolean }>(command);
      const api = apiOfPerson(context, options);
      await requireYes(terminal, options.yes, `Erase the rows of entry ${options.link} of ${id} for good?`);
      const body = { link: Number(options.link) };
      const erased = await call(api, 'eraseRows', { params: { recall: id }, body });
      answer(terminal, options.json, erased, () => `erased: ${erased.rows} rows of entry ${options.link}`);
    });
  ledger
    .command('verify <file>')
    .description('checks an export from nothing but its lines')
    .option(
      '--expect <hash>',
      'a hash known from elsewhere, such as that of the last entry: it must occur in the chain',
    )
    .option(
      '--key <publickey>',
      'the public key of its checkpoints, or a file that holds it; several with commas between',
    )
    .action((file: string, _options, command: Command) => {
      const options = optionsOf<{ expect?: string; key?: string }>(command);
      reading(file, () => accessSync(file, constants.R_OK));
      const expect = options.expect === undefined ? null : hashOf(options.expect);
      // Every command takes the local key by the same name; what is said after `verify` is the public one.
      const said = context.args.slice(context.args.indexOf('verify'));
      const isGiven = said.some((one) => /^--key(=|$)/.test(one));
      const keys = isGiven && options.key !== undefined ? keysOf(options.key) : null;
      const verified = reading(file, () => verifyLedger(linesOf(file, LINE_CHARS_MAX), { expect, keys }));
      if (!verified.verified) context.failed();
      answer(terminal, options.json, { file, ...verified }, () => verdictWords(file, verified));
    });
}

function hashOf(text: string): string {
  const hash = text.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new RecallError({
    code: 'wrong-use',
    message: 'no hash',
    where: '--expect',
    expected: '64 hexadecimal digits',
    remedy: 'copy it whole from the report, the mail or the checkpoint that names it',
  });
}

function keysOf(text: string): PublicKeys {
  try {
    return publicKeysOf(
      text.split(',').map((one) => (existsSync(one) ? readFileSync(one, 'utf8').trim() : one.trim())),
    );
  } catch {
    throw new RecallError({
      code: 'wrong-use',
      message: 'no public key',
      where: '--key',
      expected: 'a public Ed25519 key (SPKI in base64 or PEM), or the path of its file',
      remedy: 'take it from who made the keys; nothing else is meant by --key after `verify`, which asks no API',
    });
  }
}

function verdictWords(file: string, { verified, events, facts, findings, more, head, attested }: Verification): string {
  const lines = verified
    ? [`${file}: verified, ${events} events and ${facts} facts`]
    : findings.map(({ line, why }) => `${file}:${line}: NOT verified: ${why}`);
  if (more > 0) lines.push(`and ${more} more`);
  if (attested !== null && head !== null) lines.push(attestedWords(attested, head.link));
  return lines.join('\n');
}

function attestedWords({ through, decisions, roots }: Attested, last: number): string {
  const signed = `${decisions} checkpoints and ${roots} roots hold`;
  if (through === 0) return `${signed}: no entry is attested`;
  if (through >= last) return `${signed}: all entries are attested, up to link ${through}`;
  return `${signed}: entries up to link ${through} are attested; link ${through + 1} is the first that is not`;
}

/** Writes lines into a file as they come, and gives how many; a file that did not come whole is none. */
async function writeLines(file: string, texts: AsyncIterable<string>): Promise<number> {
  const part = `${file}.part`;
  const out = openSync(part, 'w');
  let lines = 0;
  try {
    for await (const text of texts) {
      writeSync(out, text);
      lines += text.split('\n').length - 1;
    }
    renameSync(part, file);
  } catch (failed) {
    rmSync(part, { force: true });
    throw failed;
  } finally {
    closeSync(out);
  }
  return lines;
}
