import { escapeHtml } from './escape-html.js';

/** Signs that no XML 1.0 document can hold, whatever stands for them. */
const NO_XML = /[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu;

/** A text as XML can hold it. */
export function xmlText(text: string): string {
  return escapeHtml(text.replace(NO_XML, ''));
}

/** An element with a text in it, on a line of its own. */
export function element(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}
