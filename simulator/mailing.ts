import type { ContactRung } from '../engine/channels.js';
import { channelsFor, newContact, nextDueOf, recount, tallyOf, type Contact } from '../engine/contact.js';
import { byExposure } from '../engine/exposure.js';
import { noticeLanguageOf } from '../engine/languages.js';
import { watchChanged } from '../engine/steps/campaign/model.js';
import { isNews, watchSays, type WatchChange } from '../engine/watches.js';
import type { IsoInstant, Language, StepName } from '../engine/words.js';
import { apply, type Run } from './record.js';
import type { Frozen, Mailing, Supply } from './surroundings.js';

/** A campaign whose recipients have just been frozen. */
export function newMailing(told: Supply['recipients'], languages: Language[], ladder: ContactRung[]): Mailing {
  const frozen = [...told]
    .sort(byExposure)
    .map(({ recipient, markets, language, units, criticality, channels: known }) => {
      const channels = channelsFor(ladder, known);
      const noticeLanguage = noticeLanguageOf(language, languages);
      const row = { channels, criticality, language, markets, noticeLanguage, recipient, units };
      return { row, contact: newContact(ladder, channels) };
    });
  return {
    ladder,
    recipients: new Map(frozen.map((one) => [one.row.recipient, one])),
    tally: tallyOf(frozen.map(({ contact }) => contact)),
    watch: null,
    batches: 0,
  };
}

/** What has become of one contact, and so of the counts: nobody else is looked at. */
export function change(mailing: Mailing, one: Frozen, contact: Contact): void {
  mailing.tally = recount(mailing.tally, one.contact, contact);
  one.contact = contact;
}

/** The earliest instant after `now` at which a notice of the campaign will be due. */
export function nextNotice({ recipients }: Mailing, now: IsoInstant): IsoInstant | null {
  const contacts = Array.from(recipients.values(), ({ contact }) => contact);
  return nextDueOf(contacts, now);
}

/** As the store does: the change of what the watch says, once; null where nothing is news. */
export function changeOfWatch({ tally, watch }: Mailing, step: StepName): WatchChange | null {
  if (!watch) return null;
  const is = watchSays(watch.condition, step, tally);
  const told = isNews(watch, is);
  Object.assign(watch, is);
  if (!told) return null;
  watch.changes += 1;
  return { change: watch.changes, value: is.value, tally };
}

/** As the doors and the relay do: tells the engine of a change that an answer or a bounce has made. */
export function tellWatch(run: Run, step: StepName): void {
  const change = changeOfWatch(run.surroundings.mailings.get(step)!, step);
  if (change !== null) apply(run, watchChanged(step, change));
}
