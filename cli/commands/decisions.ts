import type { Command } from 'commander';
import { askParamsOf, type ShownAsk } from '../../api/contract/asks.js';
import { RecallError } from '../../engine/errors.js';
import { errorsOf, formWords, isDecision, readValue, type Form } from '../../engine/form.js';
import type { FactValue } from '../../engine/playbook.js';
import { call, type Api } from '../client.js';
import { apiOfPerson, optionsOf, type Context, type GlobalOptions } from '../context.js';
import { answer, dueAtWords, personWords, requireYes, table, timeWords } from '../terminal.js';

/** `RC-2026-0001/decide/1/1`: the recall and the ask in it. */
const ASK = /^(RC-\d{4}-\d{4,})\/([a-z][a-zA-Z0-9]*\/\d+\/\d+)$/;

type DecideOptions = {
  approve?: boolean;
  reject?: boolean;
  reason?: string;
  accept: string[];
  shown?: string;
  yes?: boolean;
};

/** `recall inbox`, `recall decide`, `recall answer`. */
export function decisionCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  recall
    .command('inbox [ask]')
    .description('what a person is asked, the most pressing first; with ASK, all that it shows (--as PERSON)')
    .action(async (given: string | undefined, _options, command: Command) => {
      const options = optionsOf(command);
      const api = apiOfPerson(context, options);
      if (given !== undefined) {
        const { recallId, ask } = parseAsk(given);
        const found = await call(api, 'showAsk', { params: askParamsOf(recallId, ask) });
        return answer(terminal, options.json, found, () => shownWords(given, found));
      }
      const asks = await call(api, 'readInbox', {});
      answer(terminal, options.json, asks, () => {
        if (asks.length === 0) return `${options.as} is asked nothing`;
        const rows = asks.map((one) => [
          `${one.recallId}/${one.ask}`,
          one.question,
          one.role,
          dueAtWords(one.dueAt, one.now),
        ]);
        return table(['ask', 'question', 'role', 'due'], rows);
      });
    });
  recall
    .command('decide <ask>')
    .description('approve or reject: ASK as the inbox shows it (--as PERSON)')
    .option('--approve', 'approve')
    .option('--reject', 'reject')
    .option('--reason <text>', 'why; kept beside the ledger, which holds its hash')
    .option(
      '--accept <rule=why>',
      'an error of the notice check that approving accepts, by its rule; once for each',
      (given: string, others: string[]) => [...others, given],
      [],
    )
    .option('--shown <hash>', 'hash of what was read; else it is shown now and has to be confirmed')
    .option('--yes', 'do not ask')
    .action(async (given: string, _options, command: Command) => {
      const options = optionsOf<DecideOptions>(command);
      const { recallId, ask } = parseAsk(given);
      if (options.approve === options.reject) {
        throw new RecallError({
          code: 'wrong-use',
          message: 'say what is decided',
          where: 'decide',
          expected: 'either --approve or --reject',
          remedy: 'add one of them',
        });
      }
      const accept = options.accept.map(parseAcceptance);
      const api = apiOfPerson(context, options);
      const outcome = options.approve ? 'approve' : 'reject';
      const shown = options.shown ?? (await showAndConfirm(context, api, given, options));
      const body = { ask, outcome, shown, reason: options.reason, ...(accept.length > 0 && { accept }) } as const;
      const applied = await call(api, 'decide', { params: { recall: recallId }, body });
      answer(
        terminal,
        options.json,
        applied,
        () => `${outcome === 'approve' ? 'approved' : 'rejected'}: ${given} (event ${applied.seq})`,
      );
    });
  recall
    .command('answer <ask> [values...]')
    .description('answer a form, a task or a filing: ASK KEY=VALUE … (--as PERSON)')
    .option('--correct', 'takes the place of what was answered, as long as its step lasts; both stay on record')
    .option('--yes', 'do not ask')
    .action(async (given: string, pairs: string[], _options, command: Command) => {
      const options = optionsOf<{ yes?: boolean; correct?: boolean }>(command);
      const { recallId, ask } = parseAsk(given);
      const texts = parsePairs(pairs);
      const api = apiOfPerson(context, options);
      const found = await call(api, 'showAsk', { params: askParamsOf(recallId, ask) });
      const corrects = options.correct === true;
      const body = { ask, values: valuesOf(texts, found.form), ...(corrects && { corrects }) };
      // What is answered stands in the command already: a script has said it, and at a terminal a slip can still be seen.
      if (terminal.interactive && options.yes !== true) {
        terminal.err(`${answerWords(given, found, body.values)}\n`);
        await requireYes(terminal, false, `Send this as ${options.as}? It stays on record.`);
      }
      const applied = await call(api, 'answer', { params: { recall: recallId }, body });
      answer(
        terminal,
        options.json,
        applied,
        () => `${corrects ? 'corrected' : 'answered'}: ${given} (event ${applied.seq})`,
      );
    });
}

/** `recall renew`: the question put anew, on what is known now. */
export function renewCommand(recall: Command, context: Context): void {
  recall
    .command('renew <ask>')
    .description('have a question put anew to all who are asked, on what is known now (--as PERSON)')
    .action(async (given: string, _options, command: Command) => {
      const options = optionsOf(command);
      const { recallId, ask } = parseAsk(given);
      const api = apiOfPerson(context, options);
      const applied = await call(api, 'renew', { params: { recall: recallId }, body: { ask } });
      answer(context.terminal, options.json, applied, () => `put anew: ${given} (event ${applied.seq})`);
    });
}

