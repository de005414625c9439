import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NodeCompiler, type RenderPdfOpts } from '@myriaddreamin/typst-ts-node-compiler';
import { RecallError } from '../engine/errors.js';
import type { PictureType } from '../engine/picture.js';
import { fileText } from './templates.js';

const CACHE_AGE_MAX = 5;
let compiler: NodeCompiler | null = null;

type Template = 'filing' | 'closing-report' | 'letters' | 'letters-cover' | 'poster';

/** A picture as templates take it. */
export type PdfPicture = { format: 'png' | 'jpg'; bytes: number[] };

export function pdfPicture({ mediaType, content }: { mediaType: PictureType; content: Uint8Array }): PdfPicture {
  return { format: mediaType === 'image/png' ? 'png' : 'jpg', bytes: [...content] };
}

/** A PDF of a template and plain data. The same data gives the same bytes. */
export function renderPdf(template: Template, data: object): Buffer {
  // Without a creation time the bytes depend on nothing but the data.
  return compilePdf(template, data, { creationTimestamp: 0 }).bytes;
}

/** The same with what its making is told, and with what its labels can be asked for. */
export function compilePdf(
  template: Template,
  data: object,
  options: RenderPdfOpts,
): { bytes: Buffer; query: (selector: string) => unknown } {
  compiler ??= NodeCompiler.create({ fontArgs: [{ fontPaths: [fontFolder()] }] });
  const own = compiler;
  const compiled = own.compile({
    mainFileContent: fileText(`./pdf/${template}.typ`),
    inputs: { data: JSON.stringify(data) },
  });
  const document = compiled.result;
  if (!document) {
    const diagnostics = own.fetchDiagnostics(compiled.takeDiagnostics()!);
    throw new RecallError({
      code: 'template-broken',
      message: JSON.stringify(diagnostics).slice(0, 400),
      where: `documents/pdf/${template}.typ`,
    });
  }
  const bytes = own.pdf(document, options);
  own.evictCache(CACHE_AGE_MAX);
  return { bytes, query: (selector) => own.query(document, { selector }) as unknown };
}

function fontFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
}
