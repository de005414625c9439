import { describe, expect, it } from '@jest/globals';
import {
  renderDecisionPage,
  renderMessage,
  renderResponsePage,
  renderThanks,
  responseWords,
  type ResponseProblem,
} from '../../documents/pages.js';
import { renderAsk } from '../../documents/asks.js';
import { DECISION } from '../../engine/form.js';
import type { IsoInstant } from '../../engine/words.js';
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
    const data = {
      language,
      drill: true,
      disclaimer: '',
      name: 'N',
      product: 'P',
      item: 'I',
      units: 10,
      filled: FILLED,
    };
    const html = renderResponsePage({ ...data, problem });
    const said = /id="problem">([^<]+)</.exec(html)?.[1] ?? '';
    expect(said.length).toBeGreaterThan(10);
    expect(said).not.toMatch(/[{}]|undefined|NaN/);
    expect(said.includes('15') && said.includes('10')).toBe(problem === 'tooMany');
  });
});

describe('the page of a decision', () => {
  const asked = {
    drill: true,
    recallId: 'R',
    stepTitle: 'S',
    questionText: 'Q',
    due: 'D',
    verbs: DECISION.verbs,
    shown: 'h',
    status: 'open',
    errors: [],
    once: 'o',
    disclaimer: '',
  };
  const evidence = [
    { name: 'Scope', value: 'item 1' },
    { name: 'Reports owed', value: 'not known yet', now: '3 <reports>' },
  ];

  it('takes its verbs from the form', () => {
    const html = renderDecisionPage({ ...asked, evidence: evidence.slice(0, 1), hasMoved: false });
    expect([...html.matchAll(/name="outcome" value="(\w+)"/g)].map(([, verb]) => verb)).toEqual(DECISION.verbs);
    expect(html).not.toContain('now:');
    expect(html).not.toContain('name="renew"');
  });

  it('says beside what was shown what it is now, and offers to put the question anew', () => {
    const html = renderDecisionPage({ ...asked, evidence, hasMoved: true });
    expect(html).toMatch(/not known yet\s*<span class="now">now: 3 &#60;reports&#62;<\/span>|now: 3 &lt;reports&gt;/);
    expect(html).toContain('name="renew"');
  });
});

describe('what the case says of itself', () => {
  const disclaimer = 'Sample <data>; no defect is alleged.';
  const escaped = 'Sample &#60;data&#62;; no defect is alleged.';
  const form = { name: 'N', product: 'P', item: 'I', units: 10, filled: FILLED, problem: null };
  const decision = { recallId: 'R', stepTitle: 'S', questionText: 'Q', due: '', verbs: DECISION.verbs, errors: [], evidence: [], hasMoved: false, shown: '', status: 'open', once: '' }; // prettier-ignore
  const ask = { recallId: 'R', ask: 'a/1/1', stepTitle: 'S', question: 'task' as const, form: { verbs: [], fields: [] }, name: 'N', dueAt: '2026-09-10T08:00:00.000Z' as IsoInstant, zone: 'UTC', rung: 0, evidence: [], shown: '', decideUrl: null }; // prettier-ignore
  const written = (said: string) => [
    renderResponsePage({ ...form, language: 'en', drill: true, disclaimer: said }),
    renderThanks({ language: 'en', drill: true, disclaimer: said }),
    renderDecisionPage({ ...decision, drill: true, disclaimer: said }),
    renderAsk({ ...ask, drill: true, disclaimer: said }).html,
  ];

  it('ends the pages and the mails', () => {
    for (const html of written(disclaimer))
      expect(html.replace('&lt;', '&#60;').replace('&gt;', '&#62;')).toContain(escaped);
  });

  it('leaves no empty place where a case says nothing', () => {
    for (const html of written('')) expect(html).not.toMatch(/class="small"|<p>\s*<\/p>/);
  });
});

it('the name of a step is a name, though it were a place of our own layout', () => {
  const html = renderMessage('@body@ {{ body }} <b>', 'The text.');
  expect(html).toContain('<title>@body@ {{ body }} &lt;b&gt;</title>');
  expect(html.match(/The text\./g)).toHaveLength(1);
});
