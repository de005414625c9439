/** What stands between two words: no letter, no mark on one, no digit. */
const OF_WORD = /[\p{L}\p{M}\p{N}]/u;
/** Scripts that set no space between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** A text as tables of words have it: small letters, plain apostrophes, single spaces, one form for each sign. */
export function plainWords(text: string): string {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      // Of a Turkish İ its dot is left over as a sign of its own.
      .replaceAll('i\u0307', 'i')
      .replace(/[’‘´`]/g, "'")
      .replace(/\s+/g, ' ')
      .trim()
  );
}

/** A table's phrases, which commas part. */
export function phrases(listed: string): string[] {
  return listed
    .split(',')
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
}

/** Whether a text begins with a phrase and goes on with another word; `*` stands for any end of its last one. */
export function beginsWith(text: string, phrase: string): boolean {
  return isAt(text, phrase, 0);
}

/** Whether a text has a phrase as words of their own. */
export function hasPhrase(text: string, phrase: string): boolean {
  const words = phrase.endsWith('*') ? phrase.slice(0, -1) : phrase;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length))
    if (isAt(text, phrase, at)) return true;
  return false;
}

function isAt(text: string, phrase: string, at: number): boolean {
  const isOpen = phrase.endsWith('*');
  const words = isOpen ? phrase.slice(0, -1) : phrase;
  if (!text.startsWith(words, at)) return false;
  if (UNSPACED.test(words)) return true;
  const [before, after] = [text[at - 1], text[at + words.length]];
  const begins = before === undefined || !isOfWord(before) || !isOfWord(words[0]!);
  return begins && (isOpen || after === undefined || !isOfWord(after) || !isOfWord(words.at(-1)!));
}

function isOfWord(sign: string): boolean {
  return OF_WORD.test(sign);
}
