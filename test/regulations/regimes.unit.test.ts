import { describe, expect, test } from '@jest/globals';
import { errorDetail, type ErrorDetail } from '../../engine/errors.js';
import { lawFiles, type LawFile } from '../../regulations/law-files.js';
import { noticeRulesOf } from '../../regulations/notice-rules.js';
import { dutyOf, regimesOf } from '../../regulations/regimes.js';

const FILES = lawFiles();
const PLACE = 'regulations/regimes/';

/** The documents with one of them changed in one place. */
function changed(name: string, right: string, wrong: string): LawFile[] {
  const old = FILES.find((file) => file.name === `${PLACE}${name}`)!;
  expect(old.text).toContain(right);
  return FILES.map((file) => (file === old ? { ...file, text: file.text.replace(right, wrong) } : file));
}

/** What the documents are refused for, and in which line. */
function refusal(files: LawFile[]): Pick<ErrorDetail, 'code' | 'message' | 'expected'> & { line: string } {
  try {
    noticeRulesOf(files);
  } catch (thrown) {
    const { code, message, where, expected } = errorDetail(thrown)!;
    const [name, line] = where!.split(':');
    const text = files.find((file) => file.name === name)!.text;
    return { code, message, expected, line: text.split('\n')[Number(line ?? 1) - 1]!.trim() };
  }
  throw new Error('these documents load');
}

test('the bundled regimes load by name, each with its duties and the rules for its notices', () => {
  const regimes = regimesOf(FILES);
  expect(regimes.map(({ regime, sectors, duties }) => [regime, sectors, duties.map(({ report }) => report)])).toEqual([
    ['au-acl', ['consumer-products'], ['initial', 'accident']],
    ['ch-prsg', ['consumer-products'], []],
    ['eu-gpsr', ['consumer-products'], ['initial', 'accident']],
    ['gb-gpsr2005', ['consumer-products'], ['initial']],
    ['is-hms', ['consumer-products'], []],
    ['je-ts', ['consumer-products'], []],
    ['no-pkl', ['consumer-products'], []],
    ['xi-gpsr', ['consumer-products'], ['initial', 'accident']],
  ]);
  const rules = noticeRulesOf(FILES);
  const marketsOf = (id: string): string[] => regimes.find(({ regime }) => regime === id)!.markets;
  expect(rules.regimes.map(({ regime, markets }) => [regime, markets])).toEqual([
    ['au-acl', marketsOf('au-acl')],
    ['eu-gpsr', [...marketsOf('eu-gpsr'), 'XI']],
    ['gb-gpsr2005', marketsOf('gb-gpsr2005')],
  ]);
});

test('a regime without rules for notices loads, and its markets are judged by none', () => {
  const without = FILES.filter(({ name }) => name !== `${PLACE}gb-gpsr2005/notice-rules.yaml`);
  expect(noticeRulesOf(without).regimes.map(({ regime }) => regime)).toEqual(['au-acl', 'eu-gpsr']);
  expect(regimesOf(without)).toEqual(regimesOf(FILES));
});

test('a field that the catalogue does not know does not load, and the error says where it stands', () => {
  const found = refusal(changed('eu-gpsr/regime.yaml', 'name: measures', 'name: mesures'));
  expect(found).toMatchObject({
    code: 'law-malformed',
    message: 'duties.0.fields.6.name: not one of the values that may stand here',
    line: expect.stringContaining('name: mesures'),
  });
  expect(found.expected?.split(', ')).toContain('measures');
});

test('a regime has either duties or the words of its law, and does not load without both', () => {
  const bare = FILES.map((file) =>
    file.name === `${PLACE}ch-prsg/regime.yaml` ? { ...file, text: file.text.split('words:')[0]! } : file,
  );
  expect(refusal(bare)).toMatchObject({
    code: 'law-malformed',
    message: ': expected either duties or the words of the law for counsel',
  });
});

