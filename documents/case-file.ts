import type { Language } from '../engine/words.js';

/** What the notices and reports say of the case, by language; and who is spoken for. `disclaimer` is empty but for samples. */
export type CaseFile = {
  product: Record<string, string>;
  hazard: Record<string, string>;
  actions: Record<string, string>;
  remedies: Record<string, string>;
  identification: Record<string, string>;
  company: string;
  contact: string;
  disclaimer: Record<string, string>;
};

export type CaseTexts = { [K in keyof CaseFile]: string };

/** The case in one language; a text that this language lacks is given in English. */
export function caseTextsIn(file: CaseFile, language: Language): CaseTexts {
  const text = (texts: Record<string, string>): string => texts[language] ?? texts['en'] ?? '';
  return {
    product: text(file.product),
    hazard: text(file.hazard),
    actions: text(file.actions),
    remedies: text(file.remedies),
    identification: text(file.identification),
    company: file.company,
    contact: file.contact,
    disclaimer: text(file.disclaimer),
  };
}

const TEXTS = ['product', 'hazard', 'actions', 'remedies', 'identification'] as const;

/** The languages of the notice in which a text of the case is missing, with its name; an approver has to see them. */
export function missingCaseTexts(file: CaseFile, languages: Language[]): { language: Language; text: string }[] {
  return languages.flatMap((language) => TEXTS.filter((text) => !file[text][language]).map((text) => ({ language, text })));
}
