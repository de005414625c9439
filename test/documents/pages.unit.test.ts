import { describe, expect, it } from '@jest/globals';
import {
  PAGE_LANGUAGES,
  renderAskPage,
  renderMessage,
  renderResponsePage,
  renderThanks,
  responseWords,
  type AnsweredCustomer,
  type ResponseProblem,
} from '../../documents/pages.js';
import { renderAsk } from '../../documents/asks.js';
import { pageFields } from '../../documents/ask-fields.js';
import { DECISION } from '../../engine/form.js';
import type { CallToMake } from '../../documents/calls-on-page.js';
import type { IsoInstant, Language } from '../../engine/words.js';

const BRAND = { name: 'Maker Ltd', hasLogo: true };
const NOW = '2026-09-10T08:00:00.000Z' as IsoInstant;
const UNDECIDED = { picture: null, calls: [], callsLeft: 0, dueAt: NOW, now: NOW, zone: 'UTC', isOpen: true, isCorrected: false, status: '', replacedFor: null, standing: [], isDecision: true, fields: pageFields(DECISION), filled: {}, problems: {}, contact: '' }; // prettier-ignore
const FILLED = { quarantined: '7', soldOn: '8', destroyed: '0', passedOn: false, hurt: false, comment: '', byName: '', byRole: '', byContact: '' }; // prettier-ignore
const ABOUT = { company: 'Maker & Co', product: 'P', item: 'I', hazard: 'It breaks & cuts.', actions: 'Stop.', picture: null, answerBy: '2026-09-20T07:30:00.000Z' as IsoInstant }; // prettier-ignore
const PROBLEMS: ResponseProblem[] = ['notWhole', 'tooMany', 'tooFew', 'tooLong', 'nameless'];

describe.each(PAGE_LANGUAGES)('the response page in %s', (language) => {
  it('has words of its own for everything', () => {
    const english = responseWords('en');
    const words = responseWords(language);
    expect(Object.keys(words)).toEqual(Object.keys(english));
    const same = Object.keys(words).filter((name) => words[name as never] === english[name as never]);
    expect(same).toEqual(language === 'en' ? Object.keys(english) : []);
  });

  it.each(PROBLEMS)('says what is wrong: %s', (problem) => {
    const data = {
      brand: BRAND,
      contact: '+44 1632 960000',
      language,
      drill: true,
      disclaimer: '',
      about: ABOUT,
      filled: FILLED,
    };
    const units = problem === 'tooFew' ? 25 : 10;
    const one = { suffix: '', name: 'N', units, filled: FILLED, problem, wrong: ['soldOn' as const] };
    const html = renderResponsePage({ ...data, customers: [one] });
    const said = /id="problem"><p>([^<]+)</.exec(html)?.[1] ?? '';
    expect(said.length).toBeGreaterThan(10);
    expect(said).not.toMatch(/[{}]|undefined|NaN/);
    expect(said.includes('15') && said.includes('10')).toBe(problem === 'tooMany' || problem === 'tooFew');
    expect(html.includes('name="rest"')).toBe(problem === 'tooFew');
    expect(html.includes(' dir="rtl"')).toBe(language === 'ar');
    for (const told of ['Maker &amp; Co', 'It breaks &#38; cuts.', 'Stop.', '2026-09-20']) expect(html).toContain(told);
    expect(html).toMatch(/<a href="#soldOn">.*id="soldOn"[^>]*aria-invalid="true" aria-describedby="problem"/s);
    expect(html.match(/aria-invalid/g)).toHaveLength(1);
    expect(html).toContain('<a href="tel:+441632960000">');
  });
});

