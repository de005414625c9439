/** Branded ids and quantities: the words of the field as types, so that one id cannot stand where another belongs. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `RC-YYYY-NNNN`. */
export type RecallId = Branded<'RecallId'>;
/** Name of a step in its playbook; also an identifier in conditions, so letters and digits only. */
export type StepName = Branded<'StepName'>;
export type RoleName = Branded<'RoleName'>;
/** Id of a person in the roster; names and addresses stay in the store. */
export type PersonId = Branded<'PersonId'>;
/** Id of a frozen contact of a consignee: `c<customer code>`. */
export type RecipientId = Branded<'RecipientId'>;
/** `step/round/kind/n`: never changes, and is the effect's idempotency key. */
export type EffectId = Branded<'EffectId'>;
/** `step/round/n`: one question to one role. */
export type AskId = Branded<'AskId'>;
/** Instant of recall time, ISO 8601 in UTC with milliseconds; sorts as text. */
export type IsoInstant = Branded<'IsoInstant'>;
/** Calendar date, `YYYY-MM-DD`. */
export type IsoDate = Branded<'IsoDate'>;
/** ISO 8601 duration of elapsed time (weeks, days, hours, minutes, seconds; no months or years). */
export type IsoDuration = Branded<'IsoDuration'>;
/** SHA-256 as 64 hexadecimal digits. */
export type Sha256 = Branded<'Sha256'>;
/** ISO 3166-1 alpha-2 code of a market, or `ZZ` where the data names no country. */
export type Market = Branded<'Market'>;
/** BCP 47 primary language subtag. */
export type Language = Branded<'Language'>;
/** Id of a regime, as in regulations/. */
export type RegimeId = Branded<'RegimeId'>;

/** `regime/report/n`: one report that is owed to an authority. */
export type FilingId = Branded<'FilingId'>;
/** `step/revision`: one preview of a campaign's notices. */
export type PreviewId = Branded<'PreviewId'>;
/** The number of an entry of the trays, of which there is one row of numbers for all recalls. */
export type PostId = Branded<'PostId'>;

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Who holds a role and who stands in, by ids; `holder` null where nobody does. */
export type HeldRole = { role: RoleName; holder: PersonId | null; deputies: PersonId[] };

export type RecallMode = 'recall' | 'drill';
export type RecallAction = 'recall' | 'withdrawal' | 'field correction' | 'safety warning';
export type ClockKind = 'real' | 'stepped';

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds of an elapsed-time duration, or null where the text is not one (months and years have no fixed length). */
export function durationMs(text: string): number | null {
  const known = durations.get(text);
  if (known !== undefined) return known;
  if (durations.size >= DURATIONS_MAX) durations.clear();
  const ms = readDuration(text);
  durations.set(text, ms);
  return ms;
}

/** Durations as they were read before: a playbook has a few, of which a campaign asks for each of its recipients. */
const durations = new Map<string, number | null>();
const DURATIONS_MAX = 1_000;

function readDuration(text: string): number | null {
  const found = DURATION.exec(text);
  if (!found || text.endsWith('T') || text === 'P') return null;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return weeks! * 7 * DAY + days! * DAY + hours! * HOUR + minutes! * MINUTE + seconds! * SECOND;
}

/** The instant so many milliseconds since the epoch. */
export function instantOf(epochMs: number): IsoInstant {
  return new Date(epochMs).toISOString() as IsoInstant;
}

/** Milliseconds since the epoch. Throws on a text that is not an instant, because every edge has checked it before. */
export function epochMs(instant: IsoInstant): number {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new Error(`not an instant: ${instant}`);
  return ms;
}

/** `instant` plus elapsed time. */
export function after(instant: IsoInstant, duration: IsoDuration): IsoInstant {
  const ms = durationMs(duration);
  if (ms === null) throw new Error(`not a duration of elapsed time: ${duration}`);
  return instantOf(epochMs(instant) + ms);
}

/** `instant` plus seconds. */
export function secondsAfter(instant: IsoInstant, seconds: number): IsoInstant {
  return instantOf(epochMs(instant) + seconds * SECOND);
}

/** The earlier of two instants, null meaning never. */
export function earlier(a: IsoInstant | null, b: IsoInstant | null): IsoInstant | null {
  if (a === null) return b;
  if (b === null) return a;
  return a <= b ? a : b;
}

/** Elapsed time between two instants as an ISO 8601 duration in days, hours, minutes and seconds. */
export function elapsed(from: IsoInstant, to: IsoInstant): IsoDuration {
  let rest = Math.max(0, Math.round((epochMs(to) - epochMs(from)) / SECOND));
  const days = Math.floor(rest / 86_400);
  rest -= days * 86_400;
  const hours = Math.floor(rest / 3600);
  rest -= hours * 3600;
  const minutes = Math.floor(rest / 60);
  const seconds = rest - minutes * 60;
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`;
  return `P${days ? `${days}D` : ''}${time || !days ? `T${time || '0S'}` : ''}` as IsoDuration;
}
