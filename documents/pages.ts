import type { IsoInstant } from '../engine/words.js';
import { dueWords } from '../engine/time-words.js';
import type { PageField } from './ask-fields.js';
import type { PageBrand } from './brand.js';
import { CALL_FORM, type CallToMake } from './calls-on-page.js';
import { contactHtml } from './contact-links.js';
import { directionOf } from './direction.js';
import { isHash, type EvidenceLine } from './evidence.js';
import { instantText } from './instants.js';
import { escapeHtml } from './escape-html.js';
import { fileText, renderHtml } from './templates.js';

/** What can be wrong with a form that a recipient has filled in. */
export type ResponseProblem = 'notWhole' | 'tooMany' | 'tooFew' | 'tooLong' | 'nameless';
/** The form as it was typed, right or wrong. */
export type ResponseForm = {
  quarantined: string;
  soldOn: string;
  destroyed: string;
  passedOn: boolean;
  /** Whether somebody was hurt. */
  hurt: boolean;
  comment: string;
} & Record<ColleagueField, string>;
/** The fields of that form that hold numbers of units, in its order. */
export const UNIT_FIELDS = ['quarantined', 'soldOn', 'destroyed'] as const;
/** Those in which somebody says who they are that the notice was not sent to. */
export const COLLEAGUE_FIELDS = ['byName', 'byRole', 'byContact'] as const;
export type ColleagueField = (typeof COLLEAGUE_FIELDS)[number];
export type ResponseField = (typeof UNIT_FIELDS)[number] | 'comment' | 'byName';

/** What is said once of all customers for whom a person answers. */
export type SharedForm = Omit<ResponseForm, (typeof UNIT_FIELDS)[number]>;

/** One of the customers for whom a person answers on one page. */
export type AnsweredCustomer = {
  /** Behind the names of its fields; empty of the first. */
  suffix: string;
  name: string;
  units: number;
  filled: Pick<ResponseForm, (typeof UNIT_FIELDS)[number]>;
  problem: ResponseProblem | null;
  wrong: ResponseField[];
};

/** Why a link opens no page. */
export type LinkRefusal = 'unknown' | 'expired' | 'revoked';

type ResponseWords = Record<
  | 'title'
  | 'quarantined'
  | 'soldOn'
  | 'destroyed'
  | 'passedOn'
  | 'comment'
  | 'asks'
  | 'wrong'
  | 'todo'
  | 'until'
  | 'rest'
  | 'unaccounted'
  | 'hurt'
  | 'hurtHow'
  | 'hurtNext'
  | 'next'
  | 'keep'
  | 'yes'
  | 'recorded'
  | 'replaces'
  | 'notYours'
  | 'send'
  | 'done'
  | 'again'
  | 'delivered'
  | 'drill'
  | 'more'
  | 'closed'
  | 'call'
  | 'moment'
  | 'tooFast'
  | 'tooOften'
  | 'problem'
  | 'correct'
  | 'later'
  | 'notNow'
  | 'notYet'
  | 'refused'
  | 'replaced'
  | 'colleague'
  | 'colleagueHint'
  | ColleagueField
  | LinkRefusal
  | ResponseProblem,
  string
>;
const WORDS = JSON.parse(fileText('./pages/response-words.json')) as Record<string, ResponseWords>;

/** The languages that pages are written in, English first. */
export const PAGE_LANGUAGES = Object.keys(WORDS);

/** The words of the response page in a language; English where the page does not speak it. */
export function responseWords(language: string): ResponseWords {
  return WORDS[language] ?? WORDS.en!;
}

/** The style of all pages, in tokens of colour that a brand gives. */
export const STYLE = fileText('./pages/style.css');

/** What frames a page. `drill` and `contact` are words that are shown, null where there is nothing to say. */
type Frame = {
  brand: PageBrand;
  language: string;
  /** Of the window. */
  title: string;
  heading: string;
  /** What the heading belongs to; empty where it stands alone. */
  above: string;
  drill: string | null;
  /** Whom a reader with a question turns to, as HTML; empty where nobody is named. */
  contact: string;
  /** What the case says of itself. */
  disclaimer: string;
  /** Whether search engines may show it: those of links are nobody else's. */
  indexed?: boolean;
  /** More for the head of the page, as HTML. */
  head?: string;
  /** The style in the page itself, where it is served by others; empty where it stands beside it. */
  style?: string;
};

