import { Option, type Command } from 'commander';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { FINDING_KINDS, findingTitle, type FindingKind } from '../../engine/finding.js';
import { call } from '../client.js';
import { apiOfPerson, optionsOf, type Context } from '../context.js';
import { reading, requireFile } from '../files.js';
import { answer } from '../terminal.js';

/** `recall finding`: what quality attaches to a recall, for its closing report and for supplements to authorities. */
export function findingCommand(recall: Command, context: Context): void {
  recall
    .command('finding <recall>')
    .description('attaches what was tested, a root cause or a corrective action, with its evidence (--as PERSON)')
    .addOption(new Option('--kind <kind>', 'what it is').choices([...FINDING_KINDS]).makeOptionMandatory())
    .requiredOption('--text <text>', 'in words, which stand in the closing report; the ledger has their hash')
    .option('--file <file>', 'a report or a picture, kept as evidence by its hash; 6 MB at most')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ kind: FindingKind; text: string; file?: string }>(command);
      const { kind, text } = options;
      const file = options.file === undefined ? {} : { file: fileToSend(options.file) };
      const api = apiOfPerson(context, options);
      const applied = await call(api, 'attachFinding', { params: { recall: id }, body: { kind, text, ...file } });
      const words = (): string => `attached: ${findingTitle(kind)} of ${id} (event ${applied.seq})`;
      answer(context.terminal, options.json, applied, words);
    });
}

function fileToSend(path: string): { name: string; base64: string } {
  requireFile(path);
  return { name: basename(path), base64: reading(path, () => readFileSync(path)).toString('base64') };
}
