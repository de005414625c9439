import { scopeFields, type NewScope } from '../engine/scope.js';
import type { CasePicture } from '../engine/picture.js';
import type { Language } from '../engine/words.js';
import { orderedText } from './bidi.js';
import { caseText } from './case-text.js';
import { directionOf } from './direction.js';
import type { NoticeData } from './notices.js';
import { publicScopeText, scopeText } from './scope-text.js';

type Texts = Record<string, string>;
/** What a case file says, its texts by language. */
export type CaseTexts = Record<
  'product' | 'identification' | 'hazard' | 'actions' | 'remedies' | 'disclaimer',
  Texts
> & { company: string; contact: string; picture?: CasePicture | undefined };

/** One customer whom a notice is for. */
export type NamedCustomer = { code: string; name: string; units: number };
/** Whom one notice is for; `others`: the further customers of a person who is told for several. */
export type NoticeTo = { name: string; units: number; responseUrl: string; ourReference: string } & {
  code?: string;
  others?: NamedCustomer[];
};

/** Whoever has more customers than this is greeted by the names of the first. */
const NAMES_MAX = 5;

/** What a notice tells one recipient, in a language; a text that the case lacks in it stands in English. */
export function noticeDataOf(
  { drill, scope, caseFile }: { drill: boolean; scope: NewScope; caseFile: CaseTexts },
  language: Language,
  { name, units, responseUrl, ourReference, code = '', others = [] }: NoticeTo,
): NoticeData {
  const text = (texts: Texts): string => caseText(texts, language);
  const customers = [{ code, name, units }, ...others];
  const names = [...new Set(customers.map((one) => one.name))];
  return {
    responseUrl,
    ourReference,
    drill,
    customer: [...names.slice(0, NAMES_MAX), ...(names.length > NAMES_MAX ? ['…'] : [])].join(', '),
    units: customers.reduce((sum, one) => sum + one.units, 0),
    customers: others.length === 0 ? '' : customers.map((one) => `${one.code} ${one.name}: ${one.units}`).join('; '),
    product: text(caseFile.product),
    item: scope.item,
    scope: scopeText(scope, language),
    scopeFields: scopeFields(scope),
    identification: text(caseFile.identification),
    // One line, whatever it is made of.
    picture: caseFile.picture ? text(caseFile.picture.alt).replace(/\s+/g, ' ').trim() : '',
    hazard: text(caseFile.hazard),
    actions: text(caseFile.actions),
    remedies: text(caseFile.remedies),
    contact: caseFile.contact,
    company: caseFile.company,
    disclaimer: text(caseFile.disclaimer),
  };
}

/** What a notice tells everybody: it is nobody's in particular, and leads to the page where it stands. */
export function publicNoticeData(
  about: Parameters<typeof noticeDataOf>[0],
  language: Language,
  { pageUrl, ourReference }: { pageUrl: string; ourReference: string },
): NoticeData {
  const data = noticeDataOf(about, language, { name: '', units: 0, responseUrl: pageUrl, ourReference });
  return { ...data, scope: publicScopeText(about.scope, language) };
}

/** The same for a plain text in a language that is read from the right: codes in what is filled in keep their order. */
export function orderedData(data: NoticeData, language: Language): NoticeData {
  if (directionOf(language) === 'ltr') return data;
  const ordered = Object.entries(data).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? orderedText(value) : value,
  ]);
  return Object.fromEntries(ordered) as NoticeData;
}
