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
import { smsBody } from './short-notices.js';
import { oddWords } from './sms-preview.js';
import { smsParts, type SmsParts } from './sms-text.js';

/** What a short text has to say, whatever else it says. */
const SHORT_PLACES: Record<ShortForm, string[]> = { sms: ['company', 'product', 'responseUrl', 'ourReference'] };

/** A short text as it reads for an invented recipient, and how many messages it takes. */
export function renderShort(
  { text, language }: ShortDocument,
  caseFile: CaseTexts,
  drill = false,
): { text: string } & SmsParts {
  const said = smsBody(text, exampleData(language, caseFile, drill), '0'.repeat(32));
  return { text: said, ...smsParts(said) };
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
  return [
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
      const { odd, segments, text } = renderShort(document, caseFile);
      const { language, file } = document;
      const where = { audience: 'shop', language, where: file } as const;
      const forbidden = (markets ?? []).flatMap((market) =>
        lintWords(rules, { language, text, audience: 'businesses' }, market).map((finding) => ({
          ...finding,
          ...where,
          markets: [market],
        })),
      );
      const message = `${oddWords(odd)}; it takes ${segments}`;
      return odd.length === 0 ? forbidden : [...forbidden, { ...SMS_LONGER, ...where, message, markets: [] }];
    });
  return { problems, findings };
}

const SMS_LONGER = { rule: 'SMS-01', severity: 'warn', cite: '3GPP TS 23.038, 6.2.1' } as const;
