import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { RecallError } from '../engine/errors.js';
import type { ShortForm } from '../engine/channels.js';
import { textOfFile } from '../engine/utf8.js';
import type { IsoDate, Language, Market } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { brandSchema, mailBrand, type MailBrand } from './brand.js';
import { noticeBlocks } from './notice-blocks.js';
import { noticeDataOf, type CaseTexts } from './notice-data.js';
import { noticeMails, renderNoticeMail, unescapedPlace, type NoticeMails } from './notice-mail.js';
import { pictured, withPicture } from './notice-picture.js';
import {
  NOTICE_DOCUMENT,
  NOTICES_FOLDER,
  noticeParts,
  renderNoticeText,
  type NoticeAudience,
  type NoticeData,
  type NoticeText,
  type RenderedMail,
} from './notices.js';
import { SHORT_DOCUMENT } from './short-notices.js';
import { previewNotice, readersOf, type PreviewFinding } from './preview.js';
import { NOTICE_LANGUAGES } from './scope-text.js';
import { fileText, parseFault, renderSource } from './templates.js';

/** One text of a notice, as its author wrote it: for whom and in which language, its name says. */
export type NoticeDocument = { file: string; audience: NoticeAudience; language: Language; text: string };
/** A short text of a notice, such as that of a text message. */
export type ShortDocument = { file: string; form: ShortForm; language: Language; text: string };
/** What is wrong with a document before any law is asked. Lines and columns count from 1. */
export type DocumentProblem = { file: string; line: number; column: number; message: string; expected?: string };
export type AudienceFinding = PreviewFinding & { audience: NoticeAudience };
export type CheckedDocuments = { problems: DocumentProblem[]; findings: AudienceFinding[] };

const NAMED =
  'shop.LANGUAGE.liquid, consumer.LANGUAGE.liquid, public.LANGUAGE.liquid, sms.LANGUAGE.liquid or voice.LANGUAGE.liquid, such as shop.de.liquid';
/** What each audience has to read in its notice, whatever else stands in it. */
const PLACES: Record<NoticeAudience, string[]> = {
  shop: [
    'product',
    'identification',
    'hazard',
    'actions',
    'remedies',
    'contact',
    'scope',
    'responseUrl',
    'ourReference',
  ],
  consumer: ['product', 'identification', 'hazard', 'actions', 'remedies', 'contact'],
  public: ['product', 'item', 'identification', 'hazard', 'actions', 'remedies', 'contact', 'scope', 'responseUrl'],
};
const AUDIENCES = { shop: 'businesses', consumer: 'consumers', public: 'consumers' } as const;

/**
 * The documents of a notice by the name of its folder in `playbooks/notices`, by another folder, or one document alone.
 * Throws `wrong-use` where there are none.
 */
export function readNotice(given: string): {
  documents: NoticeDocument[];
  shorts: ShortDocument[];
  problems: DocumentProblem[];
} {
  const bundled = join(NOTICES_FOLDER, given);
  const path = /^[a-z0-9][a-z0-9-]*$/.test(given) && existsSync(bundled) ? bundled : given;
  if (!existsSync(path)) throw noNotice(given, 'there is no such notice');
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const names = isFolder
    ? readdirSync(path)
        .filter((name) => name.endsWith('.liquid'))
        .sort()
    : [basename(path)];
  if (names.length === 0) throw noNotice(given, 'this folder holds no document of a notice');
  const documents: NoticeDocument[] = [];
  const shorts: ShortDocument[] = [];
  const problems: DocumentProblem[] = [];
  for (const name of names) {
    const file = join(isFolder && path === bundled ? given : folder, name);
    const short = SHORT_DOCUMENT.exec(name);
    if (short) {
      const [, form, language] = short as unknown as [string, ShortForm, Language];
      shorts.push({ file, form, language, text: textOfFile(file, readFileSync(join(folder, name))) });
      continue;
    }
    const found = NOTICE_DOCUMENT.exec(name);
    if (!found) {
      problems.push({ file, line: 1, column: 1, message: 'the name says no audience and language', expected: NAMED });
      continue;
    }
    const [, audience, language] = found as unknown as [string, NoticeAudience, Language];
    documents.push({ file, audience, language, text: textOfFile(file, readFileSync(join(folder, name))) });
  }
  return { documents, shorts, problems };
}

function noNotice(given: string, message: string): RecallError {
  const known = readdirSync(NOTICES_FOLDER, { withFileTypes: true }).filter((one) => one.isDirectory());
  return new RecallError({
    code: 'wrong-use',
    message,
    where: given,
    expected: `a notice by name (${known.map(({ name }) => name).join(', ')}), its folder, or one document: ${NAMED}`,
    remedy: 'check the name; a path counts from the folder of the command',
  });
}