describe('the page of a decision', () => {
  const asked = {
    drill: true,
    recallId: 'R',
    stepTitle: 'S',
    questionText: 'Q',
    shown: 'h',
    ...UNDECIDED,
    brand: BRAND,
    once: 'o',
    proof: '',
    disclaimer: '',
  };
  const evidence = [
    { name: 'Scope', value: 'item 1' },
    { name: 'Reports owed', value: 'not known yet', now: '3 <reports>' },
  ];

  it('that has people called shows whom, in order, with what to say in their language and a form for each, while it is open', () => {
    const call = (recipient: string, language: string, direction: 'ltr' | 'rtl'): CallToMake => ({
      ...{
        recipient,
        name: `Shop <${recipient}>`,
        phone: '0800 SAFE',
        dial: '',
        units: 3,
        script: ['Hello <you>'],
        made: 1,
        attempts: 3,
      },
      ...{ language: language as Language, direction, answerPath: `/r/${recipient}` },
    });
    const calls = [call('c1', 'ar', 'rtl'), call('c2', 'de', 'ltr')];
    const data = { ...asked, isDecision: false, evidence, hasMoved: false, calls, callsLeft: 7 };
    const html = renderAskPage({ ...data, isOpen: true });
    expect(html).toMatch(
      /Who is to be called: 7.*The first 2 stand here.*Shop &lt;c1&gt;.*called 1 of 3.*Shop &lt;c2&gt;/s,
    );
    expect(html).toContain('<div lang="ar" dir="rtl"><p>Hello &lt;you&gt;</p></div>');
    expect(html.match(/name="customer"/g)).toHaveLength(2);
    expect(html).toContain('<a href="/r/c2">');
    expect(new Set(html.match(/ id="[^"]+"/g)).size).toBe(html.match(/ id="[^"]+"/g)!.length);
    expect(renderAskPage({ ...data, isOpen: false })).not.toContain('Hello');
  });

  it.each(PAGE_LANGUAGES)('whose link was replaced says so, and whom to ask, in %s', (language) => {
    const over = { ...asked, isOpen: false, status: 'put anew', evidence, hasMoved: false, contact: 'a@maker.example' };
    const html = renderAskPage({ ...over, replacedFor: language });
    const said = new RegExp(`<p class="note contact" lang="${language}">([^<]*)<a href="mailto:a@maker.example">`).exec(
      html,
    )?.[1];
    expect(said).toContain(responseWords(language).replaced);
    expect(renderAskPage({ ...over, replacedFor: null })).not.toContain(responseWords(language).replaced);
  });

  it('takes its verbs from the form', () => {
    const html = renderAskPage({ ...asked, evidence: evidence.slice(0, 1), hasMoved: false });
    expect([...html.matchAll(/name="outcome" value="(\w+)"/g)].map(([, verb]) => verb)).toEqual(DECISION.verbs);
    expect(html).not.toContain('now:</strong>');
    expect(html).not.toContain('name="renew"');
  });

  it('says what is wrong with what was sent, keeps it, and leads to it', () => {
    const problems = { outcome: 'Choose <one>', reason: 'Too long' };
    const html = renderAskPage({
      ...asked,
      evidence,
      hasMoved: false,
      problems,
      filled: { reason: 'so' },
    });
    expect(html).toMatch(
      /<a href="#outcome">Choose &lt;one&gt;<\/a>.*<input type="radio" id="outcome"[^>]*aria-invalid/s,
    );
    expect(html).toMatch(
      /<a href="#reason">.*id="reason-problem">Too long<.*<textarea id="reason"[^>]*reason-problem" aria-invalid="true">so<\/textarea>/s,
    );
    expect(html).toContain('<title>There is a problem: R: S</title>');
  });

  it('says how long it has been due, and offers nothing where nothing is taken any more', () => {
    const now = '2026-09-10T10:00:00.000Z' as IsoInstant;
    const late = renderAskPage({ ...asked, evidence, hasMoved: true, now, zone: 'Europe/Berlin' });
    expect(late).toMatch(
      /class="due overdue"><strong>Overdue by 2 hours<\/strong> <span>Due 2026-09-10 10:00:00\+02:00/,
    );
    const over = renderAskPage({
      ...asked,
      evidence,
      hasMoved: true,
      isOpen: false,
      status: 'Over.',
      standing: ['Approved by X'],
    });
    expect(over).toMatch(/Over\..*<li>Approved by X<\/li>/s);
    expect(over).not.toMatch(/<form|Due 2026/);
  });

  it('folds away what is there for the record, and long texts but the first', () => {
    const text = 'word '.repeat(200);
    const lines = [
      { name: 'Hash of the case file', value: 'h'.repeat(64) },
      { name: 'Notice, en', value: text },
      { name: 'Notice, de', value: text },
    ];
    const html = renderAskPage({ ...asked, evidence: [...evidence, ...lines], hasMoved: false });
    const [seen, ...folded] = html.split('<details');
    expect(seen).toContain('item 1');
    expect(seen).not.toMatch(/Hash of|Notice/);
    expect(folded.map((part) => [part.startsWith(' open'), /<summary>([^<]*)/.exec(part)![1]])).toEqual([
      [true, 'Notice, en'],
      [false, 'Notice, de'],
      [false, 'For the record: hashes of what is shown'],
    ]);
  });

  it('says beside what was shown what it is now, and offers to put the question anew', () => {
    const html = renderAskPage({ ...asked, evidence, hasMoved: true });
    expect(html).toMatch(/not known yet\s*<span class="now"><strong>now:<\/strong> 3 &lt;reports&gt;<\/span>/);
    expect(html).toContain('name="renew"');
  });
});

it('who has answered reads what is recorded, what is still open, and what comes next', () => {
  const filled = { ...FILLED, passedOn: true, comment: 'Two <broke>' };
  const data = { brand: BRAND, contact: '+44 1632 960000', language: 'en', drill: false, disclaimer: '', about: ABOUT };
  const html = renderThanks({ ...data, filled, customers: [{ name: 'N', units: 18, filled }] });
  for (const said of [
    /apart from other stock<\/dt><dd>7</,
    /what became<\/dt><dd>3</,
    /I supplied<\/dt><dd>Yes</,
    /Two &lt;broke/,
  ])
    expect(html).toMatch(said);
  expect(html).toMatch(/What happens next[^]*keep the units[^]*Stop\./);
  expect(html).not.toContain('hurt');
  const none = { ...FILLED, quarantined: '0', hurt: true };
  const whole = renderThanks({ ...data, filled: none, customers: [{ name: 'N', units: 8, filled: none }] });
  expect(whole).not.toMatch(/what became|keep the units/);
  expect(whole).toMatch(/somebody was hurt\. Please call us[^]*href="tel:\+441632960000"/);
});

describe('what the case says of itself', () => {
  const disclaimer = 'Sample <data>; no defect is alleged.';
  const escaped = 'Sample &lt;data&gt;; no defect is alleged.';
  const form = {
    about: ABOUT,
    customers: [{ suffix: '', name: 'N', units: 10, filled: FILLED, problem: null, wrong: [] }] as [AnsweredCustomer],
    filled: FILLED,
    brand: BRAND,
    contact: '',
  };
  const decision = { recallId: 'R', stepTitle: 'S', questionText: 'Q', ...UNDECIDED, brand: BRAND, evidence: [], hasMoved: false, shown: '', once: '', proof: '' }; // prettier-ignore
  const ask = { recallId: 'R', ask: 'a/1/1', stepTitle: 'S', question: 'task' as const, form: { verbs: [], fields: [] }, name: 'N', dueAt: NOW, zone: 'UTC', rung: 0, evidence: [], shown: '', role: 'quality', onBehalfOf: null, pageUrl: 'https://x.example/d/1' }; // prettier-ignore
  const written = (said: string) => [
    renderResponsePage({ ...form, language: 'en', drill: true, disclaimer: said }),
    renderThanks({ ...form, language: 'en', drill: true, disclaimer: said }),
    renderAskPage({ ...decision, drill: true, disclaimer: said }),
    renderAsk({ brand: { name: 'B', accent: '#000000', onAccent: '#ffffff' }, ...ask, drill: true, disclaimer: said })
      .html,
  ];

  it('ends the pages and the mails', () => {
    for (const html of written(disclaimer))
      expect(html.replace('&lt;', '&lt;').replace('&gt;', '&gt;')).toContain(escaped);
  });

  it('leaves no empty place where a case says nothing', () => {
    for (const html of written('')) expect(html).not.toMatch(/class="small"|<p>\s*<\/p>/);
  });
});

it('a brand is named on every page, with its logo where it has one', () => {
  expect(renderMessage(BRAND, 'T', 'X')).toMatch(/<img src="\/logo" alt=""[^>]*><span>Maker Ltd<\/span>/);
  expect(renderMessage({ ...BRAND, hasLogo: false }, 'T', 'X')).not.toContain('<img');
});

it('the name of a step is a name, though it were a place of our own layout', () => {
  const html = renderMessage(BRAND, '@body@ {{ body }} <b>', 'The text.');
  expect(html).toContain('<title>@body@ {{ body }} &lt;b&gt;</title>');
  expect(html.match(/The text\./g)).toHaveLength(1);
});
