import encodeQR from 'qr';
import type { PictureType } from '../engine/picture.js';
import { directionOf } from './direction.js';
import { orderedData } from './notice-data.js';
import { noticeBlocks, type NoticeBlock } from './notice-blocks.js';
import { noticeParts, renderNoticeText } from './notices.js';
import { responseWords } from './pages.js';
import { pdfPicture, renderPdf } from './pdf.js';
import type { PublishedNotice } from './public-page.js';
import { publicWords } from './public-words.js';
import { renderSource } from './templates.js';

/** One sheet for a shop's door: the notice as it was approved, as large as it fits, and a code that leads to its page. */
export function posterPdf(
  notice: Pick<PublishedNotice, 'template' | 'data' | 'language'>,
  picture: { mediaType: PictureType; content: Uint8Array } | null,
): Buffer {
  const { template, data, language } = notice;
  const blocks = filledBlocks(notice);
  const headline = blocks.find(({ kind }) => kind === 'headline');
  const { subject } = renderNoticeText(template, data);
  return renderPdf('poster', {
    subject,
    headline: headline?.lines.join(' ') ?? subject,
    drill: data.drill ? responseWords(language).drill : null,
    blocks: blocks.filter(({ kind }) => kind !== 'headline' && kind !== 'button'),
    picture: picture && pdfPicture(picture),
    language,
    rightToLeft: directionOf(language) === 'rtl',
    scan: publicWords(language).scan,
    url: data.responseUrl,
    code: qrRows(data.responseUrl),
  });
}

/** As many light squares stand around a code (ISO/IEC 18004). */
const QUIET = 4;

/** The squares of a code with its quiet zone, a row each: 1 is dark. A quarter of them may be torn or covered. */
export function qrRows(text: string): string[] {
  const squares = encodeQR(text, 'raw', { ecc: 'quartile', border: QUIET });
  return squares.map((row) => row.map((isDark) => (isDark ? '1' : '0')).join(''));
}

type FilledBlock = { kind: Exclude<NoticeBlock['kind'], 'tag'>; from: number; lines: string[] };

/** Marks that no text has: where blocks and their lines begin once all of them are filled in together. */
const [BLOCK, LINE] = ['\uE000', '\uE001'];

/** The blocks of a notice with what it fills in; what a tag leaves out is not there. */
function filledBlocks({
  template,
  data,
  language,
}: Pick<PublishedNotice, 'template' | 'data' | 'language'>): FilledBlock[] {
  const blocks = noticeBlocks(noticeParts(template).text);
  const source = blocks
    .map((block, index) => (block.kind === 'tag' ? block.lines[0] : [BLOCK + index, ...block.lines].join(LINE)))
    .join('');
  return renderSource(source, orderedData(data, language))
    .split(BLOCK)
    .slice(1)
    .flatMap((filled): FilledBlock[] => {
      const [index, ...lines] = filled.split(LINE);
      const block = blocks[Number(index)]!;
      const said = lines.filter((line) => line.trim() !== '');
      if (block.kind === 'tag' || said.length === 0) return [];
      return [{ kind: block.kind, from: block.kind === 'list' ? block.from : 1, lines: said }];
    });
}
