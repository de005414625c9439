import { escapeHtml } from './escape-html.js';

const BETWEEN = /([,;()\n])/;
const PHONE = /^\+?[\d ()/-]{6,}$/;

/** A contact as a person wrote it, as HTML: telephone numbers and addresses in it open what they are for. */
export function contactHtml(contact: string): string {
  // A number may have brackets of its own.
  const parts = PHONE.test(contact) ? [contact] : contact.split(BETWEEN);
  return parts.map(partHtml).join('');
}

function partHtml(part: string): string {
  const number = part.trim();
  if (PHONE.test(number)) {
    const link = `<a href="tel:${number.replace(/[^\d+]/g, '')}">${escapeHtml(number)}</a>`;
    return part.replace(number, () => link);
  }
  return part
    .split(/(\s+)/)
    .map((word) => {
      const isAddress = word.includes('@') && !word.startsWith('@') && !word.endsWith('@');
      return isAddress ? `<a href="mailto:${escapeHtml(word)}">${escapeHtml(word)}</a>` : escapeHtml(word);
    })
    .join('');
}

/** The telephone number in what a person wrote of whom to ask, for a voice to read; all of it where there is none. */
export function telephoneIn(contact: string): string {
  if (PHONE.test(contact)) return contact;
  const parts = contact.split(BETWEEN).map((part) => part.trim());
  return parts.find((part) => PHONE.test(part)) ?? contact;
}
