import type { ShortForm } from '../engine/channels.js';
import type { Market } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { lintWords } from './lint-notice.js';
import type { CaseTexts } from './notice-data.js';
import {
  exampleData,
  problemIn,
  unfilled,
  type AudienceFinding,
  type CheckedDocuments,
  type DocumentProblem,
  type ShortDocument,
} from './notice-documents.js';
import { smsBody, spokenText } from './short-notices.js';
import { oddWords } from './sms-preview.js';
import { smsParts, type SmsParts } from './sms-text.js';
import { spokenSeconds } from './voice-preview.js';

/** What a short text has to say, whatever else it says. */
const SHORT_PLACES: Record<ShortForm, string[]> = {
  sms: ['company', 'product', 'responseUrl', 'ourReference'],
  voice: ['company', 'product', 'hazard', 'actions'],
};

/** A short text as it reads for an invented recipient, and how much of its channel it takes. */
export function renderShort(
  { form, text, language }: ShortDocument,
  caseFile: CaseTexts,
  drill = false,
): { text: string } & (({ form: 'sms' } & SmsParts) | { form: 'voice'; seconds: number }) {
  const data = exampleData(language, caseFile, drill);
  switch (form) {
    case 'sms': {
      const said = smsBody(text, data, '0'.repeat(32));
      return { form, text: said, ...smsParts(said) };
    }
    case 'voice': {
      const said = spokenText(text, data);
      return { form, text: said, seconds: spokenSeconds(said) };
    }
    default:
      return form satisfies never;
  }
}

/** What is wrong with a short text before any law is asked. */
function shortProblems(document: ShortDocument, caseFile: CaseTexts): DocumentProblem[] {
  const { file, form, text } = document;
  const problem = problemIn(file);
  let real: string;
  let drill: string;
  try {
    [real, drill] = [renderShort(document, caseFile).text, renderShort(document, caseFile, true).text];
  } catch (failed) {
    return [unfilled(failed, true, problem)];
  }
  const places = [...text.matchAll(/\{\{-? *([a-zA-Z]+)/g)].map(([, place]) => place!);
  const unsaid = form === 'voice' ? places.filter((place) => place === 'responseUrl') : [];
  return [
    ...unsaid.map((place) => problem(`nobody can type what they hear of ${place}`, 'a text without it')),
    ...SHORT_PLACES[form]
      .filter((place) => !places.includes(place))
      .map((place) => problem(`nothing in the text gives ${place}`, `{{ ${place} }}`)),
    ...(drill.includes('DRILL')
      ? []
      : [problem('a drill would send this without saying so', '{% if drill %}DRILL …{% endif %}')]),
    ...(/\bDRILL\b/.test(real)
      ? [problem('a real recall would send this as a drill', 'DRILL within {% if drill %}…{% endif %} alone')]
      : []),
  ];
}

/**
 * Checks the short texts of a notice as a recall would before it asks for approval. Words that a market forbids are looked
 * for where it is known which markets a text goes to.
 */
export function checkShorts(
  rules: NoticeRules,
  shorts: ShortDocument[],
  { caseFile, markets }: { caseFile: CaseTexts; markets: Market[] | null },
): CheckedDocuments {
  const problems = shorts.flatMap((document) => shortProblems(document, caseFile));
  const faulty = new Set(problems.map(({ file }) => file));
  const findings = shorts
    .filter(({ file }) => !faulty.has(file))
    .flatMap((document): AudienceFinding[] => {
      const short = renderShort(document, caseFile);
      const { text } = short;
      const { language, file } = document;
      const where = { audience: 'shop', language, where: file } as const;
      const forbidden = (markets ?? []).flatMap((market) =>
        lintWords(rules, { language, text, audience: 'businesses' }, market).map((finding) => ({
          ...finding,
          ...where,
          markets: [market],
        })),
      );
      if (short.form !== 'sms') return forbidden;
      const { odd, segments } = short;
      const message = `${oddWords(odd)}; it takes ${segments}`;
      return odd.length === 0 ? forbidden : [...forbidden, { ...SMS_LONGER, ...where, message, markets: [] }];
    });
  return { problems, findings };
}

const SMS_LONGER = { rule: 'SMS-01', severity: 'warn', cite: '3GPP TS 23.038, 6.2.1' } as const;
