import { describe, expect, it } from '@jest/globals';
import { PAGE_LANGUAGES, responseWords } from '../../documents/pages.js';
import { renderThanksMail, thanksTemplate } from '../../documents/thanks-mail.js';
import type { Thanks } from '../../engine/thanks.js';
import type { Language } from '../../engine/words.js';
import { BRAND } from '../activities/activity-deps.js';

const EN = 'en' as Language;
const THANKS: Thanks = {
  ...{ quarantined: 4, soldOn: 5, destroyed: 1, passedOn: true, rest: 2 },
  ...{ drill: true, hurt: true, corrects: true },
  ...{ product: 'LAMP <b>', item: '22423', actions: 'Do not repair it.', contact: 'recalls@maker.example' },
  ...{ company: 'Maker Ltd', ourReference: 'RC-2026-0001 c100', disclaimer: 'Invented.' },
  responseUrl: 'https://recall.example/r/abc',
};

describe('the thanks for an answer', () => {
  it.each(PAGE_LANGUAGES)('repeat in %s what was recorded and say what comes next', async (language) => {
    const words = responseWords(language);
    const { subject, text, html, pictures } = await renderThanksMail(THANKS, language as Language, BRAND);
    expect(subject).toBe(`DRILL ${words.recorded} (RC-2026-0001 c100)`);
    const plain = text.replaceAll(/[\u2066-\u2069\u200e\u200f]/g, '');
    for (const said of [
      ...[words.done, words.replaces, words.hurtNext, words.next, words.keep, words.again, words.notYours, words.drill],
      ...[`${words.quarantined}: 4`, `${words.soldOn}: 5`, `${words.destroyed}: 1`, `${words.unaccounted}: 2`],
      ...[`${words.passedOn}: ${words.yes}`, THANKS.actions, THANKS.company, THANKS.responseUrl, 'LAMP <b> (22423)'],
    ])
      expect(plain).toContain(said);
    expect(html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"`);
    expect(html).toContain('LAMP &#60;b&#62;');
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url)).toContain(THANKS.responseUrl);
    expect(html).not.toMatch(/\{[{%]|[\uE000\uE001]|src="(?!cid:logo")/);
    expect(pictures).toEqual([BRAND.logo]);
  });

  it('say nothing of what was not said', async () => {
    const bare = { ...THANKS, drill: false, hurt: false, corrects: false, passedOn: false, rest: 0, quarantined: 0 };
    const { subject, text } = await renderThanksMail({ ...bare, actions: '', contact: '' }, EN, BRAND);
    const words = responseWords('en');
    expect(subject).not.toContain('DRILL');
    for (const said of [
      words.hurtNext,
      words.replaces,
      words.passedOn,
      words.unaccounted,
      words.keep,
      words.drill,
      'contact:',
    ])
      expect(text).not.toContain(said);
    expect(text).toContain(`${words.quarantined}: 0`);
  });

  it('are in English where pages do not speak a language, and made once for each', async () => {
    const czech = await renderThanksMail(THANKS, 'cs' as Language, BRAND);
    expect(czech).toEqual(await renderThanksMail(THANKS, EN, BRAND));
    expect(thanksTemplate(EN)).toContain('[Correct the answer]({{ responseUrl }})');
  });
});
