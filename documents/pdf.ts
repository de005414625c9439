import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { RecallError } from '../engine/errors.js';
import { fileText } from './templates.js';

const CACHE_AGE_MAX = 5;
let compiler: NodeCompiler | null = null;

/** A PDF of a template and plain data. The same data gives the same bytes. */
export function renderPdf(template: 'filing' | 'closing-report', data: object): Buffer {
  compiler ??= NodeCompiler.create({ fontArgs: [{ fontPaths: [fontFolder()] }] });
  const compiled = compiler.compile({
    mainFileContent: fileText(`./pdf/${template}.typ`),
    inputs: { data: JSON.stringify(data) },
  });
  const document = compiled.result;
  if (!document) {
    const diagnostics = compiler.fetchDiagnostics(compiled.takeDiagnostics()!);
    throw new RecallError({
      code: 'template-broken',
      message: JSON.stringify(diagnostics).slice(0, 400),
      where: `documents/pdf/${template}.typ`,
    });
  }
  // Without a creation time the bytes depend on nothing but the data.
  const bytes = compiler.pdf(document, { creationTimestamp: 0 });
  compiler.evictCache(CACHE_AGE_MAX);
  return bytes;
}

function fontFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
}