/** A case to try a notice with where there is none yet; it is invented, and sent to nobody. */
export function exampleCase(): CaseTexts {
  return JSON.parse(readFileSync(join(NOTICES_FOLDER, 'example-case.json'), 'utf8')) as CaseTexts;
}

const SCOPE = { kind: 'window', item: '12345', from: '2026-03-02' as IsoDate, to: '2026-06-01' as IsoDate } as const;
const TO = {
  name: '…',
  units: 12,
  responseUrl: 'https://recall.example/r/example',
  ourReference: 'RC-2026-0000 example',
};

/** What a notice says to an invented recipient. */
export function exampleData(language: Language, caseFile: CaseTexts, drill = false): NoticeData {
  return noticeDataOf({ drill, scope: SCOPE, caseFile }, language, TO);
}

/** A document as it reads for an invented recipient. Throws where it cannot be filled in; `checkDocument` says why and where. */
export function renderDocument({ text, language }: NoticeDocument, caseFile: CaseTexts, drill = false): NoticeText {
  return renderNoticeText(textOf(text, language, caseFile), exampleData(language, caseFile, drill));
}

function textOf(text: string, language: Language, { picture }: CaseTexts): string {
  return pictured(text, language, picture !== undefined);
}

/** The same as a mail of this brand, with the pictures in it. `picture`: the bytes of that of the case. */
export async function renderDocumentMail(
  { text, language }: NoticeDocument,
  caseFile: CaseTexts,
  brand: MailBrand,
  picture: Buffer | null,
): Promise<RenderedMail & Pick<NoticeMails, 'pictures'>> {
  const template = textOf(text, language, caseFile);
  const shown = caseFile.picture && picture ? { ...caseFile.picture, base64: picture.toString('base64') } : null;
  const { html, pictures } = await noticeMails({ [language]: template }, brand, shown);
  const kept = { template, html: html[language]!, language };
  return { ...renderNoticeMail(kept, exampleData(language, caseFile)), pictures };
}

/** What the mails of an author look like who has no deployment: the bundled brand, without a logo, which no file can bring. */
export function bundledMailBrand(): MailBrand {
  return mailBrand(brandSchema.parse(parse(fileText('./pages/brand.yaml'))), null);
}

/**
 * Checks the documents of a notice as a recall would before it asks for approval: each by the rules of these markets, and
 * the languages of one audience against each other. `isExample`: the case is none that will be sent, so that what a case
 * has to give and this one does not is advice.
 */
export async function checkDocuments(
  rules: NoticeRules,
  documents: NoticeDocument[],
  { caseFile, isExample, markets }: { caseFile: CaseTexts; isExample: boolean; markets: Market[] | null },
): Promise<CheckedDocuments> {
  const problems = documents.flatMap((document) => documentProblems(document, caseFile));
  const faulty = new Set(problems.map(({ file }) => file));
  const whole = documents.filter(({ file }) => !faulty.has(file));
  const findings: CheckedDocuments['findings'] = [];
  for (const audience of Object.keys(AUDIENCES) as NoticeAudience[]) {
    const mine = whole.filter((one) => one.audience === audience);
    if (mine.length === 0) continue;
    const asked = markets ?? [...new Set(rules.regimes.flatMap((one) => one.markets))];
    const languages = mine.map(({ language }) => language);
    const preview = await previewNotice(rules, {
      templates: withPicture(Object.fromEntries(mine.map(({ language, text }) => [language, text])), caseFile),
      audience: AUDIENCES[audience],
      audiences: asked.flatMap((market) =>
        (markets === null ? readersOf(rules, market, languages) : languages).map((language) => ({ market, language })),
      ),
      dataFor: (language) => exampleData(language, caseFile),
    });
    const own = preview.findings
      // Which markets a recall hits, only the recall knows: without any that are named, no language is missing.
      .filter(({ language }) => markets !== null || language !== null)
      .map((finding) => ({ ...(isExample ? ofTheCase(finding) : finding), audience }));
    findings.push(...own);
  }
  return { problems, findings };
}

/** What a rule wants of the case, and not of the text. */
const OF_THE_CASE = ['picture', 'identifierPicture', 'qrCode', 'soldWhen', 'freePhone'];

function ofTheCase(finding: PreviewFinding): PreviewFinding {
  const wanted = finding.where.split(', ').some((place) => OF_THE_CASE.includes(place));
  return wanted ? { ...finding, severity: 'info', message: `${finding.message}: the case has to give it` } : finding;
}

