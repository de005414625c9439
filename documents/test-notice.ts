import type { Language } from '../engine/words.js';
import { asHtml, type RenderedMail } from './notices.js';

const MARK = 'TEST';
const SAID =
  'TEST. Somebody tries how a notice reads. No product is recalled; names, numbers and links in it are invented. Nothing has to be done.';

/** A notice that says in subject and body that it is a test. Its link leads nowhere and cannot be followed. */
export function asTest({ subject, text }: RenderedMail, language: Language): RenderedMail {
  const marked = { subject: `${MARK} ${subject}`, text: `${SAID}\n\n${text}\n\n${SAID}` };
  return { ...marked, html: asHtml(marked.subject, marked.text, language, null) };
}
