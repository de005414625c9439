import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PreviewedPublication } from '../../engine/effects.js';
import { contextOf } from '../../engine/steps/results.js';
import type { Language, Market, PersonId, Sha256, StepName } from '../../engine/words.js';
import { TRACE } from './playbooks.js';
import { ask, done, failed, give, of, opened, peopleFound, pending, step, TRACED, typesOf, vote } from './recall.js';
import type { Recall } from './recall.js';

const PUBLIC = `
  public: { kind: campaign, title: Tell the public, after: [trace], audience: public, notice: public-notice, languages: [en], preview: [legal], due: PT8H, escalation: stays }
  pack: { kind: task, title: Pack, owner: quality, when: public.published, due: PT4H, escalation: stays }
  close: { kind: closure, title: Close, after: [public], until: public.published, approvers: { any: [legal], count: 1 }, due: P2D, escalation: stays }`;
const MARKETS = [
  { market: 'DE' as Market, units: 4, consignees: 1 },
  { market: 'GB' as Market, units: 16, consignees: 2 },
];

function previewedAs(digit: string, errors: PreviewedPublication['errors'] = []): PreviewedPublication {
  const hash = digit.repeat(64) as Sha256;
  const languages = ['en'] as Language[];
  return { hash, languages, markets: ['DE', 'GB'] as Market[], errors, document: { name: 'preview', sha256: hash } };
}

let recall: Recall;
beforeEach(() => {
  recall = opened(TRACE + PUBLIC);
  done(recall, 'traceSales', { ...TRACED, markets: MARKETS });
});

describe('a campaign for the public', () => {
  it('has its notice judged by the markets that the trace found, and freezes nobody', () => {
    expect(pending(recall, 'previewPublication').payload).toEqual({
      campaign: 'public',
      revision: 1,
      scope: recall.state.scope,
      notice: 'public-notice',
      languages: ['en'],
      markets: ['DE', 'GB'],
    });
    expect(recall.state.outbox.map(({ kind }) => kind)).not.toContain('freezeRecipients');
  });

  it('publishes what was approved by its hash, and is done with it', () => {
    done(recall, 'previewPublication', previewedAs('a'));
    peopleFound(recall);
    expect(ask(recall, 'public/1/1').evidence).toMatchObject({ publication: { hash: 'a'.repeat(64) } });
    expect(contextOf(recall.state).steps['public' as StepName]).toEqual({ done: false, published: false });
    vote(recall, 'public/1/1', 'legal-holder', 'approve', { when: 'PT1H' });
    expect(of(recall.events, 'preview approved')).toMatchObject([{ hash: 'a'.repeat(64) }]);
    expect(step(recall, 'pack').status).toBe('waiting');
    expect(pending(recall, 'publish').payload).toEqual({ campaign: 'public', revision: 1, languages: ['en'] });
    const events = done(recall, 'publish', { n: 1, documents: [] }, 'PT2H');
    expect(of(events, 'published')).toMatchObject([{ step: 'public', n: 1 }]);
    expect(of(events, 'step done')).toMatchObject([{ step: 'public', ending: 'published' }]);
    expect(contextOf(recall.state).steps['public' as StepName]).toEqual({ done: true, published: true });
    // What waits for it goes on in the same turn.
    expect(step(recall, 'pack').status).toBe('active');
    expect(typesOf(events)).toContain('asked');
  });

  it('is written anew where its preview is rejected, and the next revision is what is published', () => {
    done(recall, 'previewPublication', previewedAs('a'));
    peopleFound(recall);
    vote(recall, 'public/1/1', 'legal-holder', 'reject');
    expect(pending(recall, 'previewPublication').payload.revision).toBe(2);
    done(recall, 'previewPublication', previewedAs('b'));
    peopleFound(recall);
    vote(recall, 'public/1/2', 'legal-holder', 'approve');
    expect(pending(recall, 'publish').payload.revision).toBe(2);
    expect(of(recall.events, 'preview approved')).toMatchObject([{ hash: 'b'.repeat(64), revision: 2 }]);
  });

  it('asks whoever approves to accept each error of the notice by its name', () => {
    done(recall, 'previewPublication', previewedAs('a', [{ rule: 'gpsr-title', found: 'en: no title' }]));
    peopleFound(recall);
    expect(ask(recall, 'public/1/1').form.fields).toMatchObject([{ name: 'gpsr-title', type: 'acceptance' }]);
    const [refused] = of(vote(recall, 'public/1/1', 'legal-holder', 'approve'), 'decision refused');
    expect(refused).toMatchObject({ reason: 'not-accepted' });
    vote(recall, 'public/1/1', 'legal-holder', 'approve', { accepts: ['gpsr-title'] });
    expect(pending(recall, 'publish').kind).toBe('publish');
  });

  it('is tried again where the pages cannot be written for the time being', () => {
    done(recall, 'previewPublication', previewedAs('a'));
    peopleFound(recall);
    vote(recall, 'public/1/1', 'legal-holder', 'approve');
    failed(recall, 'publish', 900);
    expect(step(recall, 'public').status).toBe('active');
    expect(of(recall.events, 'effect postponed')).toHaveLength(1);
  });

  it('tells the outside as soon as it is approved, so that nobody cancels the recall any more', () => {
    done(recall, 'previewPublication', previewedAs('a'));
    peopleFound(recall);
    vote(recall, 'public/1/1', 'legal-holder', 'approve');
    const events = give(recall, {
      type: 'cancellation',
      cancellation: { by: 'opener' as PersonId, reason: 'c'.repeat(64) as Sha256 },
    });
    expect(events).toMatchObject([{ type: 'cancellation refused', reason: 'outside-told' }]);
  });
});
