import { Option, type Command } from 'commander';
import { INJURY_SOURCES, SEVERITIES, type InjurySource, type Severity } from '../../engine/injury.js';
import type { IsoDate, Market } from '../../engine/words.js';
import { marketName } from '../../regulations/market-name.js';
import { call } from '../client.js';
import { apiOfPerson, optionsOf, type Context } from '../context.js';
import { answer } from '../terminal.js';

type Options = { severity: Severity; country: Market; date?: IsoDate; knownFrom: InjurySource; knownAt?: string };

/** `recall injury`. */
export function injuryCommand(recall: Command, context: Context): void {
  const { terminal } = context;
  recall
    .command('injury <recall>')
    .description('records somebody who was hurt, without a name; reports of accidents follow from it (--as PERSON)')
    .addOption(new Option('--severity <severity>', 'how bad it is').choices([...SEVERITIES]).makeOptionMandatory())
    .requiredOption('--country <code>', 'where it happened, as DE')
    .addOption(
      new Option('--known-from <source>', 'how we know of it').choices([...INJURY_SOURCES]).makeOptionMandatory(),
    )
    .option('--date <date>', 'when it happened, as 2026-03-31; nothing where nobody knows')
    .option('--known-at <instant>', 'when we came to know of it, from which duties count; now where it is not given')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<Options>(command);
      const { severity, country, date = null, knownFrom, knownAt = null } = options;
      const body = { severity, country, date, knownFrom, knownAt };
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
