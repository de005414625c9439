import type { AboutA } from './about.js';
import type { IsoDate, IsoInstant, Market, PersonId } from './words.js';

/** How bad it was. What counts as serious a law says in its own words; which of these it asks about, its regime. */
export const SEVERITIES = ['death', 'serious', 'slight'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How we came to know of it. */
export const INJURY_SOURCES = ['person-hurt', 'customer', 'authority', 'doctor', 'press', 'own-staff'] as const;
export type InjurySource = (typeof INJURY_SOURCES)[number];

/** Somebody who was hurt, without anything that says who: the records of a recall hold no names and no free text of this. */
export type SaidInjury = {
  severity: Severity;
  /** Where it happened. */
  country: Market;
  /** When it happened; null where nobody knows. */
  date: IsoDate | null;
  knownFrom: InjurySource;
  /** When we came to know of it: duties to report it count from there. */
  knownAt: IsoInstant;
};
/** `n`: the number it has in its recall. */
export type Injury = SaidInjury & { n: number };

/** A door was told of somebody who was hurt; `about`: the entry of the tray that tells it, null where none does. */
export type InjuryCame = { type: 'injury came'; injury: SaidInjury; by: PersonId; about: AboutA<'post'> | null };

/** The fact by which a playbook counts injuries. */
export const INJURIES = 'injuries';
