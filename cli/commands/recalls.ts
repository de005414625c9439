import { Option, type Command } from 'commander';
import { writeFileSync } from 'node:fs';
import type { Callee, Halt, Outage, Recall, Reply, Status, Unreached } from '../../api/contract/recalls.js';
import { CALL_RESULTS, WHAT_TO_NOTE, type CallResult } from '../../engine/calls.js';
import type { Report } from '../../api/contract/report.js';
import { RecallError } from '../../engine/errors.js';
import { scopeWords } from '../../engine/scope.js';
import { durationWords } from '../../engine/time-words.js';
import { durationMs, type AskId, type IsoDuration, type Market } from '../../engine/words.js';
import { marketName } from '../../regulations/market-name.js';
import { call, download } from '../client.js';
import { apiOf, apiOfPerson, optionsOf, type Context } from '../context.js';
import { answer, dueAtWords, personWords, requireYes, table, timeWords } from '../terminal.js';

/** `recall list`, `recall status`, `recall cancel`, `recall trace again`, `recall repair`, `recall unreached`, `recall calls`, `recall call`, `recall revoke`, `recall replies`, `recall report`. */
export function recallCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  recall
    .command('list')
    .description('all recalls')
    .action(async (_options, command: Command) => {
      const options = optionsOf(command);
      const recalls = await call(apiOf(context, options), 'listRecalls', {});
      answer(terminal, options.json, recalls, () => (recalls.length === 0 ? 'no recalls' : listed(recalls)));
    });
  recall
    .command('status <recall>')
    .description('how the steps of a recall stand, who is asked, what is due next')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      const status = await call(apiOf(context, options), 'showRecall', { params: { recall: id } });
      answer(terminal, options.json, status, () => statusWords(status));
    });
  recall
    .command('cancel <recall>')
    .description('ends a recall or drill before anybody outside has been told (--as PERSON)')
    .requiredOption('--reason <text>', 'why, which is kept beside the ledger')
    .option('--yes', 'do not ask')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ reason: string; yes?: boolean }>(command);
      const api = apiOfPerson(context, options);
      await requireYes(terminal, options.yes, `Cancel ${id} for good as ${options.as}?`);
      const { reason } = options;
      const applied = await call(api, 'cancelRecall', { params: { recall: id }, body: { reason } });
      answer(
        terminal,
        options.json,
        applied,
        () => `cancelled: ${id} (event ${applied.seq})\nshipping stays stopped until you tell the warehouse`,
      );
    });
  recall
    .command('trace')
    .description('the trace of a recall')
    .command('again <recall>')
    .description(
      'traces the sales again, with those that came after the trace; until recipients are frozen (--as PERSON)',
    )
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      const applied = await call(apiOfPerson(context, options), 'traceAgain', { params: { recall: id } });
      answer(
        terminal,
        options.json,
        applied,
        () => `traced again: ${id} (event ${applied.seq}); what it finds, says \`recall status ${id}\``,
      );
    });
  recall
    .command('repair <recall>')
    .description(
      'tries again what of a recall stands still, once its cause has been mended; `recall status` says what does',
    )
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      const repaired = await call(apiOf(context, options), 'repair', { params: { recall: id } });
      answer(terminal, options.json, repaired, () =>
        repaired.tried.length === 0
          ? 'nothing stands still'
          : `tried again: ${repaired.tried.join(', ')}\nwhether it goes on, say \`recall status ${id}\` and the log of the worker`,
      );
    });
  recall
    .command('unreached <recall>')
    .description('whom no notice reached, for the person who telephones them; the most units first (--as PERSON)')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      const api = apiOfPerson(context, options);
      const found = await call(api, 'listUnreached', { params: { recall: id } });
      const unreached = found.map(({ answerPath, ...one }) => ({ ...one, answerUrl: `${api.url}${answerPath}` }));
      answer(terminal, options.json, unreached, () =>
        unreached.length === 0 ? 'everybody has been reached or has answered' : unreachedWords(unreached),
      );
    });
  recall
    .command('calls <recall>')
    .description('who is to be called, the most exposed first, and what became of the calls so far (--as PERSON)')
    .option('--ask <question>', 'those alone whom this question is about and who are left, as step/round/n')
    .option('--say <customer>', 'what is to be said to one of them, line by line')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ ask?: AskId; say?: string }>(command);
      const api = apiOfPerson(context, options);
      const { ask, say } = options;
      const all = await call(api, 'listCalls', { params: { recall: id }, query: ask === undefined ? {} : { ask } });
      const found = say === undefined ? all : all.filter(({ code, recipient }) => code === say || recipient === say);
      const listed = found.map(({ answerPath, ...one }) => ({ ...one, answerUrl: `${api.url}${answerPath}` }));
      answer(terminal, options.json, listed, () =>
        say === undefined ? listWords(id, listed) : scriptWords(say, listed[0]),
      );
    });
  recall
    .command('call <recall> <customer>')
    .description('enters what became of a call to somebody on the call list (--as PERSON)')
    .addOption(new Option('--result <result>', 'what became of it').choices([...CALL_RESULTS]).makeOptionMandatory())
    .option('--note <text>', 'what was said; kept beside the ledger, which holds its hash')
    .action(async (id: string, customer: string, _options, command: Command) => {
      const options = optionsOf<{ result: CallResult; note?: string }>(command);
      const { result, note } = options;
      const body = { customer, result, ...(note !== undefined && { note }) };
      const entered = await call(apiOfPerson(context, options), 'enterCall', { params: { recall: id }, body });
      const { recipient, calls, settled, left } = entered;
      answer(
        terminal,
        options.json,
        entered,
        () =>
          `entered: ${recipient} ${result} (call ${calls})${settled ? '' : '; to be tried again'}\n${left} left to call`,
      );
    });
  recall
    .command('revoke <recall>')
    .description('ends the links of a person or a recipient, as when a mail went astray (--as PERSON)')
    .option('--person <person>', 'whose links to decide end')
    .option(
      '--recipient <recipient>',
      'whose link to answer ends: a customer number, or a recipient as the lists show it',
    )
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ person?: string; recipient?: string }>(command);
      const of = holderOf(options);
      const { links } = await call(apiOfPerson(context, options), 'revokeLinks', {
        params: { recall: id },
        body: { of },
      });
      answer(terminal, options.json, { links }, () =>
        links === 0 ? `${of.id} has no link that opens anything` : `${links} links of ${of.id} open nothing any more`,
      );
    });
  recall
    .command('replies <recall>')
    .description('mails that answer ours and are no receipts: notices, asks and reports are answered by mail too')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      const replies = await call(apiOf(context, options), 'listReplies', { params: { recall: id } });
      answer(terminal, options.json, replies, () =>
        replies.length === 0
          ? 'nobody has answered by mail or written anything on a page'
          : replies.map(replyWords).join('\n\n'),
      );
    });
  recall
    .command('report <recall>')
    .description('the scorecard and the names of the documents; with --out the closing report alone, into a file')
    .option('--out <file>', 'write the closing report (PDF), or what --document names, to a file')
    .option(
      '--document <name>',
      'a document of the list: a prepared report to an authority, a preview',
      'closing-report.pdf',
    )
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ out?: string; document: string }>(command);
      const api = apiOf(context, options);
      const { out, document } = options;
      if (out === undefined) {
        const report = await call(api, 'showReport', { params: { recall: id } });
        return answer(terminal, options.json, report, () => reportWords(report));
      }
      const bytes = await download(api, 'readDocument', { params: { recall: id, name: document } });
      writeFileSync(out, bytes);
      answer(terminal, options.json, { written: out, bytes: bytes.length }, () => `written: ${out}`);
    });
}

