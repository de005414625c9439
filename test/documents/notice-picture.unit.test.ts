import { describe, expect, test } from '@jest/globals';
import { noticeBlocks } from '../../documents/notice-blocks.js';
import { noticeMails, renderNoticeMail } from '../../documents/notice-mail.js';
import { pictured, withPicture } from '../../documents/notice-picture.js';
import { noticeParts, noticeTexts, renderNoticeText } from '../../documents/notices.js';
import { previewNotice, readersOf } from '../../documents/preview.js';
import { renderPublicPage } from '../../documents/public-page.js';
import type { Language, Market } from '../../engine/words.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { BRAND } from '../activities/activity-deps.js';
import { PICTURE, publishedNotice } from './published.js';
import { LANGUAGES, sampleNotice } from './sample-notice.js';

const ENGLISH = 'en' as Language;
const ALT: Record<string, string> = {
  ar: 'حامل كعك من ثلاثة أطباق',
  de: 'Etagere mit drei Tellern übereinander',
  en: 'A cake stand with three plates, one above the other',
  es: 'Expositor de tartas con tres platos superpuestos',
  fr: 'Présentoir à gâteaux à trois plateaux superposés',
  it: 'Alzata con tre piatti sovrapposti',
  nl: 'Etagère met drie borden boven elkaar',
  pl: 'Patera z trzema talerzami jeden nad drugim',
  pt: 'Suporte com três pratos sobrepostos',
  sv: 'Kakfat med tre fat ovanför varandra',
};

describe('the picture in the text of a notice', () => {
  const TEXT = '# RECALL\n\nProduct: {{ product }}\n';
  const template = `S\n---\n${TEXT}`;
  const shown = (text: string): string[] => noticeBlocks(noticeParts(text).text).map(({ kind }) => kind);

  test('stands under the headline, and says what it shows where it is not seen', () => {
    const made = pictured(template, 'en', true);
    expect(shown(made)).toEqual(['headline', 'picture', 'paragraph']);
    const data = { ...sampleNotice(ENGLISH), picture: 'A stand' };
    expect(renderNoticeText(made, data).text).toMatch(/^RECALL\n\nPicture: A stand\n\nProduct: /);
    expect(pictured(template, 'en', false)).toBe(template);
  });

  test('stands where its author wants it, and is not spoken of where there is none', () => {
    const own = `${template}\n![This is it: {{ picture }}]\n`;
    expect(pictured(own, 'de', true)).toBe(own);
    expect(shown(pictured(own, 'de', false))).toEqual(['headline', 'paragraph']);
  });

  test('stands at the end of a text without a headline, whose first line is its title', () => {
    expect(shown(pictured('S\n---\nRECALL\n\nMore', 'en', true))).toEqual(['paragraph', 'paragraph', 'picture']);
  });

  test.each(LANGUAGES)('is announced in %s', (language) => {
    const said = pictured(template, language, true).split('\n')[4]!;
    if (language !== 'en') expect(said).not.toContain('Picture');
    expect(said).toMatch(/^!\[\S.*: \{\{ picture \}\}\]$/);
  });
});

test('a mail shows the picture that came with it, with words for who does not see it', async () => {
  const templates = withPicture(noticeTexts('recall-notice', LANGUAGES), { picture: PICTURE });
  const { html, pictures } = await noticeMails(templates, BRAND, { ...PICTURE, base64: 'eA==' });
  expect(pictures.at(-1)).toEqual({ cid: 'picture', mediaType: 'image/png', base64: 'eA==' });
  for (const language of LANGUAGES) {
    const data = { ...sampleNotice(language), picture: 'A "stand"> <b>' };
    const mail = renderNoticeMail({ template: templates[language]!, html: html[language]!, language }, data);
    expect(mail.html.match(/<img src="cid:picture"[^>]*>/g)).toEqual([
      expect.stringContaining('alt="A &#34;stand&#34;&#62; &#60;b&#62;" width="320" height="240"'),
    ]);
    expect(mail.text).toContain('A "stand"> <b>');
  }
  const without = await noticeMails(noticeTexts('recall-notice', [ENGLISH]), BRAND, null);
  expect(without.html[ENGLISH]).not.toContain('cid:picture');
  expect(without.pictures.map(({ cid }) => cid)).not.toContain('picture');
});

describe('the rules that ask for a picture', () => {
  const MARKETS = ['DE', 'AT', 'IE', 'FR', 'ES', 'NL', 'PT', 'IT', 'PL', 'XI'] as Market[];
  const rules = loadNoticeRules();
  const errors = async (alt: Record<string, string> | null, audience: 'consumers' | 'businesses' = 'consumers') => {
    const picture = alt === null ? undefined : { ...PICTURE, alt };
    const { findings } = await previewNotice(rules, {
      templates: withPicture(noticeTexts('public-notice', LANGUAGES, 'public'), { picture }),
      audience,
      audiences: MARKETS.flatMap((market) =>
        readersOf(rules, market, LANGUAGES).map((language) => ({ market, language })),
      ),
      published: LANGUAGES,
      dataFor: (language) => ({
        ...sampleNotice(language),
        drill: false,
        units: 0,
        customer: '',
        picture: alt === null ? '' : (alt[language] ?? alt.en!),
        responseUrl: `https://recall.example/public/recalls/RC-2026-0001/${language}`,
      }),
    });
    return findings.filter(({ rule, severity }) => severity === 'error' || /P$|UK-G-02/.test(rule));
  };

  test('find nothing wrong with a public notice in the EU that has one, and nothing else is wrong with it', async () => {
    expect(await errors(ALT)).toEqual([]);
  });

  test('find that there is none', async () => {
    const [first, ...others] = await errors(null);
    expect(first).toMatchObject({ rule: 'EU-02-P', severity: 'error', message: 'picture is not given' });
    expect(new Set(others.map(({ rule }) => rule))).toEqual(new Set(['EU-02-P']));
  });

  test('find a language in which nobody has said what it shows', async () => {
    const { de: _none, ...others } = ALT;
    expect(await errors(others)).toEqual([
      expect.objectContaining({ rule: 'LANG-04', language: 'de', where: 'picture' }),
    ]);
  });
});

describe('the public page', () => {
  const brand = { name: 'Maker', hasLogo: false };

  test('shows the picture by its address, and has it in itself where others serve it', () => {
    const notice = publishedNotice('en', { pictured: true });
    const image = 'alt="A &#34;stand&#34; &#60;of&#62; three &#38; plates" width="320" height="240">';
    expect(renderPublicPage(notice, { brand, base: '', style: '' }, null)).toContain(
      `<img src="/pictures/RC-2026-0001/0" ${image}`,
    );
    const file = renderPublicPage(notice, { brand, base: 'https://a.example', style: 'x', picture: 'data:image/png;base64,eA==' }, null); // prettier-ignore
    expect(file).toContain(`<img src="data:image/png;base64,eA==" ${image}`);
    expect(file).not.toContain('/pictures/');
  });

  test('shows none where there is none', () => {
    expect(renderPublicPage(publishedNotice('en'), { brand, base: '', style: '' }, null)).not.toContain('<img');
  });
});
