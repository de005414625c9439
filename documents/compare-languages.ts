import type { Language } from '../engine/words.js';
import { englishLeft } from './english-left.js';
import type { NoticeFinding } from './lint-notice.js';
import { normalText } from './normal-text.js';
import type { NoticeData } from './notices.js';
import { numbersLacking } from './numbers-in-text.js';
import { ACTIONS, REMEDIES, SPOKEN, spokenOf } from './spoken-of.js';

/** A notice in one language: what the case gives, the text with that in it, and the words that are the template's own. */
export type ComparedNotice = { language: Language; data: NoticeData; text: string; own: string };
export type LanguageFinding = NoticeFinding & { language: Language };

const CASE_TEXTS = ['product', 'picture', 'identification', 'hazard', 'actions', 'remedies', 'disclaimer'] as const;
type CaseText = (typeof CASE_TEXTS)[number];
/** What nobody may be told less of for the language they read; a product may be called the same everywhere. */
const TRANSLATED = ['picture', 'identification', 'hazard', 'actions', 'remedies', 'disclaimer'] as const;
const PLACED = [...CASE_TEXTS, 'item', 'scope', 'responseUrl', 'contact', 'company', 'ourReference'] as const;
const TOPICS = { actions: ACTIONS, remedies: REMEDIES } as const;

/** By whose right it is asked: all recipients are owed the same facts, and no law numbers that. */
const CITE = 'each language must say the same';

/**
 * What the languages of one notice do not say alike: a text or a place for it that one lacks, a remedy or an action, numbers,
 * and English that was left. Remedies, actions and English are found by lists of words.
 */
export function compareLanguages(notices: ComparedNotice[]): LanguageFinding[] {
  const reference = notices.find(({ language }) => language === ('en' as Language)) ?? notices[0];
  if (reference === undefined) return [];
  const others = notices.filter((one) => one !== reference);
  return [
    ...PLACED.flatMap((place) => lackingPlace(notices, place)),
    ...CASE_TEXTS.flatMap((place) => lackingText(notices, place)),
    ...(['remedies', 'actions'] as const).flatMap((place) => lackingTopic(notices, place)),
    ...others.flatMap((one) => otherNumbers(reference, one)),
    ...notices.flatMap((one) => leftInEnglish(one, reference)),
  ];
}

function lackingPlace(notices: ComparedNotice[], place: (typeof PLACED)[number]): LanguageFinding[] {
  const gives = ({ text, data }: ComparedNotice): boolean => data[place] === '' || text.includes(data[place].trim());
  const giving = notices.filter(gives);
  if (giving.length === 0) return [];
  return notices
    .filter((one) => !gives(one))
    .map(({ language }) =>
      found('LANG-01', language, place, `{{ ${place} }} stands in the text in ${list(giving)} and not in this one`),
    );
}

function lackingText(notices: ComparedNotice[], place: CaseText): LanguageFinding[] {
  const given = notices.filter(({ data }) => data[place].trim() !== '');
  if (given.length === 0) return [];
  return notices
    .filter((one) => !given.includes(one))
    .map(({ language }) =>
      found('LANG-01', language, place, `${place} is given in ${list(given)} and not in this one`),
    );
}

/** Of what some languages promise or ask for, and others not, those are told that say it unlike most. */
function lackingTopic(notices: ComparedNotice[], place: 'actions' | 'remedies'): LanguageFinding[] {
  const judged = notices.filter(({ language, data }) => SPOKEN.has(language) && data[place].trim() !== '');
  const spoken = new Map(judged.map((one) => [one, spokenOf(TOPICS[place], one.data[place], one.language)]));
  return Object.keys(TOPICS[place]).flatMap((topic) => {
    const having = judged.filter((one) => spoken.get(one)!.includes(topic));
    const lacking = judged.filter((one) => !having.includes(one));
    if (having.length === 0 || lacking.length === 0) return [];
    if (having.length * 2 >= judged.length)
      return lacking.map(({ language }) =>
        found('LANG-02', language, place, `no words for ${topic} were found, as they stand in ${list(having)}`),
      );
    return having.map(({ language }) =>
      found('LANG-02', language, place, `it has words for ${topic}, which were not found in ${list(lacking)}`),
    );
  });
}

function otherNumbers(reference: ComparedNotice, one: ComparedNotice): LanguageFinding[] {
  const texts = ({ data, own }: ComparedNotice): Record<string, string> => ({
    text: own,
    ...Object.fromEntries(CASE_TEXTS.map((place) => [place, data[place]])),
  });
  const [known, mine] = [texts(reference), texts(one)];
  const here = one.language;
  return Object.keys(known).flatMap((place) => {
    const there = { text: known[place]!, language: reference.language };
    const own = { text: mine[place]!, language: here };
    if (there.text.trim() === '' || own.text.trim() === '') return [];
    // A name that is the same in both is no number that reads otherwise here.
    const other = (numbers: string[], text: string): string[] =>
      place === 'product' ? numbers.filter((one) => !normalText(text).includes(one)) : numbers;
    const lacks = other(numbersLacking(there, own), own.text);
    const adds = other(numbersLacking(own, there), there.text);
    if (lacks.length === 0 && adds.length === 0) return [];
    const told = [
      ...(lacks.length > 0 ? [`${quoted(lacks)} of the text in ${reference.language} is not in this one`] : []),
      ...(adds.length > 0 ? [`${quoted(adds)} is not in the text in ${reference.language}`] : []),
    ];
    return [found('LANG-03', here, place, `numbers, dates or codes differ: ${told.join('; ')}`)];
  });
}

function leftInEnglish({ language, data, own }: ComparedNotice, reference: ComparedNotice): LanguageFinding[] {
  if (language === ('en' as Language)) return [];
  const names = [data.company, data.customer, data.product];
  const left = (place: string, text: string): LanguageFinding[] =>
    englishLeft(text, language, names).map((sentence) =>
      found('LANG-04', language, place, `it looks like English: ${JSON.stringify(sentence)}`),
    );
  return [
    ...left('text', own),
    ...TRANSLATED.flatMap((place) => {
      if (language === reference.language || !isSame(data[place], reference.data[place]))
        return left(place, data[place]);
      const message = `it is word for word the one in ${reference.language}, so that it was not translated`;
      return [found('LANG-04', language, place, message)];
    }),
  ];
}

/** What is a code and nothing else, as an identification may be, reads the same in every language. */
function isSame(text: string, known: string): boolean {
  return normalText(text) === normalText(known) && /\p{Ll}{2}/u.test(text);
}

function found(rule: string, language: Language, where: string, message: string): LanguageFinding {
  return { rule, severity: 'error', language, where, message: `${where}: ${message}`, cite: CITE };
}

function list(notices: ComparedNotice[]): string {
  return notices.map(({ language }) => language).join(', ');
}

function quoted(texts: string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(', ');
}
