/** What numbers look like in a file. Null where nobody has said: then a point is one, and a comma where nothing else can be meant. */
export type NumberMarks = { decimal: '.' | ',' | null; thousands: string | null };

const PLAIN = /^-?\d{1,15}(?:\.\d{1,15})?$/;
const WITH_COMMA = /^-?\d{1,15},\d{1,15}$/;
/** As spreadsheets and ERP systems write what is below zero. */
const MINUS_BEHIND = /^\d[\d.,' \u00a0\u202f]*-$/;
/** A long number that a spreadsheet has shortened: its other digits are gone. Some programs leave out the plus. */
const SHORTENED = /^[-+]?\d(?:(?:[.,]\d{1,15})?E\+|[.,]\d{1,15}E)\d{2,3}$/i;
/** What a spreadsheet shows where it could not compute a cell, or where the column was too narrow, in English and German. */
const NOT_COMPUTED =
  /^#(?:N\/A|NV|REF!|BEZUG!|VALUE!|WERT!|NAME\?|DIV\/0!|NUM!|ZAHL!|NULL!|SPILL!|CALC!|GETTING_DATA|#{2,100})$/i;

const SHORTENED_EXPECTED =
  'all digits: a spreadsheet has shortened this number, and its other digits are gone; export the file again and do not open it in between';
const NOT_COMPUTED_EXPECTED =
  'the value itself: a spreadsheet has left its own error here instead; mend the cell or export the file again';

/** What stood here before a spreadsheet destroyed it, in words: 5.01235E+12 and #N/A are no codes. Null where it did not. */
export function spoiled(text: string): string | null {
  if (SHORTENED.test(text)) return SHORTENED_EXPECTED;
  return NOT_COMPUTED.test(text) ? NOT_COMPUTED_EXPECTED : null;
}

/** A number of a file as a plain decimal without needless zeros, such as -2.5; null where it is none, or could be two. */
export function plainNumber(text: string, { decimal, thousands }: NumberMarks): string | null {
  if (decimal !== ',' && PLAIN.test(text)) return canonical(text);
  let given = MINUS_BEHIND.test(text) ? `-${text.slice(0, -1)}` : text;
  if (thousands !== null) given = withoutThousands(given, thousands, decimal ?? '.');
  if (decimal === ',') given = given.includes('.') ? '' : given.replace(',', '.');
  // Three digits behind a comma may be thousandths or thousands.
  else if (decimal === null && WITH_COMMA.test(given) && !/,\d{3}$/.test(given)) given = given.replace(',', '.');
  return PLAIN.test(given) ? canonical(given) : null;
}

/** Marks of thousands stand before three digits each, or not at all. */
function withoutThousands(text: string, mark: string, decimal: string): string {
  const alike = mark === ' ' ? text.replace(/[\u00a0\u202f]/g, ' ') : text;
  const [whole, ...fraction] = alike.split(decimal);
  const [first, ...groups] = whole!.split(mark);
  const areWhole =
    groups.every((group) => /^\d{3}$/.test(group)) && (groups.length === 0 || /^-?\d{1,3}$/.test(first!));
  return areWhole ? [[first, ...groups].join(''), ...fraction].join(decimal) : '';
}

function canonical(number: string): string {
  const sign = number.startsWith('-') ? '-' : '';
  const [whole, fraction = ''] = number.slice(sign.length).split('.');
  const digits = whole!.replace(/^0+(?=\d)/, '');
  let end = fraction.length;
  while (end > 0 && fraction[end - 1] === '0') end -= 1;
  const text = end === 0 ? digits : `${digits}.${fraction.slice(0, end)}`;
  return text === '0' ? text : sign + text;
}

/** A date and a time of day as a file writes them, on its own clock. */
export type WrittenTime = { day: string; time: string };
/** How dates are written: in which order, and with what between. */
export type DateForm = WrittenForm | 'excel-serial';
type WrittenForm = { order: string; separator: string };

const FORM = /^(?:(yyyy)([-/.])(MM?)\2(dd?)|(dd?|MM?)([-/.])(dd?|MM?)\6(yyyy))$/;
const DATED =
  /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ] {0,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?([AP])M)?)? ?(Z|[-+]\d{2}:?\d{2})?$/i;
