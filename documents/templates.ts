import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Liquid, type Template } from 'liquidjs';

const STRICT = {
  strictVariables: true,
  strictFilters: true,
  memoryLimit: 1e7,
  renderLimit: 1_000,
  parseLimit: 1e6,
} as const;
const plain = new Liquid(STRICT);
const html = new Liquid({ ...STRICT, outputEscape: 'escape' });
const parsed = new Map<string, Template[]>();

/** The text of a file of this room. */
export function fileText(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
}

/** Renders a text template; a variable that is missing is an error, never an empty place. */
export function renderText(name: string, data: object): string {
  return plain.renderSync(templateOf(plain, name), data) as string;
}

/** Renders a page template; what it is given is escaped. */
export function renderHtml(name: string, data: object): string {
  return html.renderSync(templateOf(html, name), data) as string;
}

function templateOf(engine: Liquid, name: string): Template[] {
  const known = parsed.get(name);
  if (known) return known;
  const template = engine.parse(fileText(name), name);
  parsed.set(name, template);
  return template;
}

/** Text with what would be read as markup escaped. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
