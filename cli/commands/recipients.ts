import { Option, type Command } from 'commander';
import {
  RECIPIENT_LAYERS,
  RECIPIENT_STATES,
  type ListedRecipient,
  type ListedRecipients,
  type RecipientCounts,
  type RecipientLayer,
  type RecipientState,
} from '../../api/contract/recipients.js';
import { CHANNELS, type Channel } from '../../engine/channels.js';
import type { StepName } from '../../engine/words.js';
import { call } from '../client.js';
import { apiOfPerson, optionsOf, type Context } from '../context.js';
import { csvLine } from '../csv.js';
import { table, timeWords } from '../terminal.js';

/** A table that a person reads; whoever wants more takes the file. */
const TABLE_ROWS_MAX = 200;

type Options = {
  state?: RecipientState;
  channel?: Channel;
  step?: StepName;
  layer?: RecipientLayer;
  csv?: true;
  json?: boolean;
};

/** `recall recipients`: who was told, how each stands and why, in pages, so that a million need no more memory than a few. */
export function recipientsCommand(recall: Command, context: Context): void {
  const { terminal } = context;
  recall
    .command('recipients <recall>')
    .description('who was told, how each stands, and the reason of every rung; counts first (--as PERSON)')
    .addOption(new Option('--state <state>', 'those who stand so').choices([...RECIPIENT_STATES]))
    .addOption(new Option('--channel <channel>', 'those whom this channel has tried').choices([...CHANNELS]))
    .option('--step <step>', 'those of one campaign')
    .addOption(
      new Option('--layer <layer>', 'those whom the trace has found, or a layer of who was named').choices([
        ...RECIPIENT_LAYERS,
      ]),
    )
    .addOption(new Option('--csv', 'a file: every recipient, one a line').conflicts('json'))
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<Options>(command);
      const { state, channel, step, layer, csv, json } = options;
      const wanted = {
        ...(state && { state }),
        ...(channel && { channel }),
        ...(step && { step }),
        ...(layer && { layer }),
      };
      const api = apiOfPerson(context, options);
      const write = csv ? csvWriter(terminal.out) : json ? jsonWriter(terminal.out) : tableWriter(terminal.out);
      for (let after: string | null = ''; after !== null;) {
        const from: { after?: string } = after === '' ? {} : { after };
        const query = { ...wanted, ...from };
        const page: ListedRecipients = await call(api, 'listRecipients', { params: { recall: id }, query });
        if (after === '') write.counts(page.counts);
        if (!write.rows(page.recipients)) break;
        after = page.next;
      }
      write.end();
    });
}

/** `rows` says whether more of them are wanted. */
type Writer = {
  counts: (counts: RecipientCounts[]) => void;
  rows: (rows: ListedRecipient[]) => boolean;
  end: () => void;
};
type Out = (text: string) => void;

const HEAD = [
  'step',
  'customer',
  'name',
  'markets',
  'language',
  'units',
  'state',
  'answered',
  'by',
  'call',
  'rungs',
  'role',
  'person',
];

function cellsOf({
  step,
  code,
  name,
  markets,
  language,
  units,
  state,
  answeredAt,
  answeredBy,
  call,
  rungs,
  role,
  person,
}: ListedRecipient): string[] {
  const calls = call === null ? '' : `${call.why}, ${call.calls} made${call.settled ? ', done' : ''}`;
  return [
    step,
    code,
    name,
    markets.join(' '),
    language,
    String(units),
    state,
    answeredAt ?? '',
    colleagueWords(answeredBy),
    calls,
    rungWords(rungs),
    role,
    person ?? '',
  ];
}

/** Somebody whom the notice was not sent to, and who has answered it. */
function colleagueWords(by: ListedRecipient['answeredBy']): string {
  return by === null ? '' : [by.name, by.role, by.contact].filter((said) => said !== '').join(', ');
}

function rungWords(rungs: ListedRecipient['rungs']): string {
  return rungs
    .map(({ rung, channel, words, at }) => `${rung + 1} ${channel}: ${words}${at === null ? '' : ` ${at}`}`)
    .join('; ');
}

function csvWriter(out: Out): Writer {
  return {
    counts: () => out(csvLine(HEAD)),
    rows(rows) {
      for (const row of rows) out(csvLine(cellsOf(row)));
      return true;
    },
    end: () => undefined,
  };
}

/** One document, written as it comes. */
function jsonWriter(out: Out): Writer {
  let isFirst = true;
  return {
    counts: (counts) => out(`{"counts":${JSON.stringify(counts)},"recipients":[`),
    rows(rows) {
      for (const row of rows) {
        out(`${isFirst ? '' : ','}${JSON.stringify(row)}`);
        isFirst = false;
      }
      return true;
    },
    end: () => out(']}\n'),
  };
}

function tableWriter(out: Out): Writer {
  const shown: ListedRecipient[] = [];
  let isMore = false;
  return {
    counts: (counts) => out(`${countWords(counts)}\n`),
    rows(rows) {
      shown.push(...rows.slice(0, TABLE_ROWS_MAX + 1 - shown.length));
      isMore = shown.length > TABLE_ROWS_MAX;
      return !isMore;
    },
    end() {
      const rows = shown.slice(0, TABLE_ROWS_MAX).map((row) => {
        const [step, number, name, markets, language, units, state, , by, calls] = cellsOf(row);
        const code = row.role === 'main' ? number : `${number} (${row.role})`;
        const rungs = row.rungs.map(
          ({ rung, channel, words, at }) => `${rung + 1} ${channel}: ${words}${at === null ? '' : ` ${timeWords(at)}`}`,
        );
        const answered = row.answeredAt === null ? '-' : timeWords(row.answeredAt);
        const told = [step, code, name, markets, language, units, state];
        const cells = [...told, answered, by || '-', calls || '-', rungs.join('\n')];
        return cells.map((cell) => cell ?? '');
      });
      out(rows.length === 0 ? 'nobody\n' : `${table(HEAD.slice(0, 11), rows)}\n`);
      if (isMore)
        out(`more than ${TABLE_ROWS_MAX}: pick some with --state, --channel or --step, or take all with --csv\n`);
    },
  };
}

function countWords(counts: RecipientCounts[]): string {
  if (counts.length === 0) return 'nobody has been picked to be told yet';
  return counts
    .map(({ step, layer, recipients, customers, persons, reached, responded, unreachable, byChannel }) => {
      const channels = Object.entries(byChannel).map(
        ([channel, { delivered, refused, bounced }]) =>
          `${channel}: ${delivered} taken, ${refused} refused, ${bounced} came back`,
      );
      const told =
        customers === recipients && persons === recipients ? '' : ` (${persons} persons, of ${customers} customers)`;
      const people = `${recipients} recipients${told}, ${reached} reached, ${responded} have answered, ${unreachable} unreachable`;
      return `${step}${layer === null ? '' : ` (${layer}s who were named)`}: ${people}${channels.length === 0 ? '' : ` (${channels.join('; ')})`}`;
    })
    .join('\n');
}
