/**
 * Characters that nobody sees: soft hyphens, joiners, marks of direction, fillers. Within a word they hide it from whoever
 * looks for it, and NFKC keeps them.
 */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** What makes of a sign its coloured picture, which is no way to hide a word. */
const COLOURED = /(\p{Extended_Pictographic})\ufe0f/gu;
const WORD = /\p{L}+/gu;
const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];

/** A text as rules match it: compatible letters, one kind of apostrophe, hyphen and space, and nothing invisible. */
export function normalText(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .normalize('NFKC')
    .replace(/[’‘ʼ`´]/g, "'")
    .replace(/\p{Pd}/gu, '-')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The invisible characters of a text, as `U+00AD`, each once. */
export function invisibleIn(text: string): string[] {
  const found = text.replace(COLOURED, '$1').match(INVISIBLE) ?? [];
  return [...new Set(found)].map((one) => `U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`);
}

/** Words whose letters are of several scripts, as a Latin word with a Cyrillic `о`: no rule finds what is written so. */
export function mixedWordsIn(text: string): string[] {
  const words = text.replace(INVISIBLE, '').match(WORD) ?? [];
  return [...new Set(words.filter((word) => SCRIPTS.filter((script) => script.test(word)).length > 1))];
}