/** Throws `wrong-use` where not exactly one is named. */
function holderOf({ person, recipient }: { person?: string; recipient?: string }) {
  if (person !== undefined && recipient === undefined) return { kind: 'person' as const, id: person };
  if (recipient !== undefined && person === undefined) return { kind: 'recipient' as const, id: recipient };
  throw new RecallError({
    code: 'wrong-use',
    message: 'it is not said whose links end',
    expected: '--person PERSON or --recipient RECIPIENT',
    remedy: 'name one of them; nothing was changed',
  });
}

function unreachedWords(unreached: (Omit<Unreached, 'answerPath'> & { answerUrl: string })[]): string {
  const rows = unreached.map(({ recipient, name, phone, markets, language, units, why }) => [
    recipient,
    name,
    phone ?? 'no number',
    `${markets.map(marketName).join(' and ')}, ${language}`,
    String(units),
    why,
  ]);
  return [
    table(['recipient', 'name', 'telephone', 'market', 'units', 'mail'], rows),
    '',
    'What you are told on the telephone goes into the page of each recipient:',
    ...unreached.map(({ recipient, answerUrl }) => `${recipient}  ${answerUrl}`),
  ].join('\n');
}

type Listed = Omit<Callee, 'answerPath'> & { answerUrl: string };

function listWords(id: string, callees: Listed[]): string {
  return callees.length === 0 ? 'nobody is to be called' : calleeWords(id, callees);
}

