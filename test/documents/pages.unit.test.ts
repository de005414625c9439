import { describe, expect, it } from '@jest/globals';
import { renderResponsePage, responseWords, type ResponseProblem } from '../../documents/pages.js';
import { noticeCatalogue } from '../../documents/notices.js';

const FILLED = { quarantined: '7', soldOn: '8', destroyed: '0', passedOn: false, comment: '' };
const PROBLEMS: ResponseProblem[] = ['notWhole', 'tooMany', 'tooLong'];
const LANGUAGES = [...new Set(Object.values(noticeCatalogue()).flat())];

describe.each(LANGUAGES)('the response page in %s', (language) => {
  it('has words of its own for everything', () => {
    const english = responseWords('en');
    const words = responseWords(language);
    expect(Object.keys(words)).toEqual(Object.keys(english));
    expect(words.title === english.title).toBe(language === 'en');
  });

  it.each(PROBLEMS)('says what is wrong: %s', (problem) => {
    const data = { language, drill: true, name: 'N', product: 'P', item: 'I', units: 10, filled: FILLED };
    const html = renderResponsePage({ ...data, problem });
    const said = /id="problem">([^<]+)</.exec(html)?.[1] ?? '';
    expect(said.length).toBeGreaterThan(10);
    expect(said).not.toMatch(/[{}]|undefined|NaN/);
    expect(said.includes('15') && said.includes('10')).toBe(problem === 'tooMany');
  });
});
