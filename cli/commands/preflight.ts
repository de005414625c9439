import type { Command } from 'commander';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Finding, GivenPreflight } from '../../api/contract/preflight.js';
import type { AnswerOf } from '../../api/contract/routes.js';
import { RecallError } from '../../engine/errors.js';
import type { PersonId } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { readCaseFile } from '../case-file.js';
import { call } from '../client.js';
import { apiOf, optionsOf, type Context } from '../context.js';
import { readText } from '../files.js';
import { answer } from '../terminal.js';

export type Preflight = AnswerOf<'preflight'>;

/** A case file as it is written: whether it says all that it must, the API judges. */
const anyCase = z.record(z.string(), z.unknown());

/** `recall readiness PLAYBOOK`: what stands in the way of any recall from a playbook. */
export function readinessCommand(recall: Command, context: Context): void {
  recall
    .command('readiness <playbook>')
    .description('whether a recall from a playbook could be opened now, and what it would lack; opens nothing')
    .option('--case <file>', 'what notices would say of product, hazard and remedy (YAML)')
    .action(async (file: string, _options, command: Command) => {
      const options = optionsOf<{ case?: string }>(command);
      const playbook = readText(file);
      requirePlaybook(playbook, file, bundledCatalogue());
      const caseFile = options.case === undefined ? null : readCaseFile(options.case, anyCase);
      if (caseFile !== null) delete caseFile.awareness;
      const opener = (options.as ?? null) as PersonId | null;
      const body: GivenPreflight = { playbook, playbookFile: basename(file), caseFile, opener };
      const found = await call(apiOf(context, options), 'preflight', { body });
      answerPreflight(context, options.json, found);
    });
}

/** Says all of a preflight; the exit code is 1 where something blocks. */
export function answerPreflight(context: Context, json: boolean | undefined, found: Preflight): void {
  if (!found.ready) context.failed();
  answer(context.terminal, json, found, () => preflightWords(found));
}

/** Every finding with its remedy, and what they come to. */
export function preflightWords({ ready, findings }: Preflight): string {
  const blocking = findings.filter(({ severity }) => severity === 'blocks').length;
  const warnings = findings.length - blocking;
  const verdict = ready ? 'nothing stands in the way' : `${blocking} to be mended before it can be opened`;
  return [
    ...findings.map(findingWords),
    `${verdict}; ${warnings === 0 ? 'no warnings' : warnings === 1 ? '1 warning' : `${warnings} warnings`}`,
  ].join('\n');
}

function findingWords({ kind, severity, count, examples, message, where, remedy }: Finding): string {
  const some = severity === 'warns' ? ` (${examples.join(', ')}${count > examples.length ? ', …' : ''})` : '';
  const place = where === null ? '' : `\n  where: ${where}`;
  return `${severity === 'blocks' ? 'BLOCKS' : 'warning'} ${kind}: ${message}${some}${place}\n  remedy: ${remedy}`;
}

/** Throws what an opening would be refused for, all of it in one message. */
export function requireReady({ findings }: Preflight): void {
  const blocking = findings.filter(({ severity }) => severity === 'blocks');
  const [first] = blocking;
  if (first === undefined) return;
  throw new RecallError({
    code: first.code ?? 'refused',
    message: blocking.map(({ message }) => message).join('; '),
    ...(first.where !== null && { where: first.where }),
    remedy: first.remedy,
  });
}
