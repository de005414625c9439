import { withoutEntities } from './entities.js';

/** Who says that what follows was written before, in the languages of those we report to, in small letters. */
const WROTE = ['wrote', 'schrieb', 'écrit', 'scritto', 'escribió', 'escreveu', 'schreef', 'skrev', 'napisał'];
/** `-----Original Message-----` in any language, and the line of underscores that some programs draw. */
const RULE = /^(?:-{2,}[^-]+-{2,}|_{8,})$/;
/** The first line, and any other, of the headers that are repeated above a quoted mail. */
const HEAD = /^\*?(?:from|von|de|da|van|fra|från|od)\s?:/i;
const HEADERS =
  /^\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|oggetto|verzonden|aan|onderwerp)\s?:/i;
const HEAD_LINES = 3;

/** Elements whose content nobody reads; and with them those that the writer has not written. */
const NOT_READ = new Set(['style', 'script', 'head', 'title']);
const NOT_WRITTEN = new Set([...NOT_READ, 'blockquote']);
/** Elements after which a line ends. */
const BLOCKS = new Set(['br', 'p', 'div', 'tr', 'li', 'table', 'hr']);
/** Elements that begin and end in the middle of words too, which they do not part. */
const WITHIN_WORDS = new Set([
  'a',
  'b',
  'big',
  'em',
  'font',
  'i',
  'mark',
  's',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'u',
  'wbr',
]);

/**
 * What the writer of a mail has written in it, without what they quote. Whatever follows the first sign of a quoted mail is
 * left out: who answers below it has a person read them.
 */
export function writtenIn(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const end = lines.findIndex((_line, at) => beginsQuote(lines, at));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .filter((line) => !line.startsWith('>'))
    .join('\n');
}

/**
 * The same with what is written between and below quotes, where these are marked line by line. A reference is not looked for
 * there; that somebody is hurt is.
 */
export function saidIn(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const said: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('>')) continue;
    if (!beginsQuote(lines, at)) said.push(line);
    else if (!isMarkedBelow(lines, at)) break;
  }
  return said.join('\n');
}

function isMarkedBelow(lines: string[], at: number): boolean {
  let next = at + 1;
  while (lines[next] === '') next += 1;
  return lines[next]?.startsWith('>') === true;
}

function beginsQuote(lines: string[], at: number): boolean {
  const line = lines[at]!;
  if (RULE.test(line)) return true;
  if (HEAD.test(line)) return lines.slice(at + 1, at + 1 + HEAD_LINES).some((next) => HEADERS.test(next));
  if (!line.endsWith(':')) return false;
  // Such a line is often broken in two.
  const said = `${lines[at - 1] ?? ''} ${line}`.toLowerCase();
  return WROTE.some((word) => said.includes(word));
}

/** The text of a mail's HTML, line by line, without what its writer quotes. */
export function writtenInHtml(html: string): string {
  return writtenIn(textOfHtml(html, NOT_WRITTEN));
}

/** The same of a mail's HTML. */
export function saidInHtml(html: string): string {
  return saidIn(textOfHtml(html, NOT_WRITTEN));
}

/** The text of a mail's HTML as a person would read it, line by line. */
export function plainText(html: string): string {
  return textOfHtml(html, NOT_READ)
    .split('\n')
    .map((line) => line.replace(/[^\S\n]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Without these elements, of which what is quoted leaves a mark as in a text. No tag begins inside of another, so each character is looked at once. */
function textOfHtml(html: string, without: Set<string>): string {
  const parts: string[] = [];
  let [at, depth] = [0, 0];
  for (const { 0: tag, index } of html.matchAll(/<[^<>]*>/g)) {
    if (depth === 0) parts.push(withoutEntities(html.slice(at, index)));
    at = index + tag.length;
    const [, end, name] = /^<(\/?)([a-z]+)/i.exec(tag) ?? [];
    const element = name?.toLowerCase() ?? '';
    if (without.has(element)) {
      if (depth === 0 && end === '' && element === 'blockquote') parts.push('\n>\n');
      depth = Math.max(0, depth + (end === '' ? 1 : -1));
    }
    if (depth === 0 && !WITHIN_WORDS.has(element)) parts.push(BLOCKS.has(element) ? '\n' : ' ');
  }
  if (depth === 0) parts.push(withoutEntities(html.slice(at)));
  return parts.join('');
}
