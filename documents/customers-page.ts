import { frameOfRecipient, page, responseWords, type ResponseFrame } from './pages.js';
import { escapeHtml } from './escape-html.js';
import { fileText, renderHtml } from './templates.js';

type CustomerWords = Record<
  | 'title'
  | 'link'
  | 'why'
  | 'named'
  | 'consent'
  | 'byFile'
  | 'fileHint'
  | 'file'
  | 'byLines'
  | 'linesHint'
  | 'customer'
  | 'name'
  | 'email'
  | 'phone'
  | 'quantity'
  | 'sendFile'
  | 'sendLines'
  | 'yourselves'
  | 'how'
  | 'sendHow'
  | 'recorded'
  | 'nothing'
  | 'soon'
  | 'toldYourselves'
  | 'more'
  | 'back'
  | 'closed'
  | 'suppliedBy'
  | 'consentMissing'
  | 'noFile'
  | 'noLines'
  | 'tooMany'
  | 'tooManyUnits'
  | 'howMissing'
  | 'line'
  | 'badName'
  | 'badEmail'
  | 'badPhone'
  | 'badQuantity'
  | 'badAddress'
  | 'twice',
  string
>;
const WORDS = JSON.parse(fileText('./pages/customers-words.json')) as Record<string, CustomerWords>;

/** The words of the page on which a recipient names whom they supplied; English where the page does not speak the language. */
export function customerWords(language: string): CustomerWords {
  return WORDS[language] ?? WORDS.en!;
}

/** The same with what is filled in. */
export function filledWords(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (found, name: string) => String(values[name] ?? found));
}

/** One problem with what was sent: at a field of the form, or at a line of the file. */
export type CustomersProblem = { field: string | null; text: string };
export type CustomersRow = Record<(typeof CELLS)[number]['name'], string>;
const CELLS = [
  { name: 'name', type: 'text', inputmode: null },
  { name: 'email', type: 'text', inputmode: 'email' },
  { name: 'phone', type: 'text', inputmode: 'tel' },
  { name: 'quantity', type: 'number', inputmode: 'numeric' },
] as const;
export const CUSTOMER_ROWS = 5;

/** By which name a field of a row is sent; rows count from 1. */
export function cellId(name: string, row: number): string {
  return `${name}${row}`;
}

export type NamedCounts = { customers: number; units: number };

/** Asks a recipient whom they supplied: by a file, by lines, or that they tell them themselves. Works without scripts. */
export function renderCustomersPage(
  data: ResponseFrame & {
    /** Whom the messages will name as the supplier. */
    supplier: string;
    /** Where the forms are sent, and the page of the answer. */
    path: string;
    back: string;
    max: number;
    named: NamedCounts;
    rows: CustomersRow[];
    consent: boolean;
    how: string;
    problems: CustomersProblem[];
    tooManyUnits: boolean;
  },
): string {
  const words = customerWords(data.language);
  const shared = responseWords(data.language);
  const wrong = new Set(data.problems.map(({ field }) => field));
  const rows = Array.from({ length: CUSTOMER_ROWS }, (_, index) => ({
    title: filledWords(words.customer, { n: index + 1 }),
    cells: CELLS.map(({ name, ...cell }) => {
      const id = cellId(name, index + 1);
      return { ...cell, id, label: words[name], value: data.rows[index]?.[name] ?? '', wrong: wrong.has(id) };
    }),
  }));
  const body = renderHtml('./pages/customers.liquid', {
    words,
    page: shared,
    ...data,
    rows,
    named: filledWords(words.named, { name: data.supplier }),
    recorded: recordedWords(words, data.named),
    fileHint: filledWords(words.fileHint, { max: data.max }),
    howWrong: wrong.has('how'),
  });
  const frame = { ...frameOfRecipient(data), heading: words.title };
  return page({ ...frame, title: data.problems.length > 0 ? `${shared.problem}: ${words.title}` : words.title }, body);
}

function recordedWords(words: CustomerWords, named: NamedCounts): string {
  return named.customers === 0 ? words.nothing : filledWords(words.recorded, named);
}

/** Says what is recorded now: so many, or null where they tell them themselves. */
export function renderCustomersDone(
  data: ResponseFrame & { named: NamedCounts | null; path: string; back: string },
): string {
  const words = customerWords(data.language);
  const said = data.named === null ? [words.toldYourselves] : [recordedWords(words, data.named), words.soon];
  const [first, ...more] = said.map(escapeHtml);
  return page(
    { ...frameOfRecipient(data), heading: words.title, title: words.title },
    [
      `<p class="done" role="status">${first}</p>`,
      ...more.map((text) => `<p>${text}</p>`),
      `<p><a class="button" href="${escapeHtml(data.path)}">${escapeHtml(words.more)}</a></p>`,
      `<p><a class="button" href="${escapeHtml(data.back)}">${escapeHtml(words.back)}</a></p>`,
    ].join('\n'),
  );
}

/** Says that nobody is named here any more. */
export function renderCustomersClosed(data: ResponseFrame & { back: string }): string {
  const words = customerWords(data.language);
  const frame = { ...frameOfRecipient(data), heading: words.title, title: words.title };
  const back = `<p><a class="button" href="${escapeHtml(data.back)}">${escapeHtml(words.back)}</a></p>`;
  return page(frame, `<p>${escapeHtml(words.closed)}</p>\n${back}`);
}
