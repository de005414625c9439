import { escapeHtml } from './escape-html.js';

/** Words that are read from the left, as far as they stand side by side. */
const RUN = /[!-~]+(?: [!-~]+)*/g;
/** Begin and end of a run that is read from the left, whatever stands around it. */
const [FROM_LEFT, END] = ['\u2066', '\u2069'];

/**
 * Whether a word is a code, a date or a number of several parts. Among letters that are read from the right its parts would
 * change places: a date code 26-06 would be read as 06-26.
 */
function isCode(word: string): boolean {
  return /\d/.test(word) && /[-./:+]/.test(word) && !word.startsWith('http');
}

/** A text with the runs that hold a code, and with what stands between them, each made into something. */
function mapCodes(text: string, code: (found: string) => string, rest: (found: string) => string): string {
  let made = '';
  let end = 0;
  for (const { 0: found, index } of text.matchAll(RUN)) {
    // What ends a sentence is none of the code's.
    const run = /[.,:;!?]$/.test(found) ? found.slice(0, -1) : found;
    if (!run.split(' ').some(isCode)) continue;
    made += rest(text.slice(end, index)) + code(run);
    end = index + run.length;
  }
  return made + rest(text.slice(end));
}

/** A text as HTML in which codes keep their order. */
export function orderedHtml(text: string): string {
  return mapCodes(text, (code) => `<bdi dir="ltr">${escapeHtml(code)}</bdi>`, escapeHtml).replaceAll('\n', '<br>');
}

/** A plain text in which codes keep their order, by marks that are not seen. */
export function orderedText(text: string): string {
  return mapCodes(text, (code) => `${FROM_LEFT}${code}${END}`, String);
}