describe('does not load:', () => {
  const GB = 'gb-gpsr2005/regime.yaml';
  const AU = 'au-acl/regime.yaml';
  const RULES = 'gb-gpsr2005/notice-rules.yaml';
  test.each([
    ['an unknown key', GB, 'title:', 'titel:', 'titel', 'unknown key'],
    ['an unknown key of a duty', GB, '    lawText:', '    lawWord:', 'lawWord', 'unknown key'],
    ['an unknown sector', GB, '[consumer-products]', '[consumer-goods]', 'consumer-goods', 'sectors.0: not one'],
    ['an unknown report', GB, 'report: initial', 'report: first', 'report: first', 'duties.0.report: not one'],
    ['an unknown instant', GB, 'countedFrom: repor', 'countedFrom: rebor', 'rebor', 'duties.0.countedFrom: not one'],
    ['a country in words', GB, '[GB]', '[Britain]', 'Britain', 'markets.0: expected an ISO 3166-1'],
    ['a pattern that is none', GB, "'GB-", "'(GB-", '(GB-', 'referencePattern: expected a regular expression'],
    ['a duration in words', GB, 'Within: PT24H', 'Within: a day', 'a day', 'receiptWithin: expected a duration'],
    [
      'a target beside a number of the law',
      AU,
      '    note:',
      '    target: PT24H\n    note:',
      '- report',
      'either a number',
    ],
    [
      'a field that stands there twice',
      GB,
      'name: tracing',
      'name: product',
      'notifier',
      'duties.0.fields: two have one name',
    ],
    ['neither of both', GB, '    target: PT24H\n', '', '- report: initial', 'either a number of the law or a target'],
    ['another name than its folder', GB, 'regime: gb-', 'regime: uk-', 'uk-gpsr2005', 'regime: not the name of'],
    ['what is no YAML', GB, 'markets: [GB]', 'markets: [GB', 'authority', 'Flow sequence'],
    ['rules with another name than their folder', RULES, 'regime: gb-', 'regime: uk-', 'uk-', 'not the regime beside'],
    ['rules with markets of their own', RULES, 'rules:', 'markets: [IE]\nrules:', 'markets: [IE]', 'unknown key'],
    ['a rule for a fact that no notice gives', RULES, 'picture', 'picutre', 'picutre', 'fields.2: not one'],
    [
      'a rule with phrases that there are not',
      RULES,
      '[minimising, ',
      '[minimisingEn, ',
      'minimisingEn',
      'no phrases of',
    ],
  ])('%s', (_what, name, right, wrong, line, message) => {
    expect(refusal(changed(name, right, wrong))).toMatchObject({
      code: 'law-malformed',
      line: expect.stringContaining(line),
      message: expect.stringContaining(message),
    });
  });

  test('two duties of one regime with one report, whose filings could not be told apart', () => {
    const { text } = FILES.find(({ name }) => name === `${PLACE}${GB}`)!;
    const [head, duty] = text.split('duties:\n');
    expect(refusal(changed(GB, duty!, `${duty!}${duty!}`)).message).toBe('duties: two have one report');
    const final = duty!.replace('report: initial', 'report: final');
    const [regime] = regimesOf([{ name: `${PLACE}${GB}`, text: `${head!}duties:\n${duty!}${final}` }]);
    expect(regime!.duties.map(({ report }) => report)).toEqual(['initial', 'final']);
  });

  test('rules without their regime', () => {
    const orphaned = FILES.filter(({ name }) => name !== `${PLACE}${GB}`);
    expect(refusal(orphaned)).toMatchObject({
      message: 'regime: there is no such regime',
      line: 'regime: gb-gpsr2005',
    });
  });

  test('a document whose name nothing reads, because what it says would not hold', () => {
    const misspelt = FILES.map((file) => ({ ...file, name: file.name.replace('2005/notice-rules', '2005/notices') }));
    expect(refusal(misspelt).message).toBe('nothing reads a document of this name');
  });
});

test('a report that a regime does not ask for has no duty', () => {
  const [regime] = regimesOf(FILES);
  expect(dutyOf(regime!, 'initial').report).toBe('initial');
  expect(() => dutyOf(regime!, 'final')).toThrow('au-acl asks for no report final');
});