function scriptWords(customer: string, callee: Listed | undefined): string {
  if (callee === undefined) return `${customer} is not on the call list`;
  const { name, phone, script } = callee;
  const lines = script.length === 0 ? ['The notice has no words to be spoken.'] : script;
  return [`${name}, ${phone ?? 'no number'}`, '', ...lines, '', WHAT_TO_NOTE].join('\n');
}

function calleeWords(id: string, callees: Listed[]): string {
  const rows = callees.map(({ recipient, name, phone, markets, language, units, why, calls, settled }) => [
    recipient,
    name,
    phone ?? 'no number',
    `${markets.map(marketName).join(' and ')}, ${language}`,
    String(units),
    why,
    calls.length === 0
      ? settled
        ? 'not to be called'
        : 'to call'
      : `${calls.map(({ result }) => result).join(', ')}${settled ? '' : '; to be tried again'}`,
  ]);
  const left = callees.filter(({ settled }) => !settled).length;
  const told = callees.flatMap(({ recipient, calls }) =>
    calls.map(
      ({ at, by, result, note }) =>
        `${recipient}  ${timeWords(at)}  ${by}: ${result}${note === null ? '' : `: ${note}`}`,
    ),
  );
  return [
    table(['recipient', 'name', 'telephone', 'market', 'units', 'why', 'calls'], rows),
    ...(told.length > 0 ? ['', ...told] : []),
    '',
    `${left} left to call. Enter each call: recall call ${id} CUSTOMER --result ${CALL_RESULTS.join('|')} [--note TEXT]; what to say: recall calls ${id} --say CUSTOMER`,
    WHAT_TO_NOTE,
    ...callees.map(({ recipient, answerUrl }) => `${recipient}  ${answerUrl}`),
  ].join('\n');
}

function listed(recalls: Recall[]): string {
  const rows = recalls.map(({ recallId, mode, playbook, scope, openedAt, closedAt, endedAt }) => [
    recallId,
    mode,
    `${playbook.playbook} v${playbook.version}`,
    scope.item,
    timeWords(openedAt),
    closedAt !== null ? timeWords(closedAt) : endedAt !== null ? 'cancelled' : 'open',
  ]);
  return table(['recall', 'mode', 'playbook', 'item', 'opened', 'closed'], rows);
}

function replyWords({ at, about, automatic, via, injury, text }: Reply): string {
  const how = `${automatic ? ', automatic' : ''}${via === 'page' ? ', on the page' : ''}${injury ? ': SOMEBODY WAS HURT' : ''}`;
  const head = `${timeWords(at)}  answer to ${about.kind} ${about.id}${how}`;
  return [head, text.trim().replace(/^/gm, '  ')].join('\n');
}

function haltWords({ recallId, what, message, since }: Halt): string {
  return `STANDS STILL since ${timeWords(since)}: ${what}: ${message}. Mend the cause, then: recall repair ${recallId}`;
}

function outageWords({ step, channel, since, waiting, toldAt }: Outage): string {
  const told = toldAt === null ? 'nobody has been told of it' : `people were told at ${timeWords(toldAt)}`;
  return `AWAY since ${timeWords(since)}: nothing gets through by ${channel}, ${waiting} notices of ${step} wait; ${told}`;
}