const PLACEHOLDERS = `a template in Liquid with these to fill in: ${[...new Set(Object.values(PLACES).flat())].join(', ')}, customer, item, units, company, disclaimer, drill`;

function isFilled(document: NoticeDocument, caseFile: CaseTexts): boolean {
  try {
    renderDocument(document, caseFile, true);
    return true;
  } catch {
    return false;
  }
}

type MakeProblem = (message: string, expected?: string, line?: number, column?: number) => DocumentProblem;

/** Makes problems of one file, at its beginning unless a place is said. */
export function problemIn(file: string): MakeProblem {
  return (message, expected, line = 1, column = 1) => ({
    file,
    line,
    column,
    message,
    ...(expected !== undefined && { expected }),
  });
}

/** What is wrong with one document before any law is asked. */
export function documentProblems(document: NoticeDocument, caseFile: CaseTexts): DocumentProblem[] {
  const { file, audience, language, text } = document;
  const problem = problemIn(file);
  if (!(NOTICE_LANGUAGES as readonly string[]).includes(language))
    return [problem(`no words say in ${language} what of an item is recalled`, NOTICE_LANGUAGES.join(', '))];
  const [subject, ...rest] = text.split('\n---\n');
  if (rest.length === 0 || subject!.trim() === '' || subject!.includes('\n'))
    return [problem('a document begins with its subject', 'one line with the subject, a line of ---, and the text')];
  let mails: { real: NoticeText; drill: NoticeText };
  try {
    mails = { real: renderDocument(document, caseFile), drill: renderDocument(document, caseFile, true) };
  } catch (failed) {
    return [
      unfilled(
        placed(document, caseFile) ?? failed,
        !isFilled({ ...document, text: `${subject}\n---\n` }, caseFile),
        problem,
      ),
    ];
  }
  const torn = tornBlock(document);
  if (torn !== null) return [problem(torn.message, torn.expected, torn.line)];
  const { real, drill } = mails;
  const places = [...text.matchAll(/\{\{-? *([a-zA-Z]+)/g)].map(([, place]) => place!);
  return [
    ...PLACES[audience]
      .filter((place) => !places.includes(place))
      .map((place) => problem(`nothing in the text gives ${place}`, `{{ ${place} }}`)),
    ...(drill.subject.includes('DRILL') && drill.text.includes('DRILL')
      ? []
      : [problem('a drill would send this without saying so', '{% if drill %}DRILL …{% endif %} in subject and text')]),
    ...(/\bDRILL\b/.test(`${real.subject}\n${real.text}`)
      ? [problem('a real recall would send this as a drill', 'DRILL within {% if drill %}…{% endif %} alone')]
      : []),
  ];
}

/** What Liquid finds wrong with the text as it was written, whose lines are not those that are read. */
function placed({ text, language }: NoticeDocument, caseFile: CaseTexts): unknown {
  try {
    renderSource(noticeParts(text).text, noticeDataOf({ drill: false, scope: SCOPE, caseFile }, language, TO));
    return null;
  } catch (failed) {
    return failed;
  }
}

/** What a mail cannot be made of: a part of the text in which a tag begins or ends and the rest of it does not, and a filter that hides what it fills in from escaping. */
function tornBlock({ text }: NoticeDocument): { message: string; expected: string; line: number } | null {
  const lines = text.split('\n');
  const lineOf = (words: string): number => lines.findIndex((line) => line.includes(words)) + 1;
  const raw = unescapedPlace(text);
  if (raw !== null) {
    const message = `${raw} puts in what a recall or a customer is called as it is`;
    return { message, expected: 'places without the filter raw, and without braces in them', line: lineOf(raw) || 1 };
  }
  for (const block of noticeBlocks(noticeParts(text).text)) {
    if (block.kind === 'tag' || parseFault(block.lines.join('\n')) === null) continue;
    const message = 'a tag begins in one part of the text and ends in another';
    return { message, expected: 'such a tag on a line of its own', line: lineOf(block.lines[0]!) };
  }
  return null;
}

/** Liquid says where in a part of a document it stopped; the text's lines count from below the subject. */
export function unfilled(failed: unknown, inSubject: boolean, problem: MakeProblem): DocumentProblem {
  const message = failed instanceof Object && 'message' in failed ? String(failed.message) : String(failed);
  const place = /, line:(\d+), col:(\d+)/.exec(message);
  const line = Number(place?.[1] ?? 1) + (inSubject ? 0 : 2);
  return problem(message.split(', line:')[0]!, PLACEHOLDERS, line, Number(place?.[2] ?? 1));
}
