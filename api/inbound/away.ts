import { AWAY, BESIDE_AWAY, COURTESY, PAST, SAYS_AWAY } from './automatic-words.js';
import { hasPhrase } from './words.js';

/** Not the dots of a date. */
const SENTENCE = /(?<!\d)[.!]|[。！]/u;
/** What parts one thing that is said from the next. */
const CLAUSE =
  /(?<!\d)[.!]|[。！，、،؛,;()–—]| (?:and|und|et|y|e|i|och|oraz|ed|и|ve|og|ja|és|și|και|where|who|which|while|since|because) /u;
/** Where a program says that somebody is away, it says so first, and little else. */
const BEGINNING = 320;
const SHORT_MAX = 800;
/** Names and places, which are in no table. */
const WORDS_OF_NAME = 3;
const SIGNS_OF_NAME = 12;
/** What is said after these words is who says it. */
const CLOSING =
  /(?:regards|sincerely|grüße[nr]?|gruß|cordialement|salutations|saludos|saluti|groeten|groet|pozdrawiam|cumprimentos|hälsningar|с уважением|saygılarımla|s pozdravem|hilsen|terveisin|üdvözlettel|cu stimă)(?![\p{L}\p{N}])/u;
const TOLD = [...SAYS_AWAY, ...AWAY, ...BESIDE_AWAY, ...COURTESY];

/** Whether a text says at its beginning that somebody is away, and not that they have been. */
export function saysAway(said: string): boolean {
  let at = 0;
  for (const sentence of said.split(SENTENCE)) {
    if (at > BEGINNING) return false;
    at += sentence.length + 1;
    if (!PAST.some((words) => hasPhrase(sentence, words)) && isAway(sentence)) return true;
  }
  return false;
}

/** Whether a text says that somebody is away, until when and whom else to ask, and nothing that only a person has to say. */
export function saysOnlyAway(said: string): boolean {
  if (said.length > SHORT_MAX || !saysAway(said)) return false;
  const [body] = said.split(CLOSING, 1);
  return body!
    .split(CLAUSE)
    .map((clause) => clause.trim())
    .every((clause) => isName(clause) || TOLD.some((words) => hasWords(clause, words)));
}

/** Some say it without a verb, as all of a sentence. */
function isAway(sentence: string): boolean {
  return SAYS_AWAY.some((words) => hasWords(sentence, words)) || AWAY.includes(sentence.trim());
}

function isName(clause: string): boolean {
  return clause.split(' ').length <= WORDS_OF_NAME && clause.length <= SIGNS_OF_NAME;
}

function hasWords(text: string, words: string): boolean {
  return words.split('…').every((word) => hasPhrase(text, word));
}