function statusWords(status: Status): string {
  const { recallId, mode, playbook, scope, openedAt, phase, nextDue, now, mail, publicity } = status;
  const head = `${mode === 'drill' ? 'DRILL ' : ''}${recallId}  ${playbook.playbook} v${playbook.version}  ${scopeWords(scope)}`;
  const open = status.asks.filter((ask) => ask.status === 'open');
  const asks = open.map((ask) => [ask.ask, ask.question, ask.role, peopleWords(ask), dueAtWords(ask.dueAt, now)]);
  return [
    head,
    `opened ${timeWords(openedAt)}, ${phaseWords(status)}`,
    ...status.halts.map(haltWords),
    ...status.outages.map(outageWords),
    '',
    table(
      ['step', 'status', ''],
      status.steps.map(({ step, status: stands, words }) => [step, stands, words === stands ? '' : words]),
    ),
    ...(asks.length > 0 ? ['', table(['ask', 'question', 'role', 'asked', 'due'], asks)] : []),
    ...findingLines(status),
    ...(publicity.published === 0 && publicity.outlets === 0
      ? []
      : [
          '',
          `published for everybody ${publicity.published === 1 ? 'once' : `${publicity.published} times`}; ${publicity.proved} of ${publicity.outlets} outlets have proved that they did; see \`recall public list ${recallId}\``,
        ]),
    ...correctionLines(status),
    ...(mail.injuriesSaid === 0
      ? []
      : [
          '',
          `SOMEBODY WAS HURT, say ${mail.injuriesSaid} answers on pages; see \`recall replies ${recallId}\`, and record it`,
        ]),
    ...(mail.replies === 0
      ? []
      : [
          '',
          `mails to read: ${mail.replies}, of which ${mail.automatic} automatic; see \`recall replies ${recallId}\``,
        ]),
    ...(mail.unread === 0 ? [] : ['', `post: ${mail.unread} new; see \`recall post ${recallId}\``]),
    ...(mail.injuries === 0
      ? []
      : ['', `mails that speak of somebody who is hurt: ${mail.injuries}; see \`recall post injuries\``]),
    ...(phase === 'ended' ? [] : ['', nextDue === null ? 'next due: -' : `next due: ${dueAtWords(nextDue, now)}`]),
  ].join('\n');
}

/** What quality has attached, in words; nothing where it has attached nothing yet. */
function findingLines({ findings }: Status): string[] {
  if (findings.length === 0) return [];
  const rows = findings.map(({ at, kind, by, words, file }) => [
    timeWords(at),
    kind,
    by,
    words ?? 'erased',
    file === null ? '' : file.name,
  ]);
  return ['', table(['attached', 'finding', 'by', '', 'evidence'], rows)];
}

/** Answers that took the place of others, with what they were. */
function correctionLines({ corrections }: Status): string[] {
  if (corrections.length === 0) return [];
  const pairs = (values: object): string =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
  const rows = corrections.map(({ at, ask, by, was, values }) => [timeWords(at), ask, by, pairs(was), pairs(values)]);
  return ['', table(['corrected', 'ask', 'by', 'it was', 'it is'], rows)];
}

function peopleWords({ people, names }: Status['asks'][number]): string {
  return people.map((id) => personWords(id, names)).join(', ');
}

/** A closed recall goes on: late answers are taken, and what comes after the closing is done. */
function phaseWords({ phase, closedAt, endedAt }: Status): string {
  if (closedAt === null) return endedAt === null ? phase : `cancelled ${timeWords(endedAt)}`;
  const closed = `closed ${timeWords(closedAt)}`;
  return endedAt === null ? `${closed}, takes late answers` : `${closed}, ended ${timeWords(endedAt)}`;
}

/** A scorecard is numbers by name; nested ones are indented, and lists of them have an entry a line. */
function reportWords({ names, ...report }: Report): string {
  return nestedWords(report, (field, value) => {
    if (value === null || value === undefined) return '-';
    if (typeof value !== 'string') return JSON.stringify(value);
    if (PEOPLE.has(field)) return personWords(value, names);
    if (MARKETS.has(field)) return marketName(value as Market);
    if (INSTANT.test(value)) return timeWords(value);
    return durationMs(value) === null ? value : durationWords(value as IsoDuration);
  });
}

/** Fields of a scorecard that hold ids of people, and codes of markets. */
const PEOPLE = new Set(['opener', 'by', 'onBehalfOf']);
const MARKETS = new Set(['market', 'counselNeeded']);
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function nestedWords(values: object, words: (field: string, value: unknown) => string, indent = ''): string {
  return Object.entries(values)
    .flatMap(([field, value]: [string, unknown]) => {
      if (Array.isArray(value)) {
        if (value.length === 0) return [`${indent}${field}: none`];
        return [`${indent}${field}:`, ...value.map((one) => `${indent}  - ${entryWords(field, one, words)}`)];
      }
      if (typeof value === 'object' && value !== null)
        return [`${indent}${field}:`, nestedWords(value, words, `${indent}  `)];
      return [`${indent}${field}: ${words(field, value)}`];
    })
    .filter((line) => line !== '')
    .join('\n');
}

/** An entry of a list on one line: what it holds by name. */
function entryWords(field: string, entry: unknown, words: (field: string, value: unknown) => string): string {
  if (typeof entry !== 'object' || entry === null) return words(field, entry);
  return Object.entries(entry)
    .map(([name, value]) => `${name} ${words(name, value)}`)
    .join(', ');
}
