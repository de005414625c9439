import { Option, type Command } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { caseFileSchema } from '../../api/contract/opening.js';
import {
  checkDocuments,
  bundledMailBrand,
  readNotice,
  renderDocumentMail,
  type CheckedDocuments,
  type DocumentProblem,
  type NoticeDocument,
  type ShortDocument,
} from '../../documents/notice-documents.js';
import { checkShorts, renderShort } from '../../documents/short-documents.js';
import { bySeverity, findingWords } from '../../documents/preview.js';
import { RecallError } from '../../engine/errors.js';
import type { Market } from '../../engine/words.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { casePicture } from '../../imports/pictures/case-picture.js';
import { readCaseFile } from '../case-file.js';
import { call } from '../client.js';
import { apiOfPerson, optionsOf, type Context, type GlobalOptions } from '../context.js';
import { answer } from '../terminal.js';

/** What a notice is tried with where its author gives no case; it is invented, and sent to nobody. */
const EXAMPLE_CASE = fileURLToPath(new URL('../../playbooks/notices/example-case.json', import.meta.url));

const MARKETS_TOLD_MAX = 6;

type CaseOption = { case?: string };
type SendOptions = CaseOption & GlobalOptions & { to: string; language?: string; audience?: string };

/** `recall notice check` and `preview`, without a server, and `send-test`. */
export function noticeCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const notice = recall.command('notice').description('check and read the texts of notices');
  notice
    .command('check <notice>')
    .description('what is wrong with a notice: by NAME, its folder or one document; needs no server')
    .option('--case <file>', 'what the notice is to say (YAML); else an invented case')
    .option('--markets <markets>', 'markets it goes to, such as DE,FR,GB; else all whose rules are known')
    .action(async (given: string, _options, command: Command) => {
      const options = optionsOf<CaseOption & { markets?: string }>(command);
      const checked = await check(given, options);
      const ok = checked.problems.length === 0 && !checked.findings.some(({ severity }) => severity === 'error');
      if (!ok) context.failed();
      const { documents, shorts, ...found } = checked;
      const told = documents.map(({ file, audience, language }) => ({ file, audience, language }));
      const short = shorts.map(({ file, form, language }) => ({ file, form, language }));
      answer(terminal, options.json, { notice: given, ok, documents: told, shorts: short, ...found }, () =>
        checkedWords(given, checked),
      );
    });
  notice
    .command('preview <notice>')
    .description('the texts as a recipient would read them: by NAME, its folder or one document; needs no server')
    .option('--case <file>', 'what the notice is to say (YAML); else an invented case')
    .option('--out <folder>', 'write each as .txt and .html there; else they are printed')
    .action(async (given: string, _options, command: Command) => {
      const options = optionsOf<CaseOption & { out?: string }>(command);
      const texts = await preview(given, options);
      const written = options.out === undefined ? [] : write(options.out, texts);
      const shown = texts.map(({ html: _html, ...text }) => text);
      answer(terminal, options.json, { notice: given, written, texts: shown }, () =>
        written.length > 0 ? written.map((file) => `written: ${file}`).join('\n') : texts.map(textWords).join('\n\n'),
      );
    });
  notice
    .command('send-test <notice>')
    .description('mail one text to yourself, marked as a test; of no recall and in no figure (--as PERSON)')
    .requiredOption('--to <address>', 'where to')
    .option('--language <language>', 'of a notice in several')
    .addOption(new Option('--audience <audience>', 'of a notice for several').choices(['shop', 'consumer', 'public']))
    .option('--case <file>', 'what the notice is to say (YAML); else an invented case')
    .action((given: string, _options, command: Command) => sendTest(context, given, optionsOf<SendOptions>(command)));
}

async function sendTest(context: Context, given: string, options: SendOptions): Promise<void> {
  const { documents, problems } = readNotice(given);
  const { audience, language, to } = options;
  const wanted = documents.filter(
    (one) => one.audience === (audience ?? one.audience) && one.language === (language ?? one.language),
  );
  const document = wanted.length === 1 ? wanted[0] : undefined;
  if (document === undefined) {
    const known = documents.map((one) => `--audience ${one.audience} --language ${one.language}`);
    throw new RecallError({
      code: 'wrong-use',
      message: wanted.length === 0 ? 'there is no such text' : `${wanted.length} texts are meant`,
      where: problems[0]?.file ?? given,
      expected: `one document, or one of: ${known.join('; ')}`,
      remedy: 'say which; nothing was sent',
    });
  }
  const api = apiOfPerson(context, options);
  const body = { to, audience: document.audience, language: document.language, template: document.text };
  const sent = await call(api, 'sendTestNotice', { body: { ...body, caseFile: givenCase(options) } });
  if (sent.outcome !== 'delivered') context.failed();
  const told = { file: document.file, to, ...sent };
  answer(context.terminal, options.json, told, () => `${document.file} to ${to}: ${sent.outcome}`);
}

type Checked = CheckedDocuments & { documents: NoticeDocument[]; shorts: ShortDocument[] };

async function check(given: string, options: CaseOption & { markets?: string }): Promise<Checked> {
  const { documents, shorts, problems } = readNotice(given);
  const markets = options.markets === undefined ? null : marketsOf(options.markets);
  const isExample = options.case === undefined;
  const { caseFile } = await caseOf(options);
  const rules = loadNoticeRules();
  const checked = await checkDocuments(rules, documents, { caseFile, isExample, markets });
  const short = checkShorts(rules, shorts, { caseFile, markets });
  return {
    documents,
    shorts,
    problems: [...problems, ...checked.problems, ...short.problems],
    findings: [...checked.findings, ...short.findings],
  };
}