/** A whole page around a body that is HTML already. */
export function page({ brand, drill, indexed = false, head = '', style = '', ...frame }: Frame, body: string): string {
  return renderHtml('./pages/layout.liquid', {
    ...frame,
    indexed,
    head,
    style,
    direction: directionOf(frame.language),
    brandName: brand.name,
    hasLogo: brand.hasLogo,
    drill: drill !== null,
    drillText: drill ?? '',
    body,
  });
}

/** What frames the pages of a recipient. */
export type ResponseFrame = { brand: PageBrand; language: string; drill: boolean; disclaimer: string; contact: string };

/** The page on which a recipient names whom they supplied, and how it is called. */
export type CustomersLink = { path: string; text: string };

/** The picture of a product on a page: where it is, what it shows, and how large it is shown. */
export type PagePicture = { src: string; alt: string; width: number; height: number };

/** What the case says to a recipient, in their language; and until when they should answer, null where nobody counts. */
export type ResponseCase = {
  company: string;
  product: string;
  item: string;
  hazard: string;
  actions: string;
  /** Null where the case has none. */
  picture: PagePicture | null;
  answerBy: IsoInstant | null;
};

/** The form of a recipient. `filled` is what stands in it; `problem` says in the recipient's language why it came back, `wrong` of which fields. */
export function renderResponsePage(
  data: ResponseFrame & {
    about: ResponseCase;
    /** The recipient's own first, then the others for whom they answer too. */
    customers: [AnsweredCustomer, ...AnsweredCustomer[]];
    /** Where they name whom they supplied; null where they are not asked, or have not answered yet. */
    naming?: CustomersLink | null;
    filled: SharedForm;
  },
): string {
  const words = responseWords(data.language);
  const { customers, filled, naming = null } = data;
  const isOne = customers.length === 1;
  const units = customers.reduce((sum, one) => sum + one.units, 0);
  const problems = customers.flatMap((one) => {
    if (one.problem === null) return [];
    const text = problemWords(words, one, one.problem);
    return [isOne || SHARED_PROBLEMS.includes(one.problem) ? text : `${one.name}: ${text}`];
  });
  const wrong = customers.flatMap((one) =>
    one.wrong.map((field) => ({
      id: isShared(field) ? field : `${field}${one.suffix}`,
      label: isOne || isShared(field) ? words[field] : `${one.name}: ${words[field]}`,
    })),
  );
  const body = renderHtml('./pages/response.liquid', {
    ...data,
    words,
    units,
    isOne,
    naming,
    problems,
    wrong,
    wrongIds: wrong.map(({ id }) => id),
    customers: customers.map((one) => ({ ...one, numbers: unitsIn(one.filled) })),
    tooMany: customers.some((one) => one.problem === 'tooMany'),
    tooFew: customers.some((one) => one.problem === 'tooFew'),
    colleague: COLLEAGUE_FIELDS.map((name) => ({ name, value: filled[name] })),
    isColleague: COLLEAGUE_FIELDS.some((name) => filled[name] !== ''),
    until: data.about.answerBy?.slice(0, 10) ?? '',
  });
  const frame = frameOf(data, words);
  return page({ ...frame, title: problems.length > 0 ? `${words.problem}: ${frame.title}` : frame.title }, body);
}

/** What can be wrong with what is said once of all customers. */
const SHARED_PROBLEMS: readonly ResponseProblem[] = ['tooLong', 'nameless'];

function isShared(field: ResponseField): boolean {
  return field === 'comment' || field === 'byName';
}

/** What is wrong with the numbers of one customer, with these. */
function problemWords(words: ResponseWords, { units, filled }: AnsweredCustomer, problem: ResponseProblem): string {
  const told = toldIn(filled);
  const rest = Math.max(0, units - told);
  const counts: Record<string, string> = { told: String(told), units: String(units), rest: String(rest) };
  return words[problem].replace(/\{(\w+)\}/g, (_found, name: string) => counts[name]!);
}

