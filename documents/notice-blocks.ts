/**
 * A part of a notice's text. What of it is filled in is still Liquid: the text is read as its author wrote it, so that
 * nothing a recall or a customer is called makes a heading or a button.
 */
export type NoticeBlock =
  | { kind: 'headline' | 'heading' | 'marked' | 'paragraph'; lines: string[] }
  | { kind: 'list'; from: number; lines: string[] }
  /** Of the product: what it shows, for who does not see it. */
  | { kind: 'picture'; lines: [string] }
  /** Leads to the recipient's own page. */
  | { kind: 'button'; lines: [string] }
  /** Of Liquid, on a line of its own: what stands between two of them is there or not as a whole. */
  | { kind: 'tag'; lines: [string] };

const TAG = /^\{%[^%]*%\}$/;
const BUTTON = /^\[([^\]]+)\]\(\{\{ *responseUrl *\}\}\)$/;
/** A picture stands in a line of its own: `![words]`. */
export const PICTURE_LINE = /^!\[([^\]]*)\]$/;
const NUMBERED = /^(\d{1,3})\. (.*)$/;

/** The parts of a text, in its order. An empty line ends a part, and so does another mark. */
export function noticeBlocks(text: string): NoticeBlock[] {
  const blocks: NoticeBlock[] = [];
  let open: Extract<NoticeBlock, { lines: string[] }> | null = null;
  const add = (block: NoticeBlock, isOpen: boolean): void => {
    blocks.push(block);
    open = isOpen ? block : null;
  };
  const goOn = (kind: 'marked' | 'paragraph', line: string): void => {
    if (open?.kind === kind) open.lines.push(line);
    else add({ kind, lines: [line] }, true);
  };
  for (const given of text.split('\n')) {
    const line = given.trim();
    const button = BUTTON.exec(line);
    const picture = PICTURE_LINE.exec(line);
    const numbered = NUMBERED.exec(line);
    if (line === '') open = null;
    else if (TAG.test(line)) add({ kind: 'tag', lines: [line] }, false);
    else if (line.startsWith('# ')) add({ kind: 'headline', lines: [line.slice(2)] }, false);
    else if (line.startsWith('## ')) add({ kind: 'heading', lines: [line.slice(3)] }, false);
    else if (picture) add({ kind: 'picture', lines: [picture[1]!] }, false);
    else if (button) add({ kind: 'button', lines: [button[1]!] }, false);
    else if (line.startsWith('> ')) goOn('marked', line.slice(2));
    else if (!numbered) goOn('paragraph', line);
    else if ((open as NoticeBlock | null)?.kind === 'list') (open as unknown as NoticeBlock).lines.push(numbered[2]!);
    else add({ kind: 'list', from: Number(numbered[1]), lines: [numbered[2]!] }, true);
  }
  return blocks;
}

/** The text as it is read where there are no headings and buttons: without their marks, and with the address under a button's words. */
export function plainNotice(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      // A line that is a tag is none of the text's.
      if (TAG.test(line.trim())) return line.trim();
      return `${line
        .replace(/^(?:##?|>) /, '')
        .replace(BUTTON, '$1\n{{ responseUrl }}')
        .replace(PICTURE_LINE, '$1')}\n`;
    })
    .join('');
}
