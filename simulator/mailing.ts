import type { ContactRung } from '../engine/channels.js';
import { channelsFor, newContact, nextDueOf, recount, tallyOf, type Contact } from '../engine/contact.js';
import { noticeLanguageOf } from '../engine/languages.js';
import { watchValue } from '../engine/watches.js';
import type { IsoInstant, Language, RecipientId, StepName } from '../engine/words.js';
import { apply, type Run } from './record.js';
import type { Mailing, Supply } from './surroundings.js';

/** A campaign whose recipients have just been frozen. */
export function newMailing({ recipients }: Supply, languages: Language[], ladder: ContactRung[]): Mailing {
  const frozen = recipients.map(({ recipient, market, language, units, channels: known }) => {
    const channels = channelsFor(ladder, known);
    const noticeLanguage = noticeLanguageOf(language, languages);
    const row = { channels, language, market, noticeLanguage, recipient, units };
    return { row, contact: newContact(ladder, channels) };
  });
  return {
    ladder,
    recipients: new Map(frozen.map((one) => [one.row.recipient, one])),
    tally: tallyOf(frozen.map(({ contact }) => contact)),
    watch: null,
  };
}

/** What has become of one contact, and so of the counts: nobody else is looked at. */
export function change(mailing: Mailing, recipient: RecipientId, become: (contact: Contact) => Contact): void {
  const known = mailing.recipients.get(recipient)!;
  const contact = become(known.contact);
  mailing.tally = recount(mailing.tally, known.contact, contact);
  known.contact = contact;
}

/** The earliest instant after `now` at which a notice of the campaign will be due. */
export function nextNotice({ recipients }: Mailing, now: IsoInstant): IsoInstant | null {
  const contacts = Array.from(recipients.values(), ({ contact }) => contact);
  return nextDueOf(contacts, now);
}

/** As the store and the relay do: says it once when the value of the watched condition changes. */
export function tellWatch(run: Run, step: StepName): void {
  const { tally, watch } = run.surroundings.mailings.get(step)!;
  if (!watch) return;
  const value = watchValue(watch.condition, step, tally);
  if (value === watch.value) return;
  watch.value = value;
  apply(run, { type: 'watch changed', watch: `${step}/enough`, step, value, tally });
}
