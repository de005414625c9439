import { beforeEach, describe, expect, it } from '@jest/globals';
import { nextDue } from '../../engine/decide.js';
import { hashOf } from '../../engine/digest.js';
import { campaignModel } from '../../engine/steps/campaign/model.js';
import type { Tally } from '../../engine/tally.js';
import { addToWave, newWave, type WaveCounts } from '../../engine/waves.js';
import { telling, TRACE } from './playbooks.js';
import {
  answer,
  ask,
  at,
  correct,
  done,
  failed,
  frozenAs,
  give,
  of,
  opened,
  peopleFound,
  pending,
  step,
  stepName,
  tally,
  tick,
  tickAndAsk,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const TELL =
  'after: [trace], preview: [legal, quality], escalation: decision, ladder: [{ by: email }, { by: email, after: P3D }]';
const WATCH = 'watch: { enough: tell.acknowledged >= 0.5, by: P10D }';
const CLOSE = `
  close:
    { kind: closure, title: Close, after: [tell], until: tell.enough || tell.overdue, approvers: { any: [legal], count: 1 }, due: P2D, escalation: stays }`;
const STEPS = TRACE + telling(`${TELL}, ${WATCH}`) + CLOSE;
const TELEPHONE = `
  telephone: { kind: task, title: Call, after: [tell], when: tell.unreachable > 0.0, owner: quality, due: P2D, escalation: stays }`;
const AT_ONCE = `
  written: { kind: wait, title: Wait, after: [trace], until: { condition: tell.begun && (tell.anyUnreachable || tell.finished), limit: { within: P30D, then: continue } } }
  call: { kind: task, title: Call, after: [written], when: tell.unreachable > 0.0, owner: quality, due: P1D, escalation: stays }`;
const HASH = 'a'.repeat(64);

/** A recall of these steps whose recipients are frozen, and whose preview has been put to those who approve it. */
function previewed(steps: string): Recall {
  const fresh = opened(steps);
  done(fresh, 'traceSales', TRACED);
  done(fresh, 'freezeRecipients', frozenAs(HASH));
  peopleFound(fresh);
  return fresh;
}

let recall: Recall;
beforeEach(() => {
  recall = previewed(STEPS);
});

function approved(): void {
  vote(recall, 'tell/1/1', 'legal-holder', 'approve');
  vote(recall, 'tell/1/2', 'quality-holder', 'approve');
}

function started(): void {
  approved();
  done(recall, 'registerWatch', { value: false, tally: tally({}) });
}

/** A door tells a change of the watch: the next one, unless another is said. */
function watch(value: boolean, counts: Tally, when?: string, change = lastChange() + 1): ReturnType<typeof give> {
  return give(
    recall,
    { type: 'watch changed', watch: 'tell/enough', step: stepName('tell'), change, value, tally: counts },
    when,
  );
}

function lastChange(): number {
  return Math.max(0, ...of(recall.events, 'watch changed').map(({ change }) => change));
}

describe('the preview of a campaign', () => {
  it('freezes the recipients before anybody is asked', () => {
    const order = typesOf(recall.events).filter((type) => type === 'recipients frozen' || type === 'asked');
    expect(order).toEqual(['recipients frozen', 'asked', 'asked']);
    const evidence = { preview: { hash: HASH, recipients: 10 } };
    const about = { kind: 'preview', id: 'tell/1' };
    expect(ask(recall, 'tell/1/1')).toMatchObject({ question: 'approve-preview', role: 'legal', about, evidence });
    expect(ask(recall, 'tell/1/2')).toMatchObject({ role: 'quality', shown: ask(recall, 'tell/1/1').shown });
  });

  it('is approved by the hash of what was shown, and by no other', () => {
    expect(vote(recall, 'tell/1/1', 'legal-holder', 'approve', { shown: 'b'.repeat(64) })).toMatchObject([
      { type: 'decision refused', reason: 'stale-hash' },
    ]);
    vote(recall, 'tell/1/1', 'legal-holder', 'approve');
    expect(recall.state.outbox).toEqual([]);
    const events = vote(recall, 'tell/1/2', 'quality-holder', 'approve');
    expect(of(events, 'preview approved')).toMatchObject([{ revision: 1, hash: HASH }]);
  });

  it('is followed by the watch, and only then by notices', () => {
    approved();
    expect(recall.state.outbox.map(({ kind }) => kind)).toEqual(['registerWatch']);
    expect(pending(recall, 'registerWatch').payload).toEqual({
      campaign: 'tell',
      condition: 'tell.acknowledged >= 0.5',
    });
    done(recall, 'registerWatch', { value: false, tally: tally({}) });
    expect(recall.state.outbox.map(({ kind }) => kind)).toEqual(['runCampaign']);
  });

  it('starts the notices at once where the playbook watches nothing', () => {
    recall = previewed(TRACE + telling(TELL) + CLOSE);
    approved();
    expect(recall.state.outbox.map(({ kind }) => kind)).toEqual(['runCampaign']);
  });

  it('rejected, freezes anew as the next revision and takes no vote on the former', () => {
    const events = vote(recall, 'tell/1/1', 'legal-holder', 'reject');
    expect(typesOf(events)).toEqual(['decision given', 'ask withdrawn', 'preview rejected', 'effect requested']);
    expect(pending(recall, 'freezeRecipients').payload.revision).toBe(2);
    expect(vote(recall, 'tell/1/2', 'quality-holder', 'approve')).toMatchObject([{ reason: 'gate-closed' }]);
    done(recall, 'freezeRecipients', frozenAs('c'.repeat(64)));
    peopleFound(recall);
    expect(ask(recall, 'tell/1/3').evidence).toMatchObject({ rejections: [{ by: 'legal-holder' }] });
    vote(recall, 'tell/1/3', 'legal-holder', 'approve');
    expect(of(vote(recall, 'tell/1/4', 'quality-holder', 'approve'), 'preview approved')).toMatchObject([
      { revision: 2, hash: 'c'.repeat(64) },
    ]);
  });

  it('rejected three times, fails the step', () => {
    for (const revision of [1, 2, 3]) {
      vote(recall, `tell/1/${revision * 2}`, 'quality-holder', 'reject');
      if (revision === 3) break;
      done(recall, 'freezeRecipients', frozenAs(String(revision).repeat(64)));
      peopleFound(recall);
    }
    expect(step(recall, 'tell').status).toBe('failed');
    expect(of(recall.events, 'step failed')).toMatchObject([{ reason: 'preview rejected' }]);
    expect(recall.state.outbox).toEqual([]);
  });

  it('of a later revision is not approved alone by a ladder that ended in an earlier one', () => {
    for (const when of ['PT2H', 'PT4H', 'PT7H', 'PT10H', 'PT13H']) tickAndAsk(recall, when);
    vote(recall, 'tell/1/1', 'commander-holder', 'reject');
    done(recall, 'freezeRecipients', frozenAs('c'.repeat(64)));
    peopleFound(recall);
    for (const when of ['PT15H', 'PT17H']) tickAndAsk(recall, when);
    expect(typesOf(vote(recall, 'tell/1/3', 'commander-holder', 'approve'))).toEqual(['decision given']);
  });
});

describe('errors of the notice check', () => {
  const errors = [
    { rule: 'EU-07', found: 'de for DE: the words "vorsorglicher" stand in the notice' },
    { rule: 'LANG-02', found: 'fr: no words for replacement' },
  ];
  const approves = (by: 'legal' | 'quality', accepts: string[]) =>
    vote(recall, by === 'legal' ? 'tell/1/3' : 'tell/1/4', `${by}-holder`, 'approve', { accepts });

  beforeEach(() => {
    vote(recall, 'tell/1/1', 'legal-holder', 'reject');
    done(recall, 'freezeRecipients', { ...frozenAs('c'.repeat(64)), errors });
    peopleFound(recall);
  });

  it('are named by the form, and make its hash another one', () => {
    const { form, shown } = ask(recall, 'tell/1/3');
    expect(form.fields).toMatchObject(
      errors.map(({ rule, found }) => ({ name: rule, label: found, required: true, type: 'acceptance' })),
    );
    expect(shown).not.toBe(ask(recall, 'tell/1/1').shown);
  });

  it('do not let an approval through that does not accept each of them', () => {
    for (const accepts of [[], ['EU-07']])
      expect(approves('legal', accepts)).toMatchObject([{ type: 'decision refused', reason: 'not-accepted' }]);
    for (const accepts of [
      ['EU-07', 'LANG-02', 'EU-01'],
      ['EU-07', 'LANG-02', 'EU-07'],
    ])
      expect(approves('legal', accepts)).toMatchObject([{ type: 'decision refused', reason: 'wrong-answer' }]);
    expect(ask(recall, 'tell/1/3').status).toBe('open');
  });

  it('stand in the ledger with who accepted them and why, and the next to approve need not say it again', () => {
    expect(approves('legal', ['EU-07', 'LANG-02'])).toMatchObject([
      {
        type: 'decision given',
        by: 'legal-holder',
        accepted: [
          { rule: 'EU-07', reason: hashOf('EU-07') },
          { rule: 'LANG-02', reason: hashOf('LANG-02') },
        ],
      },
    ]);
    expect(of(approves('quality', []), 'preview approved')).toHaveLength(1);
  });

  it('are not accepted by who rejects', () => {
    expect(vote(recall, 'tell/1/3', 'legal-holder', 'reject', { accepts: ['EU-07'] })).toMatchObject([
      { type: 'decision refused', reason: 'wrong-answer' },
    ]);
    expect(of(vote(recall, 'tell/1/3', 'legal-holder', 'reject'), 'preview rejected')).toHaveLength(1);
  });

  it('of one revision accepted are not those of the next', () => {
    approves('legal', ['EU-07', 'LANG-02']);
    vote(recall, 'tell/1/4', 'quality-holder', 'reject');
    done(recall, 'freezeRecipients', { ...frozenAs('d'.repeat(64)), errors });
    peopleFound(recall);
    expect(vote(recall, 'tell/1/6', 'quality-holder', 'approve')).toMatchObject([{ reason: 'not-accepted' }]);
  });
});

describe('a campaign under way', () => {
  it('runs again at the earliest next due instant, once, and is told when enough have answered the last notice', () => {
    started();
    done(recall, 'runCampaign', { tally: tally({ delivered: 10 }), nextDue: at('P3D'), watch: null, excess: null });
    expect(nextDue(recall.state)).toBe(at('P3D'));
    expect(tick(recall, 'P2DT23H')).toEqual([]);
    expect(typesOf(tick(recall, 'P3D'))).toEqual(['effect requested']);
    // While it runs, only the watch's instant is waited for.
    expect(nextDue(recall.state)).toBe(at('P10D'));
    expect(tick(recall, 'P3DT1H')).toEqual([]);
    const events = done(recall, 'runCampaign', {
      tally: tally({ delivered: 9, bounced: 1 }),
      nextDue: null,
      watch: null,
      excess: null,
    });
    expect(of(events, 'step done')).toEqual([]);
    expect(step(recall, 'tell').detail).toMatchObject({ tally: { delivered: 9, bounced: 1 }, finished: true });
    const answered = watch(true, tally({ responded: 5 }), 'P5D');
    expect(of(answered, 'step done')).toMatchObject([{ step: 'tell', ending: 'told' }]);
  });

  it('runs again at once where a run has left something to do', () => {
    started();
    const first = pending(recall, 'runCampaign').id;
    done(recall, 'runCampaign', {
      tally: tally({ delivered: 10 }),
      nextDue: recall.state.now,
      watch: null,
      excess: null,
    });
    expect(pending(recall, 'runCampaign').id).not.toBe(first);
    expect(step(recall, 'tell').status).toBe('active');
  });

  it('ends without enough answers when their time is over, and people are asked whether that closes it', () => {
    started();
    done(recall, 'runCampaign', { tally: tally({ delivered: 10 }), nextDue: null, watch: null, excess: null });
    expect(step(recall, 'close').status).toBe('waiting');
    expect(typesOf(tick(recall, 'P10D'))).toEqual(['enough not reached', 'effect requested']);
    const events = done(recall, 'runCampaign', {
      tally: tally({ delivered: 10 }),
      nextDue: null,
      watch: null,
      excess: null,
    });
    expect(of(events, 'step done')).toMatchObject([{ step: 'tell', ending: 'told, too few have answered' }]);
    expect(of(events, 'asked')).toMatchObject([{ step: 'close', question: 'close' }]);
  });

  it('is counted anew before it ends: what came back since the last notice is telephoned', () => {
    recall = previewed(STEPS + TELEPHONE);
    started();
    done(recall, 'runCampaign', {
      tally: tally({ delivered: 10, unreachable: 0 }),
      nextDue: null,
      watch: null,
      excess: null,
    });
    tick(recall, 'P10D');
    const events = done(recall, 'runCampaign', {
      tally: tally({ delivered: 9, unreachable: 1 }),
      nextDue: null,
      watch: null,
      excess: null,
    });
    expect(of(events, 'asked')).toContainEqual(
      expect.objectContaining({ step: 'telephone', question: 'task', role: 'quality' }),
    );
    peopleFound(recall);
    expect(answer(recall, 'telephone/1/1', 'quality-holder', { done: false })).toMatchObject([
      { type: 'answer refused', reason: 'wrong-answer', message: expect.stringContaining('done=true') },
    ]);
    expect(answer(recall, 'telephone/1/1', 'quality-holder', { reached: 1 })).toMatchObject([
      { type: 'answer refused', reason: 'wrong-answer' },
    ]);
    expect(typesOf(answer(recall, 'telephone/1/1', 'quality-holder', { done: true }))).toEqual([
      'answer given',
      'step done',
    ]);
  });

  it('has those telephoned at once whose address proves dead after the first mails, however late that is', () => {
    recall = previewed(STEPS + AT_ONCE);
    started();
    done(recall, 'runCampaign', { tally: tally({ delivered: 10 }), nextDue: at('P3D'), watch: null, excess: null });
    expect(step(recall, 'written').status).toBe('active');
    const events = watch(false, tally({ delivered: 9, bounced: 1, unreachable: 1 }), 'P1D');
    expect(of(events, 'wait ended')).toMatchObject([{ step: 'written', by: 'met' }]);
    expect(step(recall, 'call').status).toBe('active');
  });

  it('leaves out what nobody needs: where everybody was reached, nobody is asked to telephone', () => {
    recall = previewed(STEPS + TELEPHONE);
    started();
    done(recall, 'runCampaign', {
      tally: tally({ delivered: 10, unreachable: 0 }),
      nextDue: null,
      watch: null,
      excess: null,
    });
    const events = watch(true, tally({ responded: 9, unreachable: 0 }), 'P5D');
    expect(of(events, 'step skipped')).toMatchObject([{ step: 'telephone' }]);
  });

  it('says once, and at its instant, that not enough have answered', () => {
    started();
    done(recall, 'runCampaign', { tally: tally({}), nextDue: at('P30D'), watch: null, excess: null });
    expect(of(tick(recall, 'P9DT23H'), 'enough not reached')).toEqual([]);
    expect(of(tick(recall, 'P10D'), 'enough not reached')).toHaveLength(1);
    done(recall, 'runCampaign', { tally: tally({}), nextDue: at('P30D'), watch: null, excess: null });
    expect(of(tick(recall, 'P11D'), 'enough not reached')).toEqual([]);
    expect(nextDue(recall.state)).toBe(at('P30D'));
  });

  it('says nothing of the kind once enough have answered', () => {
    started();
    done(recall, 'runCampaign', { tally: tally({}), nextDue: at('P30D'), watch: null, excess: null });
    watch(true, tally({ responded: 5 }), 'P5D');
    expect(tick(recall, 'P10D')).toEqual([]);
    expect(step(recall, 'tell').detail).toMatchObject({ enough: true, tally: { responded: 5 } });
  });

  it('knows that enough had answered when the watch was set', () => {
    approved();
    const events = done(recall, 'registerWatch', { value: true, tally: tally({ responded: 6 }) });
    expect(of(events, 'watch changed')).toMatchObject([{ value: true, tally: { responded: 6 } }]);
  });

  it('hears what its own notices have changed with their result, and before it, with all that follows from it', () => {
    started();
    const sent = tally({ delivered: 9, responded: 6 });
    const change = { change: 1, value: true, tally: sent };
    const events = done(recall, 'runCampaign', { tally: sent, nextDue: at('P3D'), watch: change, excess: null });
    // The closure waits for enough, and for nothing else here.
    expect(typesOf(events)).toEqual(['watch changed', 'effect done', 'campaign tallied']);
    expect(of(events, 'watch changed')).toMatchObject([{ step: 'tell', ...change }]);
    expect(step(recall, 'tell').detail).toMatchObject({ enough: true, changes: 1 });
  });

  it('takes of two changes the later one, in whichever order they arrive', () => {
    started();
    const late = { change: 1, value: true, tally: tally({ responded: 6 }) };
    expect(of(watch(false, tally({ responded: 4 }), 'PT1H', 2), 'watch changed')).toHaveLength(1);
    const events = done(recall, 'runCampaign', {
      tally: tally({ responded: 6 }),
      nextDue: at('P3D'),
      watch: late,
      excess: null,
    });
    expect(typesOf(events)).toEqual(['effect done', 'campaign tallied']);
    expect(step(recall, 'tell').detail).toMatchObject({ enough: false, changes: 2 });
    expect(watch(true, late.tally, 'PT2H', 2)).toEqual([]);
  });

  it('goes on when the provider is back', () => {
    started();
    failed(recall, 'runCampaign', 60, 'PT1H');
    expect(tick(recall, 'PT1H0M59S')).toEqual([]);
    tick(recall, 'PT1H1M');
    expect(pending(recall, 'runCampaign').id).toBe('tell/1/runCampaign/5');
    done(recall, 'runCampaign', { tally: tally({}), nextDue: at('P3D'), watch: null, excess: null });
    tick(recall, 'P3D');
    expect(pending(recall, 'runCampaign').id).toBe('tell/1/runCampaign/6');
  });

  it('still takes answers after it has ended', () => {
    started();
    done(recall, 'runCampaign', { tally: tally({ delivered: 10 }), nextDue: null, watch: null, excess: null });
    tick(recall, 'P10D');
    done(recall, 'runCampaign', { tally: tally({ delivered: 10 }), nextDue: null, watch: null, excess: null });
    peopleFound(recall);
    expect(typesOf(watch(true, tally({ responded: 5 }), 'P10DT1H'))).toEqual(['watch changed']);
    expect(step(recall, 'tell').detail).toMatchObject({ enough: true, tally: { responded: 5 } });
  });

  it('takes no watch of a step that is no campaign', () => {
    const strange = { type: 'watch changed' as const, watch: 'x', change: 1, value: true, tally: tally({}) };
    expect(give(recall, { ...strange, step: stepName('trace') })).toEqual([]);
    expect(give(recall, { ...strange, step: stepName('nowhere') })).toEqual([]);
  });
});

describe('quiet hours', () => {
  const ASSESS = `
  assess: { kind: assessment, title: Assess, owner: commander, due: PT24H, escalation: decision, sets: [risk] }`;
  const assessed = (risk: string, more = ''): unknown => {
    recall = previewed(
      TRACE + ASSESS + telling(`${TELL}${more}`) + CLOSE.replace('tell.enough || tell.overdue', 'tell.finished'),
    );
    answer(recall, 'assess/1/1', 'commander-holder', { risk });
    approved();
    return pending(recall, 'runCampaign').payload.quiet;
  };

  it('hold unless the risk is serious, where the playbook says nothing', () => {
    expect(assessed('low')).toEqual({ from: '21:00', to: '08:00' });
    expect(assessed('serious')).toBeNull();
  });

  it('are those of the playbook, with its own condition, or none', () => {
    const ours = ', quiet-hours: { from: 20:00, to: 09:00 }';
    expect(assessed('serious', ours)).toEqual({ from: '20:00', to: '09:00' });
    expect(assessed('low', ', quiet-hours: none')).toBeNull();
    expect(assessed('low', ', quiet-hours: { unless: \'facts.risk == "low"\' }')).toBeNull();
  });

  it('are looked at anew with each run', () => {
    assessed('low');
    correct(recall, 'assess/1/1', 'commander-holder', { risk: 'serious' });
    done(recall, 'runCampaign', { tally: tally({}), nextDue: recall.state.now, watch: null, excess: null });
    expect(pending(recall, 'runCampaign').payload.quiet).toBeNull();
  });
});

describe('a campaign whose ladder has people call', () => {
  const RUNG = '{ by: call, after: P1D, to: commander, due: P2D, escalation: stays }';
  const CALLS = TELL.replace('{ by: email, after: P3D }', RUNG);
  const ran = (calls?: number): ReturnType<typeof done> =>
    done(recall, 'runCampaign', {
      ...{ tally: tally({ delivered: 2 }), nextDue: null, watch: null, excess: null },
      ...(calls !== undefined && { calls }),
    });
  const wanted = (revision = 1): ReturnType<typeof give> =>
    give(recall, { type: 'call wanted', step: stepName('tell'), revision });
  const asks = (events = recall.events) => of(events, 'asked').filter(({ question }) => question === 'call-recipients');

  beforeEach(() => {
    recall = previewed(TRACE + telling(CALLS) + CLOSE.replace('tell.enough || tell.overdue', 'tell.finished'));
    approved();
  });

  it('asks the role of its rung once for all who are to be called, by its own time and ladder', () => {
    expect(asks(ran(7))).toMatchObject([{ role: 'commander', dueAt: at('P2D'), escalation: 'stays' }]);
    peopleFound(recall);
    tick(recall, 'PT1H');
    expect(asks(wanted())).toEqual([]);
    expect(asks()).toHaveLength(1);
  });

  it('goes on until everybody has been called, and ends when that has been counted', () => {
    ran(7);
    peopleFound(recall);
    expect(step(recall, 'tell').detail).toMatchObject({ finished: false, calls: 7 });
    answer(recall, 'tell/1/3', 'commander-holder', { done: true });
    expect(of(recall.events, 'step done').filter(({ step: name }) => name === 'tell')).toEqual([]);
    // Whose rung came while the last were called are asked for anew.
    expect(asks(ran(1))).toHaveLength(1);
    peopleFound(recall);
    answer(recall, 'tell/1/4', 'commander-holder', { done: true });
    expect(of(ran(), 'step done')).toMatchObject([{ step: 'tell', ending: 'told' }]);
  });

  it('asks for who wants to be called, also when it is done, and neither before it is approved nor for another revision', () => {
    expect(asks(wanted(2))).toEqual([]);
    ran();
    expect(step(recall, 'tell').status).toBe('done');
    expect(asks(wanted())).toHaveLength(1);
    peopleFound(recall);
    expect(typesOf(answer(recall, 'tell/1/3', 'commander-holder', { done: true }))).toEqual(['answer given']);
    recall = previewed(TRACE + telling(CALLS) + CLOSE);
    expect(wanted()).toEqual([]);
  });

  it('asks whoever does the task of calling where no rung says who, else who has approved first', () => {
    const task = `
  telephone: { kind: task, title: Call, after: [tell], calls: { campaign: tell, attempts: 3 }, owner: quality, due: P2D, escalation: stays }`;
    for (const [steps, role] of [
      [task, 'quality'],
      ['', 'legal'],
    ] as const) {
      recall = previewed(TRACE + telling(TELL) + steps + CLOSE);
      approved();
      ran();
      expect(asks(wanted())).toMatchObject([{ role }]);
    }
  });
});

describe('a campaign in waves', () => {
  const WAVES = 'waves: { first: [critical], pause: P1D, stop: { bounced: 0.1, ask: quality } }';
  const over = (wave: number): WaveCounts => addToWave(newWave(wave, 2), { bounced: 1, reasons: ['5.1.1'] });
  const ran = (excess: WaveCounts | null = null, nextDue = at('P3D')): ReturnType<typeof done> =>
    done(recall, 'runCampaign', { tally: tally({ delivered: 2 }), nextDue, watch: null, excess });
  const exceeded = (excess: WaveCounts, revision = 1): ReturnType<typeof give> =>
    give(recall, { type: 'wave exceeded', step: stepName('tell'), revision, excess });
  const judged = (id: string, verdict: string): ReturnType<typeof give> => {
    peopleFound(recall);
    return answer(recall, id, 'quality-holder', { verdict });
  };

  beforeEach(() => {
    recall = previewed(TRACE + telling(`${TELL}, ${WATCH}, ${WAVES}`) + CLOSE);
    started();
  });

  it('tells the first wave at once, and the next one after its pause', () => {
    expect(of(recall.events, 'wave begun')).toMatchObject([{ wave: 0 }]);
    expect(pending(recall, 'runCampaign').payload).toMatchObject({ wave: 0, accepted: [] });
    ran(null, at('P3D'));
    expect(nextDue(recall.state)).toBe(at('P1D'));
    expect(tick(recall, 'PT23H')).toEqual([]);
    expect(of(tick(recall, 'P1D'), 'wave begun')).toMatchObject([{ wave: 1 }]);
    expect(pending(recall, 'runCampaign').payload).toMatchObject({ wave: 1 });
    ran();
    expect(nextDue(recall.state)).toBe(at('P3D'));
  });

  it('has not told its last notice while a wave is still to come', () => {
    done(recall, 'runCampaign', { tally: tally({}), nextDue: null, watch: null, excess: null });
    expect(step(recall, 'tell').detail).toMatchObject({ finished: false });
  });

  it('stops by itself where a run finds too many bounces, and asks with the counts and their reasons', () => {
    const events = ran(over(0));
    expect(of(events, 'sending stopped')).toMatchObject([{ excess: { wave: 0, bounced: 1 } }]);
    expect(of(events, 'asked')).toMatchObject([
      {
        question: 'judge-wave',
        role: 'quality',
        evidence: { stopped: { counts: over(0), waves: 2, limits: { bounced: 0.1, complaints: null } } },
      },
    ]);
    // Neither the next wave nor the next rung comes; only the time to answer runs.
    expect(nextDue(recall.state)).toBe(at('P10D'));
    expect(of(tick(recall, 'P1D'), 'wave begun')).toEqual([]);
    expect(recall.state.outbox.filter(({ kind }) => kind === 'runCampaign')).toEqual([]);
  });

  it('is told by a door as well, once, and not of another revision', () => {
    ran();
    expect(exceeded(over(0), 2)).toEqual([]);
    expect(of(exceeded(over(0)), 'sending stopped')).toHaveLength(1);
    expect(exceeded(over(0))).toEqual([]);
  });

  it('takes nothing of a revision that has not sent anything yet', () => {
    recall = previewed(TRACE + telling(`${TELL}, ${WATCH}, ${WAVES}`) + CLOSE);
    approved();
    expect(exceeded(over(0))).toEqual([]);
  });

  it('goes on with that wave where somebody says so, and is not asked about it again', () => {
    ran(over(0));
    const events = judged('tell/1/3', 'go-on');
    expect(of(events, 'wave judged')).toMatchObject([{ wave: 0, verdict: 'go-on' }]);
    expect(pending(recall, 'runCampaign').payload).toMatchObject({ wave: 0, accepted: [0] });
    expect(of(ran(over(0)), 'sending stopped')).toEqual([]);
    // A run that was held back by what had not been accepted yet is made up for.
    expect(recall.state.outbox.map(({ kind }) => kind)).toContain('runCampaign');
    ran();
    tick(recall, 'P1D');
    expect(of(ran(over(1)), 'sending stopped')).toHaveLength(1);
  });

  it('corrected, is frozen and approved anew, tells all from the first wave, and stays one that has told somebody', () => {
    ran(over(0));
    const events = judged('tell/1/3', 'correct');
    expect(of(events, 'wave judged')).toMatchObject([{ verdict: 'correct' }]);
    expect(pending(recall, 'freezeRecipients').payload.revision).toBe(2);
    expect(campaignModel.hasTold(step(recall, 'tell').detail as never)).toBe(true);
    done(recall, 'freezeRecipients', frozenAs('c'.repeat(64)));
    peopleFound(recall);
    vote(recall, 'tell/1/4', 'legal-holder', 'approve');
    vote(recall, 'tell/1/5', 'quality-holder', 'approve');
    done(recall, 'registerWatch', { value: false, tally: tally({}) });
    expect(pending(recall, 'runCampaign').payload).toMatchObject({ revision: 2, wave: 0, accepted: [] });
  });

  it('stopped for good, tells nobody any more, and ends when the time to answer is over', () => {
    ran(over(0));
    judged('tell/1/3', 'stop');
    expect(pending(recall, 'runCampaign').payload).toMatchObject({ wave: -1 });
    done(recall, 'runCampaign', { tally: tally({}), nextDue: null, watch: null, excess: null });
    expect(step(recall, 'tell').detail).toMatchObject({ finished: true });
    tick(recall, 'P10D');
    const events = done(recall, 'runCampaign', { tally: tally({}), nextDue: null, watch: null, excess: null });
    expect(of(events, 'step done')).toMatchObject([{ ending: 'stopped' }]);
  });
});
