import { z } from 'zod';
import { oneHuman } from '../engine/one-human.js';
import type { Absence, Roster, RosterPerson, RosterRole } from '../engine/roster.js';
import { cut } from '../engine/text.js';
import { epochMs, instantOf, type IsoInstant } from '../engine/words.js';
import { openDocument, pathOf, type DocumentPath, type OpenedDocument, type Place } from './document.js';

/** Something for which a roster is refused. `field` is the path of the value, such as `people.8.id`. */
export type RosterError = Place & { field: string; value: string; expected: string; message: string };
/** Something that is taken, and may not be meant. */
export type RosterWarning = Place & { message: string };
export type CheckedRoster = {
  /** What would be taken; null where there are errors. */
  roster: Roster | null;
  /** How many people the document lists, be they right or wrong. */
  rows: number;
  errors: RosterError[];
  warnings: RosterWarning[];
};

const VALUE_LENGTH_MAX = 100;

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected small letters, digits and hyphens');
const words = z.string().regex(/\S/, 'expected words');
const zone = z.string().refine(isZone, 'expected a zone of the IANA database such as Europe/London');
/** Kept in UTC with milliseconds, so that instants with other offsets are still one order. */
const instant = z.iso
  .datetime({ offset: true, error: 'expected an instant with its offset such as 2026-09-01T08:00:00+02:00' })
  .transform((written) => instantOf(epochMs(written as IsoInstant)));
const SCHEMAS = {
  people: z.strictObject({
    id,
    name: words,
    email: z.email('expected a mail address'),
    phone: z.string().nullable().default(null),
    zone: zone.default('UTC'),
  }),
  roles: z.strictObject({ role: words, holder: id, deputies: z.array(id).default([]) }),
  absences: z.strictObject({ person: id, from: instant, to: instant }),
};
const lists = z.strictObject({
  people: z.array(z.unknown()).min(1),
  roles: z.array(z.unknown()),
  absences: z.array(z.unknown()).default([]),
});

/** An entry of a list that its schema takes, and which of them it is. */
type Read<T> = { index: number; entry: T };

/**
 * Checks a roster document without anything beside it. Gives all that is wrong with it and not the first only: what is
 * no roster by its form, and what cannot be meant (an id, a role or a deputy twice, people whom nobody knows, an absence
 * that ends before it begins, a deputy who is the holder). Lines and columns count from 1, in the order of the file.
 */
export function checkRoster(text: string): CheckedRoster {
  const document = openDocument(text);
  const errors: RosterError[] = document.faults.map(({ message, ...place }) => ({
    ...place,
    field: '',
    value: '',
    expected: 'a YAML document',
    message,
  }));
  if (errors.length > 0) return { roster: null, rows: 0, errors, warnings: [] };
  const report = reporter(document, errors);
  const whole = lists.safeParse(document.value);
  if (!whole.success) for (const issue of whole.error.issues) report(pathOf(issue), issue.message, fieldWords(issue));
  const people = readList<RosterPerson>('people', document.value, report);
  const roles = readList<RosterRole>('roles', document.value, report);
  const absences = readList<Absence>('absences', document.value, report);
  const rows = listOf(document.value, 'people').length;
  const known = idsOf(document.value);
  checkPeople(people, report);
  checkRoles(roles, known, report);
  checkAbsences(absences, known, report);
  const inOrder = (a: Place, b: Place): number => a.line - b.line || a.column - b.column;
  if (errors.length > 0) return { roster: null, rows, errors: errors.toSorted(inOrder), warnings: [] };
  const roster = { people: entries(people), roles: entries(roles), absences: entries(absences) };
  return { roster, rows, errors: [], warnings: warningsOf(roster, document).toSorted(inOrder) };
}

type Report = (path: DocumentPath, expected: string, message: string) => void;

function reporter({ placeOf, textOf }: OpenedDocument, errors: RosterError[]): Report {
  return (path, expected, message) => {
    const value = cut(textOf(path), VALUE_LENGTH_MAX);
    errors.push({ ...placeOf(path), field: path.join('.'), value, expected, message });
  };
}

function fieldWords(issue: z.core.$ZodIssue): string {
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message;
}

