import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** As sharp as a camera above a folding machine sees: 144 dots an inch. */
const SCALE = 2;

/** Whom the letters of the sample are from. */
export const SAMPLE_SENDER = 'Maker Ltd (invented); 1 Sample Street; Sampleton; GB';

/** A letter as the print shop has it: the number in its code of squares, and the link in the code that telephones open. */
export type PrintedLetter = { notice: string; link: string | null };

export type PrintShop = {
  /** Takes the PDF of a batch and prints it: what it counts and gives is read from the printed pages alone. A batch that comes twice is printed once. */
  print: (batch: string, pdf: Uint8Array) => Promise<PrintedLetter[]>;
  /** What it gives back when a batch has left, as a CSV. */
  dispatchFile: (batch: string, day: string) => string;
  /** Letters that it has printed, by their numbers. */
  printed: () => ReadonlySet<string>;
};

/** A print shop of its own, which knows of a letter what stands on its paper. */
export function createPrintShop(): PrintShop {
  const batches = new Map<string, PrintedLetter[]>();
  return {
    async print(batch, pdf) {
      const known = batches.get(batch);
      if (known) return known;
      const letters = await lettersOf(pdf);
      batches.set(batch, letters);
      return letters;
    },
    dispatchFile(batch, day) {
      const lines = (batches.get(batch) ?? []).map(({ notice }) => `${notice},${day}`);
      return ['notice,date', ...lines, ''].join('\n');
    },
    printed: () => new Set([...batches.values()].flat().map(({ notice }) => notice)),
  };
}

/** Each page on which a code of squares stands begins a letter. */
async function lettersOf(pdf: Uint8Array): Promise<PrintedLetter[]> {
  const letters: PrintedLetter[] = [];
  for (const page of await pagesOf(pdf)) {
    const codes = await codesOn(page);
    const notice = codes.find(({ format }) => format === 'DataMatrix')?.text;
    if (notice !== undefined)
      letters.push({ notice, link: codes.find(({ format }) => format === 'QRCode')?.text ?? null });
  }
  return letters;
}

type Picture = { width: number; height: number; data: Uint8Array };

async function pagesOf(pdf: Uint8Array): Promise<Picture[]> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const pages: Picture[] = [];
    for (let index = 0; index < document.getPageCount(); index += 1) {
      const { width, height, data } = await document.getPage(index).render({ scale: SCALE, render: 'bitmap' });
      pages.push({ width, height, data });
    }
    document.destroy();
    return pages;
  } finally {
    library.destroy();
  }
}

let isReady = false;

/** The two codes of a letter. */
async function codesOn({ width, height, data }: Picture): Promise<{ format: string; text: string }[]> {
  if (!isReady) {
    // The reader would fetch its code from the net.
    const bytes = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
    const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    prepareZXingModule({ overrides: { wasmBinary } });
    isReady = true;
  }
  const image = { width, height, data: new Uint8ClampedArray(data), colorSpace: 'srgb' as const };
  return readBarcodes(image as Parameters<typeof readBarcodes>[0], {
    formats: ['DataMatrix', 'QRCode'],
    maxNumberOfSymbols: 2,
  });
}