const SERIAL = /^\d{1,6}(?:[.,]\d{1,15})?$/;
const ISO: WrittenForm = { order: 'yMd', separator: '-' };
const DOTTED: WrittenForm = { order: 'dMy', separator: '.' };
const DAY_MS = 86_400_000;
const SERIAL_EPOCH_MS = Date.UTC(1899, 11, 30);

/** The form that a mapping document names, such as dd.MM.yyyy; null where it is none. */
export function dateForm(name: string): DateForm | null {
  if (name === 'excel-serial') return name;
  const found = FORM.exec(name.replace(/[T ]HH:mm(?::ss)?$/, ''));
  if (found === null) return null;
  const parts = [found[1], found[3], found[4], found[5], found[7], found[8]].filter((part) => part !== undefined);
  const order = parts.map((part) => part[0]).join('');
  return new Set(order).size === 3 ? { order, separator: found[2] ?? found[6]! } : null;
}

/**
 * A date, with its time of day where it has one, on the clock of the file: what has an offset is moved to `zone`. Without a
 * form it is ISO 8601, or days before months with points between, which nobody writes in another order. Null where it is neither.
 */
export function writtenTime(text: string, form: DateForm | null, zone: string | null): WrittenTime | null {
  if (form === 'excel-serial') return serialTime(text);
  const found = DATED.exec(text);
  if (found === null) return null;
  const [, first, separator, second, third, hours, minutes, seconds, half, offset] = found;
  // Four digits and hyphens are ISO 8601 whatever the form: cells that are dates come so from a spreadsheet.
  const isIso = first!.length === 4 && separator === '-';
  const { order, separator: wanted } = isIso ? ISO : (form ?? DOTTED);
  if (separator !== wanted) return null;
  const parts = [first!, second!, third!];
  const part = (name: string): string => parts[order.indexOf(name)]!;
  const [year, month, day] = [part('y'), part('M'), part('d')];
  if (year.length !== 4 || month.length > 2 || day.length > 2) return null;
  const hour = hourOf(hours ?? '0', half ?? '');
  if (hour === null || Number(minutes ?? 0) > 59 || Number(seconds ?? 0) > 59) return null;
  const written = {
    day: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
    time: `${hour}:${minutes ?? '00'}:${seconds ?? '00'}`,
  };
  return offset === undefined || zone === null ? written : inZone(written, offset, zone);
}

function hourOf(hours: string, half: string): string | null {
  const hour = Number(hours);
  if (half === '') return hour > 23 ? null : hours.padStart(2, '0');
  if (hour < 1 || hour > 12) return null;
  return String((hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0)).padStart(2, '0');
}

/** Days since the end of 1899, as spreadsheets count them (with their 29 February 1900). */
function serialTime(text: string): WrittenTime | null {
  if (!SERIAL.test(text)) return null;
  const days = Number(text.replace(',', '.'));
  if (days < 61) return null;
  // To the second: a spreadsheet's fractions of a day are not exact.
  const [day, time] = new Date(SERIAL_EPOCH_MS + Math.round((days * DAY_MS) / 1_000) * 1_000)
    .toISOString()
    .split(/[T.]/);
  return { day: day!, time: time! };
}

function inZone({ day, time }: WrittenTime, offset: string, zone: string): WrittenTime | null {
  const plainOffset = /^z$/i.test(offset) ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const instant = Date.parse(`${day}T${time}${plainOffset}`);
  if (Number.isNaN(instant)) return null;
  const [there, clock] = clockOf(zone).format(instant).split(' ');
  return { day: there!, time: clock! };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Writes an instant as 2026-08-03 10:00:00 in a zone. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  clocks.set(zone, made);
  return made;
}
