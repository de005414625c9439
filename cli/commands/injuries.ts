import { Option, type Command } from 'commander';
import { INJURY_SOURCES, SEVERITIES, type InjurySource, type Severity } from '../../engine/injury.js';
import type { IsoDate, Market } from '../../engine/words.js';
import { marketName } from '../../regulations/market-name.js';
import { call } from '../client.js';
import { apiOfPerson, optionsOf, type Context } from '../context.js';
import { answer } from '../terminal.js';

export type InjuryOptions = {
  severity: Severity;
  country: Market;
  date?: IsoDate;
  knownFrom: InjurySource;
  knownAt?: string;
};

/** What is said of an injury, whatever it is known from. */
export function injuryOptions(command: Command): Command {
  return command
    .addOption(new Option('--severity <severity>', 'how bad it is').choices([...SEVERITIES]).makeOptionMandatory())
    .requiredOption('--country <code>', 'where it happened, as DE')
    .addOption(
      new Option('--known-from <source>', 'how we know of it').choices([...INJURY_SOURCES]).makeOptionMandatory(),
    )
    .option('--date <date>', 'when it happened, as 2026-03-31; nothing where nobody knows')
    .option('--known-at <instant>', 'when we came to know of it, from which duties count; now where it is not given');
}

export function injuryBody(said: InjuryOptions) {
  const { severity, country, date, knownFrom, knownAt } = said;
  return { severity, country, date: date ?? null, knownFrom, knownAt: knownAt ?? null };
}

/** `recall injury`. */
export function injuryCommand(recall: Command, context: Context): void {
  const { terminal } = context;
  const injury = recall
    .command('injury <recall>')
    .description('records somebody who was hurt, without a name; reports of accidents follow from it (--as PERSON)');
  injuryOptions(injury).action(async (id: string, _options, command: Command) => {
    const options = optionsOf<InjuryOptions>(command);
    const body = injuryBody(options);
    const recorded = await call(apiOfPerson(context, options), 'recordInjury', { params: { recall: id }, body });
    answer(
      terminal,
      options.json,
      recorded,
      () =>
        `recorded: ${recorded.severity}, in ${marketName(recorded.country)}; what is owed by it, says \`recall status ${id}\``,
    );
  });
}
