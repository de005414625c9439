import { table } from '../../cli/terminal.js';
import type { Profile } from './job.js';

const FUNCTIONS = 25;
const STATEMENTS = 20;
/** Files of ours stand in rooms at the root; all else is a library or the runtime. */
const OURS = / (activities|documents|engine|regulations|store|trust)\//;

/** Where the time of a campaign went, for one mail of it: by functions, by functions of ours with what they call, by statements. */
export function profileTable({ functions, statements }: Profile, mails: number): string {
  const cpu = functions.reduce((sum, { own }) => sum + own, 0);
  const cells = (ms: number): string[] => [(ms / mails).toFixed(3), `${((100 * ms) / cpu).toFixed(1)} %`];
  const ours = functions.filter(({ name }) => OURS.test(name)).sort((a, b) => b.all - a.all);
  const waited = statements.map(({ name, times, ms }) => [name, (ms / mails).toFixed(3), String(times)]);
  return [
    table(
      ['function', 'ms of CPU a mail', 'share'],
      functions.slice(0, FUNCTIONS).map(({ name, own }) => [name, ...cells(own)]),
    ),
    table(
      ['function of ours, with what it calls', 'ms of CPU a mail', 'share'],
      ours.slice(0, FUNCTIONS).map(({ name, all }) => [name, ...cells(all)]),
    ),
    table(['statement', 'ms waited a mail', 'times'], waited.slice(0, STATEMENTS)),
  ].join('\n\n');
}
