import { digestOf } from '../engine/digest.js';
import type { RecallCase } from '../engine/effects.js';
import type { Particulars } from '../engine/particulars.js';

type Texts = Record<string, string>;

/** A text of the case in a language, or in English, or in the first language there is. */
export function caseText(texts: Texts, language: string): string {
  return texts[language] ?? texts.en ?? Object.values(texts)[0] ?? '';
}

/** What the record of a recall keeps of its case file: English words, and the digest that holds the whole file to them. */
export function shortCase(caseFile: {
  product: Texts;
  hazard: Texts;
  identification: Texts;
  regulatory?: Particulars | undefined;
}): RecallCase {
  const { product, hazard, identification } = caseFile;
  return {
    product: caseText(product, 'en'),
    hazard: caseText(hazard, 'en'),
    identification: caseText(identification, 'en'),
    domain: caseFile.regulatory?.domain ?? null,
    digest: digestOf(caseFile),
  };
}
