import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Liquid, type Template } from 'liquidjs';
import { orderedHtml } from './bidi.js';
import { contactHtml } from './contact-links.js';
import { escapeHtml } from './escape-html.js';

const STRICT = {
  strictVariables: true,
  strictFilters: true,
  memoryLimit: 1e7,
  renderLimit: 1_000,
  parseLimit: 1e6,
} as const;
const plain = new Liquid(STRICT);
const html = new Liquid({ ...STRICT, outputEscape: 'escape' });
/** What a mail fills in may have lines, and people who can be called. */
const mail = new Liquid({
  ...STRICT,
  outputEscape: (value: unknown) => escapeHtml(String(value)).replaceAll('\n', '<br>'),
});
for (const engine of [html, mail]) engine.registerFilter('ordered', (text: unknown) => orderedHtml(String(text)));
mail.registerFilter('linked', (contact: unknown) => contactHtml(String(contact)));
/** By their source, so that what is rendered is what the file holds now. */
const parsed = new Map<string, Template[]>();

/** The text of a file of this room. */
export function fileText(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
}

/** Renders a text template; a variable that is missing is an error, never an empty place. */
export function renderText(name: string, data: object): string {
  return renderSource(fileText(name), data);
}

/** Renders a text template that was kept, such as one that has been approved; the file may have changed since. */
export function renderSource(source: string, data: object): string {
  return plain.renderSync(templateOf(plain, source), data) as string;
}

/** Renders a page template; what it is given is escaped. */
export function renderHtml(name: string, data: object): string {
  return html.renderSync(templateOf(html, fileText(name)), data) as string;
}

/** What is wrong with the tags of a text template by itself; null where nothing is. */
export function parseFault(source: string): string | null {
  try {
    plain.parse(source);
    return null;
  } catch (failed) {
    return String(failed);
  }
}

/** Fills in the HTML of a mail that was kept; what it is given is escaped. */
export function renderMailHtml(source: string, data: object): string {
  return mail.renderSync(templateOf(mail, source), data) as string;
}

function templateOf(engine: Liquid, source: string): Template[] {
  const known = parsed.get(source);
  if (known) return known;
  const template = engine.parse(source);
  parsed.set(source, template);
  return template;
}
