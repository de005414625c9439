import { orderedText } from './bidi.js';
import { directionOf } from './direction.js';
import { noticeBlocks, type NoticeBlock } from './notice-blocks.js';
import { noticeParts, type NoticeData } from './notices.js';
import { renderSource } from './templates.js';
import type { Language } from '../engine/words.js';

/** A part of a letter, filled in. A line of facts has a label before it; the button's own words lead to the code beside it. */
export type LetterBlock = {
  kind: Exclude<NoticeBlock['kind'], 'tag'>;
  from: number;
  lines: { label: string; text: string }[];
};

/** Marks that no text has, as the template is one text while it is filled in: before a part, a line, and behind a label. */
const [PART, LINE, LABEL] = ['\uE010', '\uE011', '\uE012'];
const PRIVATE = /[\uE000-\uF8FF]/g;
/** By their source: a template is taken apart once, and not for every recipient. */
const marked = new Map<string, string>();

/** The parts of a letter to one recipient, from the template that was approved. Throws where that wants what the data lacks. */
export function letterBlocks(template: string, language: Language, data: NoticeData): LetterBlock[] {
  const source = marked.get(template) ?? markedSource(template);
  marked.set(template, source);
  const plain = Object.entries(data).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' ? value.replace(PRIVATE, '') : value,
  ]);
  const read = (text: string): string => (directionOf(language) === 'rtl' ? orderedText(text) : text);
  const filled = renderSource(source, Object.fromEntries(plain));
  return filled
    .split(PART)
    .slice(1)
    .map((part): LetterBlock => {
      const [kind, from, ...lines] = part.split(LINE) as [LetterBlock['kind'], string, ...string[]];
      return {
        kind,
        from: Number(from),
        lines: lines.map((line) => {
          const [label, text] = line.includes(LABEL) ? line.split(LABEL) : ['', line];
          return { label: read(label!.trim()), text: read(text!.trim()) };
        }),
      };
    })
    .filter(({ lines }) => lines.some(({ label, text }) => label !== '' || text !== ''));
}

function markedSource(template: string): string {
  return noticeBlocks(noticeParts(template).text)
    .map((block) => {
      if (block.kind === 'tag') return block.lines[0];
      const from = block.kind === 'list' ? block.from : 1;
      const lines = block.lines.map((line) => (block.kind === 'paragraph' ? labelled(line) : line));
      return [`${PART}${block.kind}`, String(from), ...lines].join(LINE);
    })
    .join('');
}

/** A fact has a name before it, such as `Product: {{ product }}`. */
function labelled(line: string): string {
  const at = line.indexOf(':');
  const [name, value] = [line.slice(0, at), line.slice(at + 1).trimStart()];
  return at < 1 || name.includes('{') || !value.startsWith('{{') ? line : `${name}:${LABEL}${value}`;
}
