/**
 * What a text is that comes from outside, by whichever door: well-formed Unicode without the character NUL. Anything else
 * cannot be written to the ledger or to the database, now or ever. How long it may be, its field says.
 */
const NO_TEXT = /\p{Cs}|\0/u;

/** Whether this is a text; what is built into the language answers for files of any size at once. */
export function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Below it no character joins the one before it, so that a text without any at or above it is normalised as it stands. */
const JOINING = /[\u0300-\uffff]/;

/** A text as it is compared and kept: in NFC, so that a letter with its accent is one text however it was typed. */
export function normalized(text: string): string {
  return JOINING.test(text) ? text.normalize('NFC') : text;
}

/** Where a text stops to be one, -1 where it is one. */
function faultIn(text: string): number {
  return isPlain(text) ? -1 : text.search(NO_TEXT);
}

export type TextFault = {
  /** Keys and indexes that lead to the text. */
  path: string[];
  /** The text itself, or the key that is none. */
  text: string;
  /** Where in it the fault lies, in UTF-16 code units. */
  index: number;
  message: string;
};

/** Why this is no text, as a sentence; null where it is one. */
export function wrongText(text: string): string | null {
  const index = faultIn(text);
  return index < 0 ? null : faultWords(text, index);
}

type Held = { value: unknown; key: string; holder: Held | null };

/** The first text of a plain value that is none, wherever in it, keys too; null where there is none. Its depth is not limited. */
export function textFault(value: unknown): TextFault | null {
  const ahead: Held[] = [{ value, key: '', holder: null }];
  for (let one = ahead.pop(); one; one = ahead.pop()) {
    if (typeof one.value === 'string') {
      const index = faultIn(one.value);
      if (index >= 0) return faultAt(one, one.value, index);
    } else if (typeof one.value === 'object' && one.value !== null) {
      for (const [key, inner] of Object.entries(one.value)) {
        const index = faultIn(key);
        if (index >= 0) return faultAt(one, key, index);
        ahead.push({ value: inner, key, holder: one });
      }
    }
  }
  return null;
}

function faultAt(held: Held, text: string, index: number): TextFault {
  const path: string[] = [];
  for (let one = held; one.holder !== null; one = one.holder) path.push(one.key);
  return { path: path.reverse(), text, index, message: faultWords(text, index) };
}

/** The beginning of a text, of so many UTF-16 code units at most. No character is cut in half: half of one is no text. */
export function cut(text: string, lengthMax: number): string {
  return text.slice(0, lengthMax).replace(/\p{Cs}$/u, '');
}

/**
 * Where the run of these characters begins with which a text ends; its length where it ends in none of them. Looks at each
 * character once, which an expression that is anchored at the end does not.
 */
export function endRun(text: string, characters: string): number {
  let start = text.length;
  while (start > 0 && characters.includes(text[start - 1]!)) start -= 1;
  return start;
}

/** Line and column of a place in a text, both from 1. */
export function placeIn(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}

function faultWords(text: string, index: number): string {
  return text[index] === '\0'
    ? 'holds the character NUL, which no text holds'
    : 'holds half of a character (a lone surrogate), which no text holds';
}
