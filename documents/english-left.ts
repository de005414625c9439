import type { Language } from '../engine/words.js';
import { normalText } from './normal-text.js';

/** Words of English notices that are words of no other language that notices are written in, but for `ALSO`. */
const ENGLISH = new Set(
  `a about all an and any anyone apart are as at back battery be because been before being below break breaks broken but by
  can cannot charge children choose collect collection count cut do does either every everyone fall fire for free from has
  have hazard hold how if immediately injure injury into is it its keep kept know may must need no not nothing of off on once
  or other our out overheat owner please purchase recall refund remedy repair replace replacement return sell selling send
  should sold some stop supplied tell than that the their them then there these they this those to unit units until use used
  using was we were what when where which who will with without you your yourself`.split(/\s+/),
);
/** Of these words those that the language has too. */
const ALSO: Record<string, string> = {
  de: 'all an as at but do fall hold not once some stop to was free',
  es: 'a as at has no repair son units stop an be do',
  fr: 'a as an on or but son stop do is at est notice',
  it: 'a no do is stop as at an',
  nl: 'all as at be been but by dan hazard hold is of off on stop to was we were on sold tell use an in if ten',
  pl: 'a by do no on to',
  pt: 'a as do no at an or stop',
  sv: 'all an and at be fall in is of on some stop to',
};

/** How many such words make a sentence English: one may be a name. */
const WORDS_MIN = 2;

/**
 * Sentences of a text that look as if they had stayed English, by two words at least that its own language has not.
 * `names` are passed over wherever they stand. A list of words is no reader: one foreign word is not found, and a
 * quoted label is.
 */
export function englishLeft(text: string, language: Language, names: string[]): string[] {
  const own = new Set((ALSO[language] ?? '').split(' '));
  let rest = text;
  for (const name of names.filter((one) => one !== '')) rest = rest.replaceAll(name, ' ');
  return rest
    .split(/[.!?:;\n]/)
    .map(normalText)
    .filter((sentence) => {
      const words = sentence.toLowerCase().split(/[^\p{L}]+/u);
      return words.filter((word) => ENGLISH.has(word) && !own.has(word)).length >= WORDS_MIN;
    });
}
