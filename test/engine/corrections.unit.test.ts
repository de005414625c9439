import { describe, expect, it } from '@jest/globals';
import { whyNotCorrected } from '../../engine/corrections.js';
import { measure } from '../../engine/measures.js';
import type { Sha256 } from '../../engine/words.js';
import { ASSESS, closing, NOTIFY, PACK, telling, TRACE } from './playbooks.js';
import {
  about,
  answer,
  ask,
  at,
  close,
  correct,
  done,
  entryOf,
  give,
  of,
  opened,
  owed,
  peopleFound,
  step,
  tickAndAsk,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const BY = 'quality-holder';
const GATE = `
  decide: { kind: gate, title: Decide, after: [assess], approvers: { all: [quality, legal] }, due: PT8H, escalation: stays, on-reject: { back-to: assess, at-most: 2 } }`;
const DOCUMENTS = [{ name: 'report.pdf', sha256: 'f'.repeat(64) as Sha256 }];

/** Quality has found the risk low. */
function assessed(more = ''): Recall {
  const recall = opened(`${ASSESS}${GATE}${more}${closing('decide')}`);
  peopleFound(recall);
  answer(recall, 'assess/1/1', BY, { risk: 'low' }, 'PT1H');
  peopleFound(recall);
  return recall;
}

describe('an assessment that is corrected', () => {
  it('keeps what it was, sets the fact anew, and has everybody who was asked on it decide anew', () => {
    const recall = assessed();
    vote(recall, 'decide/1/1', BY, 'approve');
    const events = correct(recall, 'assess/1/1', BY, { risk: 'serious' }, 'PT2H');
    expect(events.slice(0, 2)).toMatchObject([
      { type: 'answer corrected', by: BY, was: { risk: 'low' }, values: { risk: 'serious' }, at: at('PT2H') },
      { type: 'facts set', facts: { risk: 'serious' } },
    ]);
    expect(typesOf(events)).toContain('ask renewed');
    expect(step(recall, 'decide')).toMatchObject({ status: 'active', detail: { votes: [] } });
    const again = correct(recall, 'assess/1/1', BY, { risk: 'low' }, 'PT3H');
    expect(again[0]).toMatchObject({ was: { risk: 'serious' }, values: { risk: 'low' } });
  });

  it('is refused where it says the same, does not fit the form, or comes from somebody who is not asked', () => {
    const recall = assessed();
    const refused = (by: string, values: object) =>
      correct(recall, 'assess/1/1', by, values as never).map((event) =>
        'reason' in event ? event.reason : event.type,
      );
    expect(refused(BY, { risk: 'low' })).toEqual(['unchanged']);
    expect(refused(BY, { risk: 'medium' })).toEqual(['wrong-answer']);
    expect(refused('legal-holder', { risk: 'serious' })).toEqual(['not-asked']);
    expect(correct(recall, 'assess/7/1', BY, {})).toMatchObject([{ reason: 'unknown-ask' }]);
    expect(recall.state.facts).toEqual({ risk: 'low' });
  });

  it('is never meant by a second answer: who answers a question that is answered is refused as before', () => {
    const recall = assessed();
    expect(answer(recall, 'assess/1/1', BY, { risk: 'serious' })).toMatchObject([{ reason: 'gate-closed' }]);
    const unanswered = opened(ASSESS + closing('assess'));
    peopleFound(unanswered);
    expect(correct(unanswered, 'assess/1/1', BY, { risk: 'low' })).toMatchObject([
      { reason: 'gate-closed', message: 'this cannot be corrected: it has not been answered' },
    ]);
  });

  it('is refused to who has left the role, and taken from who came into it', () => {
    const recall = assessed();
    const held = { role: 'quality' as never, holder: 'successor' as never, deputies: [] };
    give(recall, { type: 'roster changed', roles: [held] });
    expect(correct(recall, 'assess/1/1', 'successor', { risk: 'serious' })).toMatchObject([{ reason: 'not-asked' }]);
  });

  it('is refused once the gate has decided on it', () => {
    const recall = assessed();
    vote(recall, 'decide/1/1', BY, 'approve');
    vote(recall, 'decide/1/2', 'legal-holder', 'approve');
    expect(correct(recall, 'assess/1/1', BY, { risk: 'serious' })).toMatchObject([
      { reason: 'gate-closed', message: 'this cannot be corrected: decide has been decided on it' },
    ]);
    expect(whyNotCorrected(recall.state, ask(recall, 'decide/1/1'))).toContain('a decision is not taken back');
  });

  it('is refused once the gate has sent it back, which asks anew', () => {
    const recall = assessed();
    vote(recall, 'decide/1/1', BY, 'reject');
    expect(correct(recall, 'assess/1/1', BY, { risk: 'serious' })).toMatchObject([
      { message: 'this cannot be corrected: its step was sent back, and asks anew' },
    ]);
  });

  it('is refused once something has begun or been left out because of it, and once others have been told', () => {
    const asks = `
  warn: { kind: task, title: Warn, when: 'facts.risk == "serious"', owner: legal, due: P1D, escalation: stays }`;
    expect(correct(assessed(asks), 'assess/1/1', BY, { risk: 'serious' })).toMatchObject([
      { message: 'this cannot be corrected: warn has started or been skipped because of it' },
    ]);
    const told = `
${TRACE}${telling('after: [assess, trace], preview: [legal], escalation: stays, ladder: [{ by: email }]')}`;
    const recall = assessed(told);
    expect(whyNotCorrected(recall.state, ask(recall, 'assess/1/1'))).toBeNull();
    const tell = recall.state.steps.find(({ name }) => name === 'tell')!;
    Object.assign(tell.detail, { approvedAt: at('PT2H') });
    expect(whyNotCorrected(recall.state, ask(recall, 'assess/1/1'))).toBe('others have been told by tell');
  });

  it('is refused after the closing', () => {
    const recall = opened(ASSESS + closing('assess'));
    peopleFound(recall);
    answer(recall, 'assess/1/1', BY, { risk: 'low' });
    peopleFound(recall);
    expect(whyNotCorrected(recall.state, ask(recall, 'assess/1/1'))).toBeNull();
    close(recall);
    expect(whyNotCorrected(recall.state, ask(recall, 'assess/1/1'))).toBe('the recall is closed');
  });
});

describe('other answers', () => {
  it('a reference is corrected while other reports of the step are under way, and stands corrected in the measures', () => {
    const recall = opened(TRACE + NOTIFY + closing('notify'));
    done(recall, 'traceSales', TRACED);
    const filings = [owed('eu', { mode: 'portal' }), owed('gb')];
    done(recall, 'planFilings', { filings, counselNeeded: [], lawThere: [] });
    done(recall, 'fileReport', { documents: DOCUMENTS });
    done(recall, 'fileReport', { documents: DOCUMENTS });
    peopleFound(recall);
    answer(recall, 'notify/1/1', 'legal-holder', { reference: 'EU-1' }, 'PT1H');
    expect(typesOf(correct(recall, 'notify/1/1', 'legal-holder', { reference: 'EU-2' }, 'PT2H'))).toEqual([
      'answer corrected',
      'reference corrected',
    ]);
    // It is held against the pattern as a first answer is, and another one is taken with a reason.
    expect(correct(recall, 'notify/1/1', 'legal-holder', { reference: 'by phone' })).toMatchObject([
      {
        type: 'answer refused',
        reason: 'wrong-answer',
        message: expect.stringContaining('expected a reference of the form'),
      },
    ]);
    const explained = { reference: 'by phone', reason: 'a'.repeat(64) };
    expect(typesOf(correct(recall, 'notify/1/1', 'legal-holder', explained))).toContain('reference corrected');
    correct(recall, 'notify/1/1', 'legal-holder', { reference: 'EU-2' });
    const { filings: measured } = measure(recall.events.map(entryOf));
    expect(measured.map(({ reference, filedAt }) => [reference, filedAt])).toEqual([
      ['EU-2', at('PT1H')],
      [null, at('PT0S')],
    ]);
    give(recall, { type: 'receipt came', about: about('gb'), reference: 'GB-1' }, 'PT3H');
    expect(step(recall, 'notify').status).toBe('done');
    expect(correct(recall, 'notify/1/1', 'legal-holder', { reference: 'EU-3' })).toMatchObject([
      { message: 'this cannot be corrected: all reports of its step have their reference' },
    ]);
  });

  it('a wait is made longer, shorter or ended as long as it lasts, counted from the correction', () => {
    const limit = '{ within: P1D, then: { ask: legal, due: PT8H, escalation: stays } }';
    const recall = opened(`${PACK}
  quiet: { kind: wait, title: Wait, until: { condition: pack.done, limit: ${limit} } }${closing('quiet')}`);
    peopleFound(recall);
    tickAndAsk(recall, 'P1D');
    answer(recall, 'quiet/1/1', 'legal-holder', { hours: 240 }, 'P1DT1H');
    const events = correct(recall, 'quiet/1/1', 'legal-holder', { hours: 24 }, 'P1DT2H');
    expect(of(events, 'wait extended')).toMatchObject([{ until: at('P2DT2H') }]);
    expect(typesOf(correct(recall, 'quiet/1/1', 'legal-holder', { hours: 0 }, 'P1DT3H')).slice(0, 3)).toEqual([
      'answer corrected',
      'wait ended',
      'step done',
    ]);
    expect(whyNotCorrected(recall.state, ask(recall, 'quiet/1/1'))).toBe('the wait has ended');
  });

  it('a task that was said to be done is not taken back', () => {
    const recall = opened(PACK + closing('pack'));
    peopleFound(recall);
    answer(recall, 'pack/1/1', BY, {});
    expect(whyNotCorrected(recall.state, ask(recall, 'pack/1/1'))).toContain('what came after that has begun');
  });
});