/** The entries of a list that are what they should be; the others are reported. */
function readList<T>(list: keyof typeof SCHEMAS, document: unknown, report: Report): Read<T>[] {
  return listOf(document, list).flatMap((given, index): Read<T>[] => {
    const parsed = SCHEMAS[list].safeParse(given);
    if (parsed.success) return [{ index, entry: parsed.data as T }];
    for (const issue of parsed.error.issues) {
      const placed = { ...issue, path: [list, index, ...issue.path] } as z.core.$ZodIssue;
      report(pathOf(placed), issue.message, fieldWords(placed));
    }
    return [];
  });
}

function listOf(document: unknown, list: string): unknown[] {
  const given = (document as Record<string, unknown> | null | undefined)?.[list];
  return Array.isArray(given) ? given : [];
}

/** The ids of all people, those too with whom something else is wrong: nobody is called a stranger for a mistyped zone. */
function idsOf(document: unknown): Set<string> {
  const people = listOf(document, 'people').map((person) => (person as { id?: unknown } | null)?.id);
  return new Set(people.filter((one) => typeof one === 'string'));
}

function entries<T>(read: Read<T>[]): T[] {
  return read.map(({ entry }) => entry);
}

/** Reports each text that has stood before; `pathTo` says where this one stands. */
function reportTwice(
  texts: { text: string; path: DocumentPath }[],
  report: (text: string, path: DocumentPath) => void,
): void {
  const seen = new Set<string>();
  for (const { text, path } of texts) {
    if (seen.has(text)) report(text, path);
    seen.add(text);
  }
}

function checkPeople(people: Read<RosterPerson>[], report: Report): void {
  const ids = people.map(({ index, entry }) => ({ text: entry.id, path: ['people', index, 'id'] }));
  reportTwice(ids, (text, path) =>
    report(path, 'an id that no other person has', `the id ${text} stands for two people`),
  );
}

function checkRoles(roles: Read<RosterRole>[], known: Set<string>, report: Report): void {
  const names = roles.map(({ index, entry }) => ({ text: entry.role, path: ['roles', index, 'role'] }));
  reportTwice(names, (text, path) => report(path, 'each role once', `the role ${text} is listed twice`));
  const people = [...known].join(', ');
  for (const { index, entry } of roles) {
    const { role, holder, deputies } = entry;
    const at = deputies.map((text, deputy) => ({ text, path: ['roles', index, 'deputies', deputy] }));
    for (const { text, path } of [{ text: holder, path: ['roles', index, 'holder'] }, ...at])
      if (!known.has(text)) report(path, people, `${text} holds a role and is not among the people`);
    for (const { text, path } of at)
      if (text === holder)
        report(path, 'somebody else', `${text} holds the role ${role} and cannot be their own deputy`);
    reportTwice(at, (text, path) => report(path, 'each deputy once', `${text} is a deputy of ${role} twice`));
  }
}

function checkAbsences(absences: Read<Absence>[], known: Set<string>, report: Report): void {
  for (const { index, entry } of absences) {
    const { person, from, to } = entry;
    if (!known.has(person))
      report(['absences', index, 'person'], [...known].join(', '), `${person} is absent and is not among the people`);
    if (epochMs(to) <= epochMs(from))
      report(['absences', index, 'to'], `an instant after ${from}`, `the absence of ${person} ends before it begins`);
  }
}

/** What only a playbook can say to be wrong: roles that must be two people may be asked of one. */
function warningsOf({ people, roles }: Roster, { placeOf }: OpenedDocument): RosterWarning[] {
  const indexOf = (person: string): number => people.findIndex((one) => one.id === person);
  const twins = oneHuman(people).map(({ ids, same }) => ({
    ...placeOf(['people', indexOf(ids.at(-1)!), same]),
    message: `${ids.join(' and ')} have the same ${same === 'name' ? 'name' : 'mail address'}: a recall in which they would have to be two people is not opened, unless its playbook says same-person: allowed`,
  }));
  const holders = [...new Set(roles.map(({ holder }) => holder))];
  const several = holders.flatMap((holder): RosterWarning[] => {
    const held = roles.flatMap(({ role, holder: one }, index) => (one === holder ? [{ role, index }] : []));
    if (held.length < 2) return [];
    const names = held.map(({ role }) => role).join(' and ');
    const message = `${holder} holds ${names}: a recall in which these must be two people is not opened, unless its playbook says same-person: allowed`;
    return [{ ...placeOf(['roles', held.at(-1)!.index, 'holder']), message }];
  });
  return [...twins, ...several];
}

/** Fixed offsets are no zones: they know no summer. */
function isZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
