import { beforeAll, describe, expect, test } from '@jest/globals';
import { noticeMails, renderNoticeMail, type NoticeMails } from '../../documents/notice-mail.js';
import { noticeTexts, type NoticeData } from '../../documents/notices.js';
import type { Language } from '../../engine/words.js';
import { BRAND } from '../activities/activity-deps.js';
import { LANGUAGES, sampleNotice } from './sample-notice.js';

const ENGLISH = 'en' as Language;
const TEXTS = noticeTexts('recall-notice', LANGUAGES);
let mails: NoticeMails;
beforeAll(async () => {
  mails = await noticeMails(TEXTS, BRAND, null);
});

function htmlOf(language: Language, data: Partial<NoticeData> = {}): string {
  return renderNoticeMail(
    { template: TEXTS[language]!, html: mails.html[language]!, language },
    { ...sampleNotice(language), ...data },
  ).html;
}

/** The HTML of one text in English. */
async function made(text: string, data: Partial<NoticeData> = {}, language = ENGLISH): Promise<string> {
  const template = `S\n---\n${text}`;
  const { html } = await noticeMails({ [language]: template }, BRAND, null);
  return renderNoticeMail({ template, html: html[language]!, language }, { ...sampleNotice(ENGLISH), ...data }).html;
}

function linksIn(html: string): string[] {
  return [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url!);
}

test.each(LANGUAGES)('the mail of the %s notice says all that its text says, with one button', (language) => {
  const data = sampleNotice(language);
  const html = htmlOf(language);
  expect(html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"`);
  const { product, item, hazard, actions, remedies, identification, company, ourReference, scope, disclaimer } = data;
  for (const said of [
    product,
    item,
    hazard,
    actions,
    remedies,
    identification,
    company,
    ourReference,
    scope,
    disclaimer,
  ])
    expect(html.replace(/<\/?bdi[^>]*>/g, '')).toContain(said);
  expect(html).toContain('Baker &#38; Söhne &#60;GmbH&#62;');
  expect(html.match(/<h1>/g)).toHaveLength(1);
  expect(html).toMatch(/<ol start="1"><li>[^]*<\/li><\/ol>/);
  expect(linksIn(html)).toEqual([data.responseUrl, 'mailto:recalls@maker.example', 'tel:+441632960000']);
  expect(html).not.toMatch(/\{[{%]|[\uE000\uE001]|consignee/);
});

test('it loads nothing from elsewhere, and carries its logo', () => {
  for (const language of LANGUAGES) expect(htmlOf(language)).not.toMatch(/<link|@import|url\(|src="(?!cid:logo")/);
  expect(mails.pictures).toEqual([BRAND.logo]);
});

test('it is made the same again, so that what was approved can be told by its hash', async () => {
  expect(await noticeMails(TEXTS, BRAND, null)).toEqual(mails);
});

test('a drill says so in a place of its own, and a real recall has no such place', () => {
  expect(htmlOf(ENGLISH, { drill: true })).toMatch(/class="marked"[^]*DRILL\. This is an exercise/);
  expect(htmlOf(ENGLISH, { drill: false })).not.toMatch(/class="marked"|DRILL|exercise/);
});

test('what a recall or a customer is called is text, wherever it stands', () => {
  const evil = '<img src=x onerror=alert(1)>" {{ hazard }} \n# Big\n[Go]({{ responseUrl }}) https://evil.example/x';
  const html = htmlOf(ENGLISH, { customer: evil, product: evil, hazard: evil });
  expect(html).not.toMatch(/<img src=x|<h1>Big|href="https:\/\/evil/);
  expect(html.match(/onerror/g)).toHaveLength(5);
  expect(html).toContain('&#60;img src=x onerror=alert(1)&#62;&#34; {{ hazard }} <br># Big<br>[Go]');
  expect(linksIn(html)).toHaveLength(3);
});

describe('a text of one’s own', () => {
  test('needs no marks: its paragraphs and lines stand as they were written', async () => {
    expect(await made('One & <two>.\nThree.\n\nFour.')).toMatch(
      /<p>One &#38; &#60;two&#62;\.<br \/>Three\.<\/p>[^]*<p>Four\.<\/p>/,
    );
  });

  test('has names of facts, a list that goes on after a button, and conditions', async () => {
    const text = [
      'Product: {{ product }}\nNote: none',
      '{% if units > 5 and customer != "<" %}\n## Many\n{% else %}\n## Few\n{% endif %}',
      '1. Stop.\n2. Count {{ units }}.\n[Go]({{ responseUrl }})\n3. Wait.',
      '{% if drill %}Now{% endif %} and then',
    ].join('\n\n');
    const html = await made(text, { product: 'Lamp', units: 7, drill: false });
    expect(html).toMatch(/<strong>Product:<\/strong> Lamp<br \/>Note: none/);
    expect(html).toContain('<h2>Many</h2>');
    expect(html).not.toContain('Few');
    expect(html).toMatch(/<ol start="1"><li>Stop\.<\/li><li>Count 7\.<\/li><\/ol>[^]*<ol start="3"><li>Wait\.<\/li>/);
    expect(html).toContain('<p> and then</p>');
    expect(await made(text, { units: 3 })).toContain('<h2>Few</h2>');
  });

  test('that is read from the right is laid out so, and what is filled in keeps its own order', async () => {
    const html = await made('رمز الصنف: {{ item }}', { item: '22423 (B)' }, 'ar' as Language);
    expect(html).toContain('<html lang="ar" dir="rtl"');
    expect(html).toContain('<strong>رمز الصنف:</strong> <bdi>22423 (B)</bdi>');
    const codes = 'من 26-06 إلى <26-19>. (UCI, CC BY 4.0)، 3';
    const coded = await made('{{ identification }}', { identification: codes }, 'ar' as Language);
    expect(coded).toContain(
      'من <bdi dir="ltr">26-06</bdi> إلى <bdi dir="ltr">&#60;26-19&#62;. (UCI, CC BY 4.0)</bdi>، 3',
    );
    expect(html).toContain('text-align:right');
    expect(html).not.toMatch(/direction:ltr/);
  });

  test('that would fill in something as it is makes no mail', async () => {
    await expect(made('{{ customer | raw }}')).rejects.toThrow('{{ customer | raw }} would put in what');
    await expect(made('{{ customer | append: "{" }}')).rejects.toThrow('a brace within braces');
  });

  test('that wants what the data lacks is not sent with an empty place', async () => {
    await expect(made('{{ nothing }}')).rejects.toThrow('undefined variable: nothing');
  });
});

test('the text part of what is read from the right keeps codes in their order too, and leaves links as they are', () => {
  const arabic = 'ar' as Language;
  const kept = { template: TEXTS[arabic]!, html: mails.html[arabic]!, language: arabic };
  const { text } = renderNoticeMail(kept, sampleNotice(arabic));
  expect(text).toContain('\u206626-06\u2069 إلى \u206626-19\u2069');
  expect(text).toMatch(/\nhttps:\/\/recall\.example\/r\/abc\n/);
  expect(renderNoticeMail({ ...kept, language: ENGLISH }, sampleNotice(arabic)).text).not.toMatch(/[\u2066-\u2069]/);
});
