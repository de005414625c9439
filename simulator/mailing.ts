import {
  channelsFor,
  hasBounced,
  isDue,
  newContact,
  nextDueOf,
  putOff,
  recount,
  tallyOf,
  type Contact,
} from '../engine/contact.js';
import { heed } from '../engine/do-not-contact.js';
import type { EffectPayload } from '../engine/effects.js';
import { byExposure } from '../engine/exposure.js';
import { noticeLanguageOf } from '../engine/languages.js';
import { rings, type QuietHours } from '../engine/quiet.js';
import { watchChanged } from '../engine/steps/campaign/model.js';
import { isNews, watchSays, type WatchChange } from '../engine/watches.js';
import { addToWave, inWaves, isOver, newWave, type WaveCounts } from '../engine/waves.js';
import type { IsoInstant, Language, Market, StepName } from '../engine/words.js';
import { quietUntil } from '../regulations/quiet-hours.js';
import { apply, type Run } from './record.js';
import type { RecipientRow } from '../engine/facts.js';
import type { Frozen, Mailing, NamedRecipient, Supply } from './surroundings.js';

/** A campaign whose recipients have just been frozen. */
export function newMailing(
  told: Supply['recipients'],
  lawFor: (markets: Market[]) => string | null,
  { revision, languages, ladder, waves }: EffectPayload<'freezeRecipients'>,
  earlier: Mailing | null,
): Mailing {
  const exposed = told
    .map((one) => ({ ...one, ...heed(channelsFor(ladder, one.channels), one.doNotContact, lawFor(one.markets)) }))
    .sort(byExposure);
  const { waveOf, sizes } = inWaves(exposed, waves);
  const frozen = exposed.map(({ recipient, markets, language, units, criticality, channels, wish }) => {
    const noticeLanguage = noticeLanguageOf(language, languages);
    const wave = waveOf.get(recipient)!;
    const row = { channels, criticality, language, markets, noticeLanguage, recipient, units, wave, wish };
    return { row, contact: newContact(ladder, channels) };
  });
  return {
    revision,
    earlier,
    ladder,
    recipients: new Map(frozen.map((one) => [one.row.recipient, one])),
    tally: tallyOf(frozen.map(({ contact }) => contact)),
    waves: sizes.map((size, wave) => newWave(wave, size)),
    limits: waves?.stop ?? null,
    accepted: [],
    watch: null,
    batches: 0,
  };
}

/** Adds those who were named: on mail alone, which whoever names them knows. */
export function addNamed(mailing: Mailing, named: NamedRecipient[], languages: Language[]): RecipientRow[] {
  const rows = named.map(({ recipient, markets, language, units }) => {
    const channels = channelsFor(mailing.ladder, ['email']);
    const noticeLanguage = noticeLanguageOf(language, languages);
    const known = { criticality: null, wave: 0, wish: null } as const;
    const row = { channels, language, markets, noticeLanguage, recipient, units, ...known };
    mailing.recipients.set(recipient, { row, contact: newContact(mailing.ladder, channels) });
    return row;
  });
  mailing.tally = tallyOf([...mailing.recipients.values()].map(({ contact }) => contact));
  return rows;
}

/** One revision of a campaign. */
export function mailingOf(run: Run, step: StepName, revision: number): Mailing {
  let mailing = run.surroundings.mailings.get(step)!;
  while (mailing.revision !== revision) mailing = mailing.earlier!;
  return mailing;
}

/** What has become of one contact, and so of the counts: nobody else is looked at. `reason`: why a notice of theirs came to nothing. */
export function change(mailing: Mailing, one: Frozen, contact: Contact, reason = ''): void {
  if (hasBounced(contact) && !hasBounced(one.contact)) {
    const { wave } = one.row;
    // Who was named is in a wave that was nobody's when it was frozen.
    mailing.waves[wave] = addToWave(mailing.waves[wave] ?? newWave(wave, 0), { bounced: 1, reasons: [reason] });
  }
  mailing.tally = recount(mailing.tally, one.contact, contact);
  one.contact = contact;
}

/** The first wave that is over its limit and that nobody has accepted. */
export function excessOf({ waves, limits, accepted }: Mailing): WaveCounts | null {
  if (limits === null) return null;
  return waves.find((one) => isOver(one, limits) && !accepted.includes(one.wave)) ?? null;
}

/** The earliest instant after `now` at which a notice will be due to somebody of the waves up to this one. */
export function nextNotice({ recipients }: Mailing, now: IsoInstant, wave: number): IsoInstant | null {
  const told = [...recipients.values()].filter(({ row }) => row.wave <= wave);
  return nextDueOf(
    told.map(({ contact }) => contact),
    now,
  );
}

/** As the store does: who is not to be rung up now is due when their quiet hours end. */
export function keepQuiet(mailing: Mailing, now: IsoInstant, wave: number, quiet: QuietHours): void {
  const known = new Map<string, IsoInstant | null>();
  for (const one of dueOf(mailing, now, wave)) {
    if (!rings(mailing.ladder[one.contact.next!.rung]!.by)) continue;
    const { markets } = one.row;
    const key = markets.join(' ');
    if (!known.has(key)) known.set(key, quietUntil(now, markets, quiet));
    const until = known.get(key)!;
    if (until !== null) change(mailing, one, putOff(one.contact, until));
  }
}

/** As the store claims: who is due, by wave, rung and exposure. */
export function dueOf({ recipients }: Mailing, now: IsoInstant, wave: number): Frozen[] {
  const due = [...recipients.values()].filter(({ row, contact }) => row.wave <= wave && isDue(contact, now));
  // They stand in the order of exposure, which a sort keeps among equals.
  return due.sort((a, b) => a.row.wave - b.row.wave || a.contact.next!.rung - b.contact.next!.rung);
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

/** As the doors and the relay do: tells the engine of a wave that a bounce has put over its limit. */
export function tellOfWaves(run: Run, step: StepName, mailing: Mailing, before: WaveCounts | null): void {
  const excess = excessOf(mailing);
  if (excess === null || before?.wave === excess.wave) return;
  apply(run, { type: 'wave exceeded', step, revision: mailing.revision, excess });
}

/** As the doors and the relay do: tells the engine of a change that an answer or a bounce has made. An earlier revision is not watched. */
export function tellWatch(run: Run, step: StepName, mailing: Mailing): void {
  if (mailing !== run.surroundings.mailings.get(step)) return;
  const change = changeOfWatch(mailing, step);
  if (change !== null) apply(run, watchChanged(step, change));
}