/** Nobody decides on what they have not seen: shows it as the inbox does, asks, and gives its hash. */
async function showAndConfirm(
  { terminal }: Context,
  api: Api,
  given: string,
  { approve, as, yes }: DecideOptions & GlobalOptions,
): Promise<string> {
  const { recallId, ask } = parseAsk(given);
  const found = await call(api, 'showAsk', { params: askParamsOf(recallId, ask) });
  // Where nobody can be asked, what went wrong is not to stand under pages of evidence.
  if (yes !== true && terminal.interactive) terminal.err(`${shownWords(given, found)}\n`);
  await requireYes(terminal, yes, `${approve ? 'Approve' : 'Reject'} this as ${as}?`, {
    expected: '--shown HASH of what was read, because there is no terminal',
    remedy: `read it with \`recall inbox ${given} --as ${as}\` and add --shown with its hash; or add --yes`,
  });
  return found.shown;
}

/** What is about to be sent, each value beside what it is asked as. */
function answerWords(
  given: string,
  { question, status, dueAt, now, form }: ShownAsk,
  values: Record<string, FactValue>,
): string {
  const labelOf = (name: string): string => form.fields.find((field) => field.name === name)?.label ?? name;
  return [
    `${given}: ${question}, ${status}, due ${dueAtWords(dueAt, now)}. Your answer:`,
    ...Object.entries(values).map(([name, value]) => `  ${labelOf(name)}: ${String(value)}`),
  ].join('\n');
}

function shownWords(given: string, found: ShownAsk): string {
  const { question, role, status, people, names, dueAt, now, shown, form, evidence, correction } = found;
  const lines = evidence.map(({ name, value, now }) => {
    const beside = now === undefined ? '' : `\n  NOW: ${now}`;
    return value.includes('\n') ? `\n${name}:\n${value.replace(/^/gm, '  ')}${beside}` : `${name}: ${value}${beside}`;
  });
  const hasMoved = evidence.some(({ now }) => now !== undefined);
  return [
    `${given}: ${question} (${role}), ${status}, ${status === 'open' ? `due ${dueAtWords(dueAt, now)}` : `was due ${timeWords(dueAt)}`}; asked: ${people.map((id) => personWords(id, names)).join(', ')}`,
    ...lines,
    ...(isDecision(form) ? [] : [`To answer: ${formWords(form)}`]),
    ...(correction === null
      ? []
      : [
          correction.may
            ? `To correct the answer: recall answer ${given} KEY=VALUE … --correct`
            : `Not to be corrected: ${correction.why}`,
        ]),
    ...(errorsOf(form).length > 0
      ? [
          `To approve, accept each error: ${errorsOf(form)
            .map((rule) => `--accept ${rule}=WHY`)
            .join(' ')}`,
        ]
      : []),
    ...(hasMoved ? [`\nSome of this has changed since it was asked; to have it put anew: recall renew ${given}`] : []),
    `\nHash of what is shown: ${shown}`,
  ].join('\n');
}

/** `EU-07=the word is the product's own name`: an error by its rule, and why it is accepted. */
function parseAcceptance(given: string): { rule: string; reason: string } {
  const place = given.indexOf('=');
  const [rule, reason] = [given.slice(0, Math.max(place, 0)).trim(), given.slice(place + 1).trim()];
  if (rule !== '' && reason !== '') return { rule, reason };
  throw new RecallError({
    code: 'wrong-use',
    message: `${JSON.stringify(given)} accepts no error`,
    where: '--accept',
    expected: 'RULE=WHY, such as EU-07="the word is the product\'s own name"',
    remedy: 'take the names of the rules from what the ask shows',
  });
}

function parseAsk(given: string): { recallId: string; ask: string } {
  const found = ASK.exec(given);
  if (found) return { recallId: found[1]!, ask: found[2]! };
  throw new RecallError({
    code: 'wrong-use',
    message: `${JSON.stringify(given)} is no ask`,
    where: 'ASK',
    expected: 'an ask such as RC-2026-0001/decide/1/1',
    remedy: 'copy it from `recall inbox --as PERSON`',
  });
}

/** `injuries=2 risk=high` as texts by key. */
export function parsePairs(pairs: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const pair of pairs) {
    const found = /^([a-z][a-zA-Z0-9]*)=(.*)$/s.exec(pair);
    if (!found || Object.hasOwn(values, found[1]!)) {
      const message = found ? `${found[1]} is given twice` : `${JSON.stringify(pair)} is no value`;
      throw new RecallError({
        code: 'wrong-use',
        message,
        where: 'VALUES',
        expected: 'KEY=VALUE, each key once',
        remedy: 'such as risk=serious injuries=2',
      });
    }
    values[found[1]!] = found[2]!;
  }
  return values;
}

/** The values of a form: each text is read as its field's type, in quotes or not. */
export function valuesOf(texts: Record<string, string>, { fields }: Form): Record<string, FactValue> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => {
      const field = fields.find(({ name }) => name === key);
      return [key, readValue(field, /^"(.*)"$/s.exec(text)?.[1] ?? text)];
    }),
  );
}
