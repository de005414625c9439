import type { CasePicture } from '../engine/picture.js';
import type { Language } from '../engine/words.js';
import { PICTURE_LINE } from './notice-blocks.js';
import { noticeParts } from './notices.js';
import type { NOTICE_LANGUAGES } from './scope-text.js';

/** What is said of a picture before what it shows, where it is not seen. */
const SAID: Record<(typeof NOTICE_LANGUAGES)[number], string> = {
  en: 'Picture: ',
  de: 'Bild: ',
  fr: 'Image\u00a0: ',
  es: 'Imagen: ',
  it: 'Immagine: ',
  nl: 'Afbeelding: ',
  pl: 'Zdjęcie: ',
  pt: 'Imagem: ',
  sv: 'Bild: ',
  ar: 'صورة: ',
};

/** Templates of a notice, by language, with the picture of a case where it has one, and without the mark of one where it has none. */
export function withPicture(
  templates: Record<Language, string>,
  caseFile: { picture?: CasePicture | undefined },
): Record<Language, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([language, template]) => [
      language,
      pictured(template, language, caseFile.picture !== undefined),
    ]),
  );
}

/** The picture stands where the author's mark is, else under the headline, and at the end of a text that has none. */
export function pictured(template: string, language: string, isThere: boolean): string {
  const lines = template.split('\n');
  if (!isThere) return lines.filter((line) => !PICTURE_LINE.test(line.trim())).join('\n');
  if (lines.some((line) => PICTURE_LINE.test(line.trim()))) return template;
  const mark = `![${SAID[language as keyof typeof SAID] ?? SAID.en}{{ picture }}]`;
  const headline = lines.findIndex((line) => line.startsWith('# '));
  if (headline < 0) return `${template.trimEnd()}\n\n${mark}\n`;
  return [...lines.slice(0, headline + 1), '', mark, ...lines.slice(headline + 1)].join('\n');
}

/** Whether a template shows a picture. */
export function showsPicture(template: string): boolean {
  return noticeParts(template)
    .text.split('\n')
    .some((line) => PICTURE_LINE.test(line.trim()));
}