function toldIn(filled: AnsweredCustomer['filled']): number {
  return UNIT_FIELDS.reduce((sum, field) => sum + Number(filled[field]), 0);
}

/** Says that an answer is recorded, and which; and what comes next. */
export function renderThanks(
  data: ResponseFrame & {
    customers: Pick<AnsweredCustomer, 'name' | 'units' | 'filled'>[];
    filled: Pick<ResponseForm, 'passedOn' | 'hurt' | 'comment'>;
    about: Pick<ResponseCase, 'actions'>;
    naming?: CustomersLink | null;
  },
): string {
  const words = responseWords(data.language);
  const { customers, filled, about, contact, naming = null } = data;
  const body = renderHtml('./pages/thanks.liquid', {
    words,
    filled,
    about,
    naming,
    isOne: customers.length === 1,
    customers: customers.map((one) => ({
      name: one.name,
      numbers: unitsIn(one.filled),
      rest: Math.max(0, one.units - toldIn(one.filled)),
    })),
    keeps: customers.some((one) => Number(one.filled.quarantined) > 0),
    call: contact === '' ? '' : callHtml(words, contact),
  });
  return page(frameOf(data, words), body);
}

function unitsIn(filled: AnsweredCustomer['filled']): { name: string; value: string }[] {
  return UNIT_FIELDS.map((name) => ({ name, value: filled[name] }));
}

/** Says in the reader's language why a link opens no page, and whom to call. */
export function renderClosedLink(
  why: LinkRefusal,
  { brand, language, contact }: { brand: PageBrand; language: string; contact: string },
): string {
  const words = responseWords(language);
  return plain({ brand, language, title: words.closed }, [escapeHtml(words[why]), callHtml(words, contact)]);
}

/** Says that an answer has been corrected so often that it is not taken again, and whom to call. */
export function renderTooOften(data: ResponseFrame): string {
  const words = responseWords(data.language);
  return page(frameOf(data, words), paragraph(escapeHtml(words.tooOften)));
}

/** Asks whoever was too fast for a moment's patience. */
export function renderTooFast(brand: PageBrand, language: string): string {
  const words = responseWords(language);
  return plain({ brand, language, title: words.moment }, [escapeHtml(words.tooFast)]);
}

/** Says that part of the system is away: to who looked, and to who sent something that may not be recorded yet. */
export function renderAway(brand: PageBrand, language: string, hasSent: boolean): string {
  const words = responseWords(language);
  const text = hasSent ? words.notYet : words.notNow;
  return plain({ brand, language, title: words.later }, [escapeHtml(text)]);
}

/** Says that what was sent could not be taken, with the reason as the API gives it. */
export function renderRefused(brand: PageBrand, language: string, reason: string): string {
  const title = responseWords(language).refused;
  return plain({ brand, language, title }, [escapeHtml(reason)]);
}

/** A page that belongs to no recall: a heading, and paragraphs that are HTML. */
function plain(
  { brand, language, title }: { brand: PageBrand; language: string; title: string },
  paragraphs: string[],
): string {
  const frame = { brand, language, title, heading: title, above: '', drill: null, contact: '', disclaimer: '' };
  return page(frame, paragraphs.map(paragraph).join(''));
}

function paragraph(html: string): string {
  return `<p class="contact">${html}</p>`;
}

function frameOf({ brand, language, drill, disclaimer, contact }: ResponseFrame, words: ResponseWords): Frame {
  const { title } = words;
  const call = callHtml(words, contact);
  return {
    brand,
    language,
    title,
    heading: title,
    above: '',
    drill: drill ? words.drill : null,
    contact: call,
    disclaimer,
  };
}

/** What frames another page of a recipient, which has a heading of its own. */
export function frameOfRecipient(data: ResponseFrame): Frame {
  return frameOf(data, responseWords(data.language));
}

/** Whom to contact, with a link to each address in it. */
function callHtml({ call }: ResponseWords, contact: string): string {
  return escapeHtml(call).replace('{contact}', () => contactHtml(contact));
}

