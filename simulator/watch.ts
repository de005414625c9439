import type { Tally } from '../engine/effects.js';
import { watchValue } from '../engine/watches.js';
import type { StepName } from '../engine/words.js';
import { apply, type Run } from './record.js';
import type { Contact, Mailing } from './surroundings.js';

/** The counts of a campaign, as the store counts them. */
export function tallyOf({ contacts }: Mailing): Tally {
  const count = (test: (contact: Contact) => boolean): number => contacts.filter(test).length;
  const stands = ({ delivered, bounced }: Contact): boolean => delivered > bounced;
  return {
    recipients: contacts.length,
    delivered: count(stands),
    refused: count((one) => one.refused > 0 && one.delivered === 0),
    bounced: count((one) => one.delivered > 0 && one.bounced >= one.delivered),
    acknowledged: count((one) => one.responded),
    unreachable: count((one) => one.unreachable || (one.firstAt !== null && !stands(one))),
  };
}

/** As the store and the relay do: says it once when the value of the watched condition changes. */
export function tellWatch(run: Run, step: StepName): void {
  const mailing = run.surroundings.mailings.get(step)!;
  if (!mailing.watch) return;
  const tally = tallyOf(mailing);
  const value = watchValue(mailing.watch.condition, step, tally);
  if (value === mailing.watch.value) return;
  mailing.watch.value = value;
  apply(run, { type: 'watch changed', watch: `${step}/enough`, step, value, tally });
}
