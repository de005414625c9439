import { beforeEach, describe, expect, it } from '@jest/globals';
import { namedId } from '../../engine/cascade.js';
import { layersOf, tellsOn } from '../../engine/layers.js';
import { nextDue } from '../../engine/decide.js';
import { elapsed, type RecipientId, type StepName } from '../../engine/words.js';
import { telling, TRACE } from './playbooks.js';
import {
  answer,
  ask,
  done,
  frozenAs,
  give,
  of,
  opened,
  peopleFound,
  pending,
  step,
  stepName,
  tally,
  TRACED,
  vote,
  type Recall,
} from './recall.js';

const TELL = telling('after: [trace], preview: [legal], escalation: stays, ladder: [{ by: email }]');
const TELL_ON = `
  tellOn: { kind: campaign, title: Tell on, after: [trace], audience: passed-on, of: tell, layer: retailer, takes: { at-most: 3, of-each: 2, within: P5D, ask: quality }, notice: recall-notice, languages: [en], preview: [legal], due: PT8H, escalation: stays, ladder: [{ by: email }] }`;
const CLOSE = `
  close: { kind: closure, title: Close, after: [tellOn], approvers: { any: [legal], count: 1 }, due: P2D, escalation: stays }`;
const NOBODY = { ...frozenAs('b'.repeat(64)), recipients: 0, waves: [], byLanguage: {} };
const NONE = { added: 0, known: 0, recipients: 0, unreachable: 0, waiting: 0 };

let recall: Recall;
beforeEach(() => {
  recall = opened(TRACE + TELL_ON + TELL + CLOSE);
  done(recall, 'traceSales', TRACED);
});

const kinds = (): string[] => recall.state.outbox.filter((one) => one.step === 'tellOn').map(({ kind }) => kind);
const named = () => give(recall, { type: 'customers named', step: stepName('tellOn') });
const sent = () => done(recall, 'runCampaign', { tally: tally({}), nextDue: null, watch: null, excess: null });

/** Approved, and told to nobody, because nobody was named yet. */
function approved(): void {
  done(recall, 'freezeRecipients', NOBODY);
  peopleFound(recall);
  vote(recall, 'tellOn/1/1', 'legal-holder', 'approve');
}
function begun(): void {
  approved();
  sent();
  done(recall, 'addRecipients', NONE);
}

describe('a campaign for those who are named', () => {
  it('shows who approves it for whom it is, and how many may be told', () => {
    done(recall, 'freezeRecipients', NOBODY);
    peopleFound(recall);
    const takes = { of: 'tell', layer: 'retailer', atMost: 3, ofEach: 2, within: 'P5D', ask: 'quality' };
    expect(ask(recall, 'tellOn/1/1').evidence).toMatchObject({ takes, preview: { recipients: 0 } });
  });

  it('adds nobody before it is approved, and then also those who were named before', () => {
    named();
    done(recall, 'freezeRecipients', NOBODY);
    peopleFound(recall);
    expect(kinds()).not.toContain('addRecipients');
    vote(recall, 'tellOn/1/1', 'legal-holder', 'approve');
    sent();
    expect(pending(recall, 'addRecipients').payload).toMatchObject({ of: 'tell', revision: 1, heard: 2, atMost: 3 });
  });

  it('tells who is added, one run after the other', () => {
    begun();
    expect(kinds()).toEqual([]);
    named();
    named();
    expect(kinds()).toEqual(['addRecipients']);
    done(recall, 'addRecipients', { ...NONE, added: 2, recipients: 2 });
    expect(kinds()).toEqual(['runCampaign']);
    sent();
    // The second message came while the first was being taken in.
    expect(kinds()).toEqual(['addRecipients']);
    done(recall, 'addRecipients', { ...NONE, recipients: 2 });
    expect(kinds()).toEqual([]);
    expect(step(recall, 'tellOn').status).toBe('active');
  });

  it.each(['allow', 'refuse'] as const)('asks before it tells more than it may: %s', (verdict) => {
    begun();
    named();
    done(recall, 'addRecipients', { ...NONE, added: 3, recipients: 3, waiting: 2 });
    sent();
    peopleFound(recall);
    const asked = ask(recall, 'tellOn/1/2');
    expect(asked).toMatchObject({ question: 'allow-growth', role: 'quality', status: 'open' });
    expect(asked.evidence).toMatchObject({ growth: { told: 3, waiting: 2, atMost: 3 } });
    named();
    done(recall, 'addRecipients', { ...NONE, recipients: 3, waiting: 4 });
    expect(kinds()).toEqual([]);
    expect(of(answer(recall, 'tellOn/1/2', 'quality-holder', { verdict }), 'growth judged')).toHaveLength(1);
    if (verdict === 'refuse') return expect(kinds()).toEqual([]);
    expect(pending(recall, 'addRecipients').payload).toMatchObject({ atMost: 6 });
  });

  it('goes on for names until its time is over, and ends then', () => {
    begun();
    expect(step(recall, 'tellOn').status).toBe('active');
    const until = nextDue(recall.state)!;
    give(recall, { type: 'tick' }, elapsed(recall.state.now, until));
    expect(step(recall, 'tellOn')).toMatchObject({ status: 'done' });
    expect(of(named(), 'customers named')).toEqual([]);
  });
});

it('a layer is found by its campaign, and somebody named by who named them', () => {
  const { playbook } = recall.state;
  expect(layersOf(playbook)).toEqual(new Map([['tellOn', 'retailer']]));
  expect(tellsOn(playbook, 'tell' as StepName)?.name).toBe('tellOn');
  expect(tellsOn(playbook, 'tellOn' as StepName)).toBeNull();
  expect(namedId(namedId('c100' as RecipientId, 2), 1)).toBe('c100~2~1');
});