/** The page of an ask, for one who is asked. Instants are read in `zone`. */
export function renderAskPage(data: {
  brand: PageBrand;
  drill: boolean;
  recallId: string;
  stepTitle: string;
  questionText: string;
  dueAt: IsoInstant;
  now: IsoInstant;
  zone: string;
  /** Whether it is decided; else it is answered. */
  isDecision: boolean;
  fields: PageField[];
  /** Whom whoever is asked is to call, and how many there are. */
  calls: CallToMake[];
  callsLeft: number;
  evidence: EvidenceLine[];
  /** That of the notices that are decided on; null where there is none. */
  picture: PagePicture | null;
  /** The world has moved on since this was asked. */
  hasMoved: boolean;
  shown: string;
  /** Whether something is still taken by this link. */
  isOpen: boolean;
  /** Whether what was answered may be corrected by this link. */
  isCorrected: boolean;
  /** Why not, or what else is to be known; empty where there is nothing to say. */
  status: string;
  /** The language of a reader whose link was replaced, who is told so in it too; null where nothing is replaced, or they read English. */
  replacedFor: string | null;
  /** What has been decided or answered so far, by whom and when. */
  standing: string[];
  /** By the names of fields: what stands in them, and what is wrong with it. What is wrong with the whole stands under no name. */
  filled: Record<string, string>;
  problems: Record<string, string>;
  once: string;
  /** Shows that a form was on this page; empty where a link shows more than that. */
  proof: string;
  contact: string;
  disclaimer: string;
}): string {
  const { brand, recallId, stepTitle, drill, disclaimer, contact, dueAt, now, zone, problems } = data;
  // Templates are strict: what is not there is said to be null.
  const evidence = data.evidence.map((line) => ({ ...line, now: line.now ?? null }));
  const isText = ({ value }: Pick<EvidenceLine, 'value'>): boolean => value.length > TEXT_CHARS;
  const body = renderHtml('./pages/ask.liquid', {
    ...data,
    callForm: CALL_FORM,
    facts: evidence.filter((line) => !isHash(line) && !isText(line)),
    texts: evidence.filter((line) => !isHash(line) && isText(line)),
    proofs: evidence.filter(isHash),
    replaced: data.replacedFor === null ? '' : replacedWords(data.replacedFor, contact),
    dueAt: instantText(dueAt, zone),
    dueIn: dueWords(dueAt, now),
    isOverdue: dueAt < now,
    problems: Object.entries(problems).map(([field, text]) => {
      const { label } = data.fields.find(({ name }) => name === field) ?? {};
      return { field, text: label !== undefined && field.startsWith('value:') ? `${label}: ${text}` : text };
    }),
    fields: data.fields.map((field) => ({
      ...field,
      value: data.filled[field.name] ?? '',
      wrong: problems[field.name] ?? '',
    })),
  });
  const title = `${recallId}: ${stepTitle}`;
  return page(
    {
      brand,
      language: 'en',
      title: Object.keys(problems).length > 0 ? `There is a problem: ${title}` : title,
      heading: stepTitle,
      above: recallId,
      drill: drill ? DRILL : null,
      contact: contact === '' ? '' : callHtml(responseWords('en'), contact),
      disclaimer,
    },
    body,
  );
}

/** That a question was put anew, and whom to ask, as HTML in the language of who reads it. */
function replacedWords(language: string, contact: string): string {
  const words = responseWords(language);
  return [escapeHtml(words.replaced), ...(contact === '' ? [] : [callHtml(words, contact)])].join(' ');
}

/** From here on a value is a text to be read, such as a notice, and no fact to be seen. */
const TEXT_CHARS = 600;

/** Thanks a person of ours, and says what is on record. */
export function renderDone(brand: PageBrand, text: string, drill: boolean): string {
  const title = 'Thank you';
  const frame = { brand, language: 'en', title, heading: title, above: '', contact: '', disclaimer: '' };
  const body = `<p class="done" role="status">${escapeHtml(text)}</p>`;
  return page({ ...frame, drill: drill ? DRILL : null }, body);
}

/** A page that says one thing to a person of ours. */
export function renderMessage(brand: PageBrand, title: string, text: string, drill = false): string {
  const frame = { brand, language: 'en', title, heading: title, above: '', contact: '', disclaimer: '' };
  return page({ ...frame, drill: drill ? DRILL : null }, paragraph(escapeHtml(text)));
}

const DRILL = 'DRILL: this is an exercise. Nothing of it concerns a real product.';
