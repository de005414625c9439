import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { noticeTexts, type NoticeData } from '../../documents/notices.js';
import { scopeText } from '../../documents/scope-text.js';
import { scopeFields } from '../../engine/scope.js';
import type { IsoDate, Language } from '../../engine/words.js';

export const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'] as Language[];
export const CASES = ['case', 'case-generic'] as const;
const TEXTS = ['product', 'hazard', 'actions', 'remedies', 'identification', 'disclaimer'] as const;

const SCOPE = { kind: 'window', item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate } as const;

type SampleCase = { company: string; contact: string } & Record<(typeof TEXTS)[number], Record<string, string>>;

/** A notice as the sample's case gives it. */
export function sampleNotice(language: Language, name: (typeof CASES)[number] = 'case'): NoticeData {
  const file = new URL(`../../samples/online-retail/${name}.yaml`, import.meta.url);
  const found = parse(readFileSync(file, 'utf8')) as SampleCase;
  const texts = Object.fromEntries(TEXTS.map((text) => [text, found[text][language]])) as Record<
    (typeof TEXTS)[number],
    string
  >;
  return {
    ...texts,
    picture: '',
    drill: true,
    customer: 'Baker & Söhne <GmbH>',
    item: '22423',
    scope: scopeText(SCOPE, language),
    scopeFields: scopeFields(SCOPE),
    units: 12,
    customers: '',
    responseUrl: 'https://recall.example/r/abc',
    contact: found.contact,
    company: found.company,
    ourReference: 'RC-2026-0001',
  };
}

/** The bundled text of the notice in a language. */
export function sampleText(language: Language): { template: string; language: Language } {
  return { template: noticeTexts('recall-notice', [language])[language]!, language };
}