function givenCase(options: CaseOption) {
  return readCaseFile(options.case ?? EXAMPLE_CASE, caseFileSchema);
}

type CaseTexts = Parameters<typeof renderDocumentMail>[1];

/** A case as notices say it, with the picture that a server would make of the one in it. */
async function caseOf(options: CaseOption): Promise<{ caseFile: CaseTexts; picture: Buffer | null }> {
  const given = givenCase(options);
  if (given.picture === undefined) return { caseFile: { ...given, picture: undefined }, picture: null };
  const { picture, bytes } = await casePicture(given.picture);
  return { caseFile: { ...given, picture }, picture: bytes };
}

function marketsOf(given: string): Market[] {
  const markets = given.split(',').map((one) => one.trim());
  const wrong = markets.find((one) => !/^[A-Z]{2}$/.test(one));
  if (wrong === undefined) return markets as Market[];
  throw new RecallError({
    code: 'wrong-use',
    message: `${JSON.stringify(wrong)} is no market`,
    where: '--markets',
    expected: 'countries by their two letters, with commas between: DE,FR,GB',
    remedy: 'correct it; nothing was checked',
  });
}

function checkedWords(given: string, { documents, shorts, problems, findings }: Checked): string {
  const lines = [...problems.map(problemWords), ...byLanguage(findings)];
  const errors = problems.length + findings.filter(({ severity }) => severity === 'error').length;
  return [
    ...lines,
    `${given}: ${documents.length + shorts.length} documents, ${errors === 0 ? 'no errors' : `${errors} errors`}`,
  ].join('\n');
}

/** What several languages of an audience have in common is one line. */
function byLanguage(findings: CheckedDocuments['findings']): string[] {
  const lines = new Map<string, string[]>();
  for (const finding of bySeverity(findings)) {
    const { audience, language, markets } = finding;
    // Of what holds in all the markets whose rules are known, their list says nothing.
    const line = `${audience}: ${findingWords({ ...finding, language: null, markets: markets.length > MARKETS_TOLD_MAX ? [] : markets })}`;
    lines.set(line, [...(lines.get(line) ?? []), ...(language === null ? [] : [language])]);
  }
  return [...lines].map(([line, languages]) =>
    languages.length === 0 ? line : line.replace('all languages', languages.join(', ')),
  );
}

function problemWords({ file, line, column, message, expected }: DocumentProblem): string {
  return `${file}:${line}:${column}: ${message}${expected === undefined ? '' : `\n  expected: ${expected}`}`;
}

/** A text message has neither subject nor HTML, and is as many messages as it takes. */
type Text = { file: string; audience: string; language: string; text: string } & (
  | { subject: string; html: string; segments: null; seconds: null }
  | { subject: null; html: null; segments: number; seconds: null }
  | { subject: null; html: null; segments: null; seconds: number }
);

function textWords({ file, subject, text, segments, seconds }: Text): string {
  if (seconds !== null) return `== ${file} (about ${seconds} seconds)\n${text}`;
  if (segments === null) return `== ${file}\n${subject}\n\n${text}`;
  return `== ${file} (${segments} ${segments === 1 ? 'message' : 'messages'})\n${text}`;
}

/** Throws `wrong-use` at the first document that cannot be filled in: half a preview would pass for a whole one. */
async function preview(given: string, options: CaseOption): Promise<Text[]> {
  const { documents, shorts, problems } = readNotice(given);
  const { caseFile, picture } = await caseOf(options);
  const isExample = options.case === undefined;
  const [faulty] = [
    ...problems,
    ...(await checkDocuments(loadNoticeRules(), documents, { caseFile, isExample, markets: null })).problems,
    ...checkShorts(loadNoticeRules(), shorts, { caseFile, markets: null }).problems,
  ];
  if (faulty !== undefined)
    throw new RecallError({
      code: 'wrong-use',
      message: faulty.message,
      where: `${faulty.file}:${faulty.line}:${faulty.column}`,
      expected: faulty.expected,
      remedy: `see all that is wrong with \`recall notice check ${given}\``,
    });
  const brand = bundledMailBrand();
  const letters = await Promise.all(
    documents.map(async (document): Promise<Text> => {
      const { file, audience, language } = document;
      return {
        file,
        audience,
        language,
        segments: null,
        seconds: null,
        ...(await previewMail(document, caseFile, brand, picture)),
      };
    }),
  );
  return [
    ...letters,
    ...shorts.map((document): Text => {
      const { file, form, language } = document;
      const short = renderShort(document, caseFile);
      const { text } = short;
      const said = { file, audience: form, language, text, subject: null, html: null };
      if (short.form === 'sms') return { ...said, segments: short.segments, seconds: null };
      return { ...said, segments: null, seconds: short.seconds };
    }),
  ];
}

/** A mail as a file that a browser opens: what a mail carries beside its HTML is in it. */
async function previewMail(...mail: Parameters<typeof renderDocumentMail>) {
  const { pictures, ...texts } = await renderDocumentMail(...mail);
  const html = pictures.reduce(
    (whole, { cid, mediaType, base64 }) => whole.replaceAll(`cid:${cid}`, () => `data:${mediaType};base64,${base64}`),
    texts.html,
  );
  return { ...texts, html };
}

function write(folder: string, texts: Text[]): string[] {
  mkdirSync(folder, { recursive: true });
  const put = (file: string, content: string): string => {
    writeFileSync(join(folder, file), content);
    return join(folder, file);
  };
  return texts.flatMap(({ audience, language, subject, text, html }) => [
    put(`${audience}.${language}.txt`, subject === null ? `${text}\n` : `${subject}\n\n${text}\n`),
    ...(html === null ? [] : [put(`${audience}.${language}.html`, html)]),
  ]);
}
