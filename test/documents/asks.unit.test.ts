import { describe, expect, it } from '@jest/globals';
import { renderAsk } from '../../documents/asks.js';
import { DECISION, type Form } from '../../engine/form.js';
import type { IsoInstant } from '../../engine/words.js';

const ANSWERED: Form = {
  verbs: [],
  fields: [{ name: 'risk', label: 'risk', required: true, type: 'choice', choices: ['high', 'low'] }],
};
const PAGE = 'https://recall.example/d/abc';
const ASKED = {
  brand: { name: 'Maker & Sons', accent: '#7a1f1f', onAccent: '#fffffe' },
  drill: true,
  recallId: 'RC-2026-0001',
  ask: 'assess/1/1',
  stepTitle: 'Assess <it>',
  question: 'assessment' as const,
  name: 'Ana',
  role: 'quality',
  onBehalfOf: null,
  dueAt: '2026-09-10T08:00:00.000Z' as IsoInstant,
  zone: 'Europe/Berlin',
  rung: 0,
  evidence: [{ name: 'Hazard', value: 'Broken <edges>', now: 'Worse' }],
  shown: 'f'.repeat(64),
  pageUrl: PAGE,
  disclaimer: '',
};

describe.each([
  ['a decision', DECISION, 'Read and decide'],
  ['an answer', ANSWERED, 'Read and answer'],
])('the mail that asks for %s', (_what, form, button) => {
  const { text, html } = renderAsk({ ...ASKED, form });

  it('says what, why and by when on the clock of who reads it, in both of its parts', () => {
    for (const part of [text, html]) {
      expect(part).toContain('Please assess the risk and answer the form.');
      expect(part).toContain('It is due at 2026-09-10 10:00:00+02:00.');
      expect(part).toContain('You are asked as quality.');
      expect(part).toMatch(/^.*DRILL/s);
    }
    expect(text).toContain('Hazard: Broken <edges>\n  now: Worse');
    expect(html).toMatch(/Broken &lt;edges&gt;\s+<strong>now:<\/strong> Worse/);
  });

  it('is from whom the brand says, with the button in its colours', () => {
    expect(html).toContain('color:#7a1f1f;font-weight:bold">Maker &amp; Sons</p>');
    expect(html).toMatch(/<a href="[^"]*" style="[^"]*color:#fffffe;background:#7a1f1f;/);
  });

  it('has one button, which opens the page, and its address as text', () => {
    expect([...html.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)</g)].map(([, to, words]) => [to, words])).toEqual([
      [PAGE, button],
    ]);
    expect(text).toContain(`${button} here:\n${PAGE}\n`);
  });
});

it('who is asked because others were silent, or in the place of somebody, is told so', () => {
  const { subject, text } = renderAsk({ ...ASKED, form: ANSWERED, rung: 1, onBehalfOf: 'Tobias' });
  expect(subject).toBe('DRILL RC-2026-0001: Assess <it> (nobody has answered yet)');
  expect(text).toContain('You are asked as quality, for Tobias: nobody who was asked before has answered.');
});

it('an answer can be given by command too; a decision names what was read', () => {
  expect(renderAsk({ ...ASKED, form: ANSWERED }).text).toContain('recall answer RC-2026-0001/assess/1/1 risk=high|low');
  expect(renderAsk({ ...ASKED, form: DECISION }).text).not.toContain('recall answer');
});
