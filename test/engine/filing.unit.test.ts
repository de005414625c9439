import { beforeEach, describe, expect, it } from '@jest/globals';
import { nextDue } from '../../engine/decide.js';
import type { PlannedFiling } from '../../engine/filing.js';
import type { RecallEvent } from '../../engine/events.js';
import { measure } from '../../engine/measures.js';
import type { FactValue } from '../../engine/playbook.js';
import type { SaidInjury } from '../../engine/injury.js';
import type { Market, PersonId, Sha256 } from '../../engine/words.js';
import { closing, CONTAIN, NOTIFY, telling, TRACE } from './playbooks.js';
import {
  about,
  answer,
  ask,
  at,
  done,
  entryOf,
  failed,
  frozenAs,
  give,
  of,
  opened,
  owed,
  peopleFound,
  pending,
  step,
  tally,
  tick,
  tickAndAsk,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const PACK = [{ name: 'report.pdf', sha256: 'e'.repeat(64) as Sha256 }];
const TEXT = 'd'.repeat(64) as Sha256;

const DECIDE = `
  decide: { kind: gate, title: Decide, approvers: { all: [legal] }, due: PT8H, escalation: stays }`;
const STEPS = TRACE + DECIDE + NOTIFY + closing('notify', 'decide');

/** A recall of these steps whose people are asked and whose sales are traced. */
function traced(steps: string): Recall {
  const fresh = opened(steps);
  peopleFound(fresh);
  done(fresh, 'traceSales', TRACED);
  return fresh;
}

let recall: Recall;
beforeEach(() => {
  recall = traced(STEPS);
});

function planned(...filings: PlannedFiling[]): void {
  done(recall, 'planFilings', { filings, counselNeeded: [], lawThere: [] });
}

function receipt(filing: string, when: string): ReturnType<typeof give> {
  return give(recall, { type: 'receipt came', about: about(filing), reference: 'GB-2026-1' }, when);
}

function filingOf(filing: string): unknown {
  const { detail } = step(recall, 'notify');
  return detail.kind === 'filing' ? detail.filings.find(({ id }) => id === about(filing).id) : null;
}

describe('a report that goes by mail', () => {
  it('is sent as soon as it is planned, and filed on time when its receipt comes', () => {
    planned(owed('gb'));
    expect(pending(recall, 'fileReport').payload).toMatchObject({ filing: { id: 'gb/initial/1', dueAt: at('P1D') } });
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    expect(step(recall, 'notify').status).toBe('active');
    const events = receipt('gb', 'PT30H');
    // It was sent in time; that the authority took a day to answer does not make it late.
    expect(of(events, 'report filed')).toMatchObject([{ about: about('gb'), reference: 'GB-2026-1', onTime: true }]);
    expect(of(events, 'step done')).toMatchObject([{ step: 'notify', ending: 'filed' }]);
    expect(filingOf('gb')).toMatchObject({ status: 'filed', filedAt: at('PT1H'), reference: 'GB-2026-1' });
  });

  it('is late when it was sent after its instant', () => {
    planned(owed('gb'));
    done(recall, 'fileReport', { documents: PACK }, 'PT25H');
    expect(of(receipt('gb', 'PT26H'), 'report filed')).toMatchObject([{ onTime: false }]);
  });

  it('asks its owner once when the receipt stays away, and climbs that ask’s ladder', () => {
    planned(owed('gb'));
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    vote(recall, 'decide/1/1', 'legal-holder', 'approve');
    done(recall, 'planFilings', { filings: [owed('gb')], counselNeeded: [], lawThere: [] });
    expect(nextDue(recall.state)).toBe(at('P2DT1H'));
    expect(of(tickAndAsk(recall, 'P2DT1H'), 'asked')).toMatchObject([
      { question: 'chase-receipt', about: { kind: 'filing', id: 'gb/initial/1' }, role: 'legal', dueAt: at('P3DT1H') },
    ]);
    expect(of(tickAndAsk(recall, 'P2DT4H'), 'escalated')).toMatchObject([{ ask: 'notify/1/1', to: 'commander' }]);
    expect(of(tick(recall, 'P9D'), 'asked')).toEqual([]);
    expect(of(answer(recall, 'notify/1/1', 'commander-holder', { reference: 'GB-1' }), 'report filed')).toMatchObject([
      { reference: 'GB-1', onTime: true },
    ]);
    expect(step(recall, 'notify').status).toBe('done');
  });

  it('withdraws the chase when the receipt comes after all, and takes only the first reference', () => {
    planned(owed('gb'), owed('eu'));
    for (const when of ['PT1H', 'PT2H']) done(recall, 'fileReport', { documents: PACK }, when);
    tickAndAsk(recall, 'P2DT1H');
    expect(typesOf(receipt('gb', 'P2DT1H30M'))).toEqual(['ask withdrawn', 'report filed']);
    expect(ask(recall, 'notify/1/1').status).toBe('withdrawn');
    expect(of(receipt('gb', 'P2DT2H'), 'report filed')).toEqual([]);
    expect(filingOf('gb')).toMatchObject({ reference: 'GB-2026-1' });
    expect(step(recall, 'notify').status).toBe('active');
  });

  it('stays filed when the receipt overtakes the word that it went out', () => {
    planned(owed('gb'), owed('eu'));
    receipt('gb', 'PT1H');
    done(recall, 'fileReport', { documents: PACK }, 'PT2H');
    expect(filingOf('gb')).toMatchObject({ status: 'filed', filedAt: at('PT1H'), sentAt: at('PT2H') });
    expect(of(tick(recall, 'P5D'), 'asked')).toEqual([]);
  });

  it('waits for its provider and is sent once', () => {
    planned(owed('gb'));
    failed(recall, 'fileReport', 900, 'PT1H');
    expect(recall.state.outbox.filter(({ kind }) => kind === 'fileReport')).toEqual([]);
    expect(nextDue(recall.state)).toBe(at('PT1H15M'));
    tick(recall, 'PT1H15M');
    expect(pending(recall, 'fileReport').id).toBe('notify/1/fileReport/2');
    done(recall, 'fileReport', { documents: PACK }, 'PT1H16M');
    expect(of(recall.events, 'report sent')).toHaveLength(1);
  });
});

describe('a report that is answered by something which is no receipt', () => {
  const mailed = (when: string): ReturnType<typeof give> =>
    give(recall, { type: 'mail came', about: about('gb'), automatic: false, text: TEXT }, when);
  beforeEach(() => {
    vote(recall, 'decide/1/1', 'legal-holder', 'approve');
    planned(owed('gb'), owed('eu'));
    planned(owed('gb'), owed('eu'));
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
  });

  it('has its owner asked at once, and once however often it is answered', () => {
    expect(of(mailed('PT2H'), 'asked')).toMatchObject([
      { question: 'chase-receipt', about: { kind: 'filing', id: 'gb/initial/1' }, role: 'legal', dueAt: at('PT26H') },
    ]);
    expect(typesOf(mailed('PT3H'))).toEqual(['authority replied']);
    expect(of(tick(recall, 'P3D'), 'asked').filter(({ about }) => about?.id === 'gb/initial/1')).toEqual([]);
    peopleFound(recall);
    const events = answer(recall, 'notify/1/1', 'legal-holder', { reference: '2026/77', reason: TEXT });
    expect(of(events, 'report filed')).toMatchObject([{ about: about('gb'), reference: '2026/77', onTime: true }]);
  });

  it('asks nobody where the reference stands, or where the owner submits the report anyway', () => {
    receipt('gb', 'PT2H');
    expect(mailed('PT3H')).toEqual([]);
    failed(recall, 'fileReport', 90_000, 'PT4H');
    expect(ask(recall, 'notify/1/1')).toMatchObject({
      question: 'submit-filing',
      about: { kind: 'filing', id: 'eu/initial/1' },
    });
    const events = give(recall, { type: 'mail came', about: about('eu'), automatic: false, text: TEXT }, 'PT5H');
    expect(typesOf(events)).toEqual(['authority replied']);
  });
});

describe('a report whose mail comes back', () => {
  const returned = (when: string): ReturnType<typeof give> =>
    give(recall, { type: 'report came back', about: about('gb') }, when);
  beforeEach(() => {
    planned(owed('gb', { dueAt: at('P4D') }));
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    vote(recall, 'decide/1/1', 'legal-holder', 'approve');
    planned(owed('gb', { dueAt: at('P4D') }));
  });

  it('is put to its owner at once, by the instant of the law, and is not filed until it is submitted', () => {
    expect(typesOf(returned('PT2H')).slice(0, 2)).toEqual(['report returned', 'asked']);
    peopleFound(recall);
    expect(ask(recall, 'notify/1/1')).toMatchObject({
      question: 'submit-filing',
      about: { kind: 'filing', id: 'gb/initial/1' },
      dueAt: at('P4D'),
    });
    expect(filingOf('gb')).toMatchObject({ filedAt: null, returnedAt: at('PT2H') });
    const events = answer(recall, 'notify/1/1', 'legal-holder', { reference: 'GB-9' }, 'P5D');
    // The mail went out in time and reached nobody: what counts is when a person submitted the report.
    expect(of(events, 'report filed')).toMatchObject([{ reference: 'GB-9', onTime: false }]);
    expect(filingOf('gb')).toMatchObject({ filedAt: at('P5D') });
  });

  it('takes the place of the chase of its receipt, and is not chased again', () => {
    tickAndAsk(recall, 'P2DT1H');
    expect(ask(recall, 'notify/1/1')).toMatchObject({ question: 'chase-receipt', status: 'open' });
    returned('P2DT2H');
    expect(ask(recall, 'notify/1/1').status).toBe('withdrawn');
    expect(ask(recall, 'notify/1/2').question).toBe('submit-filing');
    expect(of(tick(recall, 'P9D'), 'asked')).toEqual([]);
  });

  it('is news once, and none where the authority has given its reference', () => {
    expect(of(returned('PT2H'), 'report returned')).toHaveLength(1);
    expect(returned('PT3H')).toEqual([]);
    receipt('gb', 'PT4H');
    expect(filingOf('gb')).toMatchObject({ status: 'filed', filedAt: at('PT4H') });
    expect(returned('PT5H')).toEqual([]);
  });

  it('counts as filed by the measures only when a person has submitted it', () => {
    const filed = (): unknown => measure(recall.events.map(entryOf)).filings[0];
    expect(filed()).toMatchObject({ filedAt: at('PT1H'), onTime: true });
    returned('PT2H');
    expect(filed()).toMatchObject({ filedAt: null, onTime: null });
    peopleFound(recall);
    answer(recall, 'notify/1/1', 'legal-holder', { reference: 'GB-9' }, 'P5D');
    expect(filed()).toMatchObject({ filedAt: at('P5D'), onTime: false, reference: 'GB-9' });
  });

  it('is submitted once, though its bounce overtakes the word that it went out', () => {
    recall = traced(STEPS);
    planned(owed('gb'));
    returned('PT30M');
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    expect(filingOf('gb')).toMatchObject({ status: 'sent', filedAt: null });
    expect(of(tick(recall, 'P5D'), 'asked')).toEqual([]);
    expect(of(recall.events, 'asked').filter(({ about }) => about?.id === 'gb/initial/1')).toHaveLength(1);
  });
});

describe('what a report may say', () => {
  const TELL = telling(
    'after: [decide, trace], when: decide.approved, preview: [legal], escalation: stays, ladder: [{ by: email }]',
  );
  const knownNow = (): unknown => pending(recall, 'fileReport').payload.known;
  beforeEach(() => {
    recall = traced(CONTAIN + STEPS + TELL);
  });

  it('is that stopping was ordered, until the warehouse has confirmed it', () => {
    done(recall, 'planFilings', { filings: [owed('gb')], counselNeeded: [], lawThere: [] }, 'PT5M');
    const ordered = { orderedAt: at('PT0S'), confirmedAt: null, confirmationNumber: null, unitsHeld: null };
    expect(knownNow()).toEqual({
      asOf: at('PT5M'),
      trace: TRACED,
      action: 'recall',
      isTurnedDown: false,
      findings: [],
      injuries: [],
      containments: [ordered],
      campaigns: [{ approvedAt: null, recipients: 0, delivered: 0, unitsReported: 0 }],
    });
  });

  it('is known anew when the report is tried again: what was confirmed, decided and told by then', () => {
    planned(owed('gb'));
    failed(recall, 'fileReport', 7_200, 'PT1H');
    done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 7 }, 'PT1H10M');
    vote(recall, 'decide/1/1', 'legal-holder', 'approve', { when: 'PT1H20M' });
    done(recall, 'freezeRecipients', frozenAs('a'.repeat(64)));
    peopleFound(recall);
    vote(recall, 'tell/1/1', 'legal-holder', 'approve', { when: 'PT1H30M' });
    done(recall, 'runCampaign', { tally: tally({ delivered: 9 }), nextDue: null, watch: null, excess: null });
    tick(recall, 'PT3H');
    expect(pending(recall, 'fileReport')).toMatchObject({
      id: 'notify/1/fileReport/2',
      payload: { awareness: { decision: at('PT1H20M') } },
    });
    expect(knownNow()).toMatchObject({
      asOf: at('PT3H'),
      containments: [{ confirmedAt: at('PT1H10M'), confirmationNumber: 'WH-1', unitsHeld: 7 }],
      campaigns: [{ approvedAt: at('PT1H30M'), recipients: 10, delivered: 9 }],
    });
  });

  it('is that nobody will be told of a proposal that was turned down', () => {
    vote(recall, 'decide/1/1', 'legal-holder', 'reject');
    done(recall, 'planFilings', { filings: [owed('gb')], counselNeeded: [], lawThere: [] });
    expect(knownNow()).toMatchObject({ isTurnedDown: true, campaigns: [] });
  });

  it('is not that a proposal was turned down where nobody was to decide on it', () => {
    recall = traced(TRACE + NOTIFY + closing('notify'));
    planned(owed('gb'));
    expect(knownNow()).toMatchObject({ isTurnedDown: false });
  });
});

describe('a report whose mail does not get out', () => {
  beforeEach(() => {
    planned(owed('gb'));
    failed(recall, 'fileReport', 900, 'PT1H');
    peopleFound(recall);
  });

  it('is put to its owner at once, and once however often it fails', () => {
    expect(ask(recall, 'notify/1/1')).toMatchObject({ question: 'submit-filing', status: 'open', dueAt: at('P1D') });
    tick(recall, 'PT2H');
    failed(recall, 'fileReport', 900, 'PT2H');
    expect(recall.state.asks.filter(({ step: name }) => name === 'notify')).toHaveLength(1);
  });

  it('is filed by what the owner did, and not mailed again', () => {
    const events = answer(recall, 'notify/1/1', 'legal-holder', { reference: 'GB-2026-7' }, 'PT1H5M');
    expect(of(events, 'report filed')).toMatchObject([{ about: about('gb'), reference: 'GB-2026-7', onTime: true }]);
    expect(step(recall, 'notify').status).toBe('done');
    tick(recall, 'PT5H');
    expect(recall.state.outbox.filter(({ kind }) => kind === 'fileReport')).toEqual([]);
  });
});

describe('a report that a person submits', () => {
  beforeEach(() => {
    planned(owed('eu', { mode: 'portal' }));
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    peopleFound(recall);
  });

  it('is asked for by its legal instant and filed with the reference', () => {
    expect(ask(recall, 'notify/1/1')).toMatchObject({
      question: 'submit-filing',
      about: { kind: 'filing', id: 'eu/initial/1' },
      dueAt: at('P1D'),
    });
    expect(filingOf('eu')).toMatchObject({ status: 'sent', filedAt: null });
    const events = answer(recall, 'notify/1/1', 'legal-holder', { reference: 'SG-77' }, 'P1D');
    expect(of(events, 'report filed')).toMatchObject([{ about: about('eu'), reference: 'SG-77', onTime: true }]);
    expect(filingOf('eu')).toMatchObject({ filedAt: at('P1D') });
  });

  it('takes a reference of another form, or of another report, with a reason alone', () => {
    const refused = (reference: string): unknown => answer(recall, 'notify/1/1', 'legal-holder', { reference });
    const message = expect.stringMatching(/^expected a reference of the form .*; it is taken with reason=TEXT/);
    for (const reference of ['2026/77', 'SG-77.', ' SG-77', 'SG-77\n'])
      expect(refused(reference)).toMatchObject([{ type: 'answer refused', reason: 'wrong-answer', message }]);
    const events = answer(recall, 'notify/1/1', 'legal-holder', { reference: '2026/77', reason: TEXT });
    expect(of(events, 'answer given')).toMatchObject([{ values: { reason: TEXT } }]);
    expect(of(events, 'report filed')).toMatchObject([{ reference: '2026/77' }]);
  });

  it('is late a moment after its instant', () => {
    expect(
      of(answer(recall, 'notify/1/1', 'legal-holder', { reference: 'SG-77' }, 'P1DT1S'), 'report filed'),
    ).toMatchObject([{ onTime: false }]);
  });

  it.each<Record<string, FactValue>>([{}, { reference: '' }, { reference: 7 }, { reference: 'SG-77', when: 'today' }])(
    'is not filed by %j',
    (values) => {
      expect(answer(recall, 'notify/1/1', 'legal-holder', values)).toMatchObject([
        {
          type: 'answer refused',
          reason: 'wrong-answer',
          message: expect.stringMatching(/reference=TEXT|does not ask for when/),
        },
      ]);
    },
  );
});

it('a report whose reference came before it was ready to submit asks nobody', () => {
  planned(owed('eu', { mode: 'portal' }), owed('gb'));
  receipt('eu', 'PT1H');
  expect(typesOf(done(recall, 'fileReport', { documents: PACK }))).toEqual(['effect done', 'report sent']);
  expect(filingOf('eu')).toMatchObject({ status: 'filed', filedAt: at('PT1H') });
});

describe('reports to one regime are told apart', () => {
  const FILING = 'after: [trace], regimes: markets, owner: legal, due: PT24H, escalation: stays';
  const GATE = 'approvers: { all: [legal] }, due: PT8H, escalation: stays';
  const start = (steps: string): void => {
    recall = opened(TRACE + steps);
    done(recall, 'traceSales', TRACED);
  };
  /** Answers the first plan with the report that it asked for, which is sent; its id. */
  const sendNext = (): string => {
    const { report, n } = pending(recall, 'planFilings').payload;
    const filing = owed('gb', { report }, n);
    planned(filing);
    done(recall, 'fileReport', { documents: PACK });
    return filing.id;
  };
  const stateOf = (name: string): unknown => {
    const { detail } = step(recall, name);
    return detail.kind === 'filing' ? detail.filings : null;
  };

  it('by what is reported', () => {
    start(`
  notify: { kind: filing, title: Notify, report: initial, ${FILING} }
  end: { kind: filing, title: End, report: final, ${FILING} }${closing('notify', 'end')}`);
    expect([sendNext(), sendNext()]).toEqual(['gb/initial/1', 'gb/final/1']);
    give(recall, { type: 'mail came', about: about('gb/final/1'), automatic: false, text: TEXT }, 'PT1H');
    expect(recall.state.asks.filter(({ about: of }) => of !== null)).toMatchObject([
      { step: 'end', question: 'chase-receipt', about: about('gb/final/1') },
    ]);
    receipt('gb/initial/1', 'PT2H');
    expect(stateOf('notify')).toMatchObject([{ id: 'gb/initial/1', status: 'filed', replies: [] }]);
    expect(stateOf('end')).toMatchObject([{ id: 'gb/final/1', status: 'sent', reference: null }]);
    give(recall, { type: 'report came back', about: about('gb/final/1') }, 'PT3H');
    expect(stateOf('notify')).toMatchObject([{ returnedAt: null }]);
    expect(stateOf('end')).toMatchObject([{ returnedAt: at('PT3H') }]);
    receipt('gb/final/1', 'PT4H');
    expect([step(recall, 'notify').status, step(recall, 'end').status]).toEqual(['done', 'done']);
    expect(measure(recall.events.map(entryOf)).filings).toMatchObject([
      { id: 'gb/initial/1', report: 'initial', regime: 'gb', filedAt: at('PT0S') },
      { id: 'gb/final/1', report: 'final', regime: 'gb', filedAt: at('PT4H') },
    ]);
  });

  it('by their number, where two steps report the same', () => {
    start(`
  first: { kind: filing, title: First, report: status, ${FILING} }
  second: { kind: filing, title: Second, report: status, ${FILING} }${closing('first', 'second')}`);
    expect([sendNext(), sendNext()]).toEqual(['gb/status/1', 'gb/status/2']);
    receipt('gb/status/2', 'PT2H');
    expect(stateOf('first')).toMatchObject([{ status: 'sent' }]);
    expect(stateOf('second')).toMatchObject([{ status: 'filed' }]);
  });

  it('by their number, where a step was sent back: what answers the earlier one does not answer the later', () => {
    start(`
  assess: { kind: assessment, title: Assess, after: [trace], owner: legal, due: PT24H, sets: [risk, injuries] }
  notify: { kind: filing, title: Notify, report: initial, ${FILING.replace('[trace]', '[assess, trace]')} }
  decide: { kind: gate, title: Decide, after: [notify], on-reject: { back-to: assess, at-most: 3 }, ${GATE} }${closing('decide')}`);
    const assessed = (ask: string): void => {
      peopleFound(recall);
      answer(recall, ask, 'legal-holder', { risk: 'serious', injuries: 0 });
    };
    assessed('assess/1/1');
    expect(sendNext()).toBe('gb/initial/1');
    receipt('gb', 'PT1H');
    peopleFound(recall);
    vote(recall, 'decide/1/1', 'legal-holder', 'reject', { when: 'PT2H' });
    assessed('assess/2/1');
    expect(sendNext()).toBe('gb/initial/2');
    expect(receipt('gb/initial/1', 'PT3H')).toEqual([]);
    expect(stateOf('notify')).toMatchObject([{ id: 'gb/initial/2', status: 'sent' }]);
    receipt('gb/initial/2', 'PT4H');
    expect(step(recall, 'notify').status).toBe('done');
    expect(measure(recall.events.map(entryOf)).filings.map(({ id, filedAt }) => [id, filedAt])).toEqual([
      ['gb/initial/1', at('PT0S')],
      ['gb/initial/2', at('PT2H')],
    ]);
  });
});

describe('what is owed', () => {
  it('is planned anew when the decision is known, and sends what counts from it then', () => {
    const undecided = owed('au', { countedFrom: 'decision', dueAt: null });
    planned(owed('gb'), undecided);
    expect(recall.state.outbox.filter(({ kind }) => kind === 'fileReport')).toHaveLength(1);
    done(recall, 'fileReport', { documents: PACK });
    vote(recall, 'decide/1/1', 'legal-holder', 'approve', { when: 'PT2H' });
    expect(pending(recall, 'planFilings').payload.awareness.decision).toBe(at('PT2H'));
    planned(owed('gb'), { ...undecided, dueAt: at('P2D') });
    expect(pending(recall, 'fileReport').payload.filing.id).toBe('au/initial/1');
    expect(filingOf('gb')).toMatchObject({ status: 'sent' });
  });

  it('does not wait for a duty that counts from a decision which nobody can take any more', () => {
    planned(owed('au', { countedFrom: 'decision', dueAt: null }));
    expect(step(recall, 'notify').status).toBe('active');
    vote(recall, 'decide/1/1', 'legal-holder', 'reject');
    expect(step(recall, 'notify').status).toBe('done');
  });

  it('a plan made before the decision is made again when its answer comes late', () => {
    vote(recall, 'decide/1/1', 'legal-holder', 'approve', { when: 'PT2H' });
    expect(recall.state.outbox.filter(({ kind }) => kind === 'planFilings')).toHaveLength(1);
    planned(owed('gb'));
    expect(pending(recall, 'planFilings').payload.awareness.decision).toBe(at('PT2H'));
    expect(recall.state.outbox.filter(({ kind }) => kind === 'fileReport')).toHaveLength(0);
  });

  it('a report on its way is followed up although the new plan no longer owes it', () => {
    planned(owed('gb'));
    vote(recall, 'decide/1/1', 'legal-holder', 'approve');
    planned();
    expect(step(recall, 'notify').status).toBe('active');
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    expect(filingOf('gb')).toMatchObject({ status: 'sent', sentAt: at('PT1H') });
    receipt('gb', 'PT2H');
    expect(step(recall, 'notify').status).toBe('done');
    expect(measure(recall.events.map(entryOf)).filings).toMatchObject([{ id: 'gb/initial/1', reference: 'GB-2026-1' }]);
  });

  it('a report that was not sent and is no longer owed is no filing', () => {
    planned(owed('au', { countedFrom: 'decision', dueAt: null }));
    vote(recall, 'decide/1/1', 'legal-holder', 'approve');
    done(recall, 'planFilings', { filings: [owed('gb')], counselNeeded: ['IS' as never], lawThere: [] });
    const { filings, counselNeeded } = measure(recall.events.map(entryOf));
    expect([filings.map(({ regime }) => regime), counselNeeded]).toEqual([['gb'], ['IS']]);
  });

  it('nothing owed ends the step, and names the markets where counsel is needed', () => {
    done(recall, 'planFilings', { filings: [], counselNeeded: ['IS' as never], lawThere: [] });
    expect(step(recall, 'notify')).toMatchObject({ status: 'done', detail: { counselNeeded: ['IS'] } });
  });
});

describe('a fact that is corrected after a report was made of it', () => {
  const CORRECTED = `
  assess: { kind: assessment, title: Assess, after: [trace], owner: quality, due: PT24H, escalation: stays, sets: [risk, injuries] }
  decide: { kind: gate, title: Decide, after: [assess], approvers: { all: [legal] }, on-reject: { back-to: assess, at-most: 3 }, due: PT8H, escalation: stays }
  notify: { kind: filing, title: Notify, after: [trace], when: 'facts.risk == "serious"', regimes: markets, report: initial, owner: legal, due: PT24H, escalation: stays }
  pack: { kind: task, title: Pack, owner: quality, due: P9D, escalation: stays }${closing('notify', 'decide')}`;
  const NEWER = [{ name: 'report.pdf', sha256: 'f'.repeat(64) as Sha256 }];
  const assessed = (ask: string, injuries: number, when: string): RecallEvent[] => {
    peopleFound(recall);
    const events = answer(recall, ask, 'quality-holder', { risk: 'serious', injuries }, when);
    peopleFound(recall);
    return events;
  };
  /** Legal sends the assessment back, and quality counts once more. */
  const correct = (injuries: number, when: string): RecallEvent[] => {
    vote(recall, 'decide/1/1', 'legal-holder', 'reject', { when });
    return assessed('assess/2/1', injuries, when);
  };
  const plan = (...filings: PlannedFiling[]): void => {
    done(recall, 'planFilings', { filings, counselNeeded: [], lawThere: [] });
  };
  beforeEach(() => {
    recall = traced(TRACE + CORRECTED);
    assessed('assess/1/1', 2, 'PT1H');
  });

  it('is in the pack that a person submits: it is made anew, and the former question is refused with what changed', () => {
    plan(owed('eu', { mode: 'portal' }));
    done(recall, 'fileReport', { documents: PACK }, 'PT2H');
    peopleFound(recall);
    const { shown, dueAt } = ask(recall, 'notify/1/1');
    correct(3, 'PT3H');
    expect(pending(recall, 'fileReport').payload).toMatchObject({ facts: { injuries: 3 }, filing: { mode: 'portal' } });
    // Not while the pack is being made anew, and not afterwards.
    expect(answer(recall, 'notify/1/1', 'legal-holder', { reference: 'EU-1' })).toMatchObject([
      { type: 'answer refused', reason: 'stale-hash', message: expect.stringContaining('injuries was 2, is 3') },
    ]);
    done(recall, 'fileReport', { documents: NEWER }, 'PT4H');
    peopleFound(recall);
    expect(answer(recall, 'notify/1/1', 'legal-holder', { reference: 'EU-1' })).toMatchObject([
      {
        reason: 'stale-hash',
        message: expect.stringMatching(/put anew as notify\/1\/2; changed .*facts \(injuries was 2, is 3\).*report/),
      },
    ]);
    const anew = ask(recall, 'notify/1/2');
    expect(anew).toMatchObject({ question: 'submit-filing', dueAt, evidence: { report: { documents: NEWER } } });
    expect(anew.shown).not.toBe(shown);
    answer(recall, 'notify/1/2', 'legal-holder', { reference: 'EU-1' });
    expect(step(recall, 'notify').status).toBe('done');
    expect(of(recall.events, 'filings added')).toEqual([]);
  });

  it('is told to an authority that was mailed something else, by a supplement that says what changed', () => {
    plan(owed('gb'));
    done(recall, 'fileReport', { documents: PACK }, 'PT2H');
    receipt('gb', 'PT2H');
    expect(step(recall, 'notify').status).toBe('done');
    const events = correct(3, 'PT3H');
    expect(of(events, 'step resumed')).toMatchObject([{ step: 'notify', round: 1 }]);
    expect(pending(recall, 'planFilings').payload).toMatchObject({
      report: 'supplement',
      n: 1,
      only: ['gb'],
      awareness: { change: at('PT3H') },
    });
    plan(owed('gb', { report: 'supplement', dueAt: at('PT27H') }));
    expect(pending(recall, 'fileReport').payload).toMatchObject({
      filing: { id: 'gb/supplement/1', mode: 'mail' },
      facts: { injuries: 3 },
      changes: [{ name: 'injuries', was: 2, is: 3 }],
    });
    done(recall, 'fileReport', { documents: NEWER }, 'PT4H');
    expect(step(recall, 'notify').status).toBe('active');
    receipt('gb/supplement/1', 'PT5H');
    expect(step(recall, 'notify').status).toBe('done');
    expect(measure(recall.events.map(entryOf)).filings).toMatchObject([
      { id: 'gb/initial/1', filedAt: at('PT2H') },
      { id: 'gb/supplement/1', filedAt: at('PT4H'), onTime: true },
    ]);
  });

  it('is told by the report that is still on its way out, and owes none where nothing was corrected', () => {
    plan(owed('gb'));
    failed(recall, 'fileReport', 7_200, 'PT2H');
    correct(3, 'PT3H');
    expect(of(recall.events, 'filings added')).toEqual([]);
    tick(recall, 'PT4H');
    expect(pending(recall, 'fileReport').payload).toMatchObject({ facts: { injuries: 3 }, filing: { mode: 'mail' } });
    done(recall, 'fileReport', { documents: PACK }, 'PT5H');
    vote(recall, 'decide/2/1', 'legal-holder', 'reject', { when: 'PT6H' });
    assessed('assess/3/1', 3, 'PT6H');
    expect(recall.state.outbox.filter(({ kind }) => kind === 'planFilings')).toEqual([]);
  });

  it('is corrected once, whatever its regime makes of that', () => {
    plan(owed('gb'));
    done(recall, 'fileReport', { documents: PACK }, 'PT2H');
    correct(3, 'PT3H');
    plan();
    expect(recall.state.outbox.filter(({ kind }) => kind === 'planFilings')).toEqual([]);
  });
});

describe('what is known is owed, whatever becomes of the recall', () => {
  const HELD = `
  assess: { kind: assessment, title: Assess, after: [trace], owner: quality, due: PT24H, escalation: stays, sets: [risk] }
  decide: { kind: gate, title: Decide, after: [assess], approvers: { all: [legal] }, due: PT8H, escalation: stays }
  notify: { kind: filing, title: Notify, after: [assess, trace], when: 'facts.risk == "serious" || decide.approved', regimes: markets, report: initial, owner: quality, waiver: legal, due: PT24H, escalation: stays }
  ${closing('decide').trim().replace('close: {', 'close: { until: notify.receipted == notify.owed,')}`;
  const WHY = 'c'.repeat(64);
  beforeEach(() => {
    recall = traced(TRACE + HELD);
    peopleFound(recall);
    answer(recall, 'assess/1/1', 'quality-holder', { risk: 'low' }, 'PT1H');
    planned(owed('gb'), owed('au', { countedFrom: 'decision', dueAt: null }));
    peopleFound(recall);
  });
  const waive = (values: Record<string, FactValue>, when = 'PT3H'): RecallEvent[] =>
    answer(recall, 'notify/1/1', 'legal-holder', values, when);

  it('is held, and legal is asked by the first instant of what is owed', () => {
    expect(of(recall.events, 'filing held')).toMatchObject([{ step: 'notify' }]);
    expect(ask(recall, 'notify/1/1')).toMatchObject({
      question: 'waive-filing',
      role: 'legal',
      dueAt: at('P1D'),
      evidence: { owed: { filings: [{ id: 'gb/initial/1' }, { id: 'au/initial/1' }] } },
    });
    expect(of(tickAndAsk(recall, 'P2D'), 'escalated')).toContainEqual(expect.objectContaining({ step: 'notify' }));
    expect(of(recall.events, 'report sent')).toEqual([]);
  });

  it('goes out where the recall is decided after all, and nobody is asked any more', () => {
    vote(recall, 'decide/1/1', 'legal-holder', 'approve', { when: 'PT2H' });
    expect(ask(recall, 'notify/1/1').status).toBe('withdrawn');
    planned(owed('gb'), owed('au', { countedFrom: 'decision', dueAt: at('P3D') }));
    expect(recall.state.outbox.filter(({ kind }) => kind === 'fileReport')).toHaveLength(2);
  });

  it.each(['turned down', 'not decided'])('goes out by the word of legal where the recall is %s', (how) => {
    if (how === 'turned down') vote(recall, 'decide/1/1', 'legal-holder', 'reject', { when: 'PT2H' });
    expect(of(waive({ file: 'now' }), 'filing released')).toMatchObject([{ by: 'legal-holder' }]);
    expect(pending(recall, 'fileReport').payload.filing.id).toBe('gb/initial/1');
  });

  it('is not owed where legal says why not, and not without a reason', () => {
    vote(recall, 'decide/1/1', 'legal-holder', 'reject', { when: 'PT2H' });
    expect(waive({ file: 'not-owed' })).toMatchObject([
      { type: 'answer refused', reason: 'wrong-answer', message: expect.stringContaining('reason=TEXT') },
    ]);
    expect(waive({ file: 'not-owed', reason: WHY })).toContainEqual(
      expect.objectContaining({ type: 'filing waived', by: 'legal-holder', reason: WHY }),
    );
    expect(step(recall, 'notify').status).toBe('done');
    expect(measure(recall.events.map(entryOf))).toMatchObject({
      filings: [],
      waivers: [{ step: 'notify', by: 'legal-holder', at: at('PT3H'), reason: WHY }],
    });
    // Nothing is owed that the closing would wait for.
    expect(step(recall, 'close').status).toBe('active');
    expect(recall.state.asks.filter(({ step: name }) => name === 'close')).toHaveLength(1);
  });

  it('is owed again where the recall is decided after legal said that it is not', () => {
    waive({ file: 'not-owed', reason: WHY });
    vote(recall, 'decide/1/1', 'legal-holder', 'approve', { when: 'PT4H' });
    expect(of(recall.events, 'step resumed')).toMatchObject([{ step: 'notify' }]);
    planned(owed('gb'));
    expect(pending(recall, 'fileReport').payload.filing.id).toBe('gb/initial/1');
    expect(measure(recall.events.map(entryOf))).toMatchObject({ filings: [{ id: 'gb/initial/1' }], waivers: [] });
  });
});

describe('somebody who was hurt', () => {
  const HURT = { severity: 'serious', country: 'DE' as Market, date: null, knownFrom: 'customer' } as const;
  const hurt = (when: string, changes: Partial<SaidInjury> = {}): RecallEvent[] => {
    const injury = { ...HURT, knownAt: at(when), ...changes };
    return give(recall, { type: 'injury came', injury, by: 'opener' as PersonId, about: null }, when);
  };
  const accident = (n: number, when: string): PlannedFiling =>
    owed('eu', { report: 'accident', mode: 'portal', countedFrom: 'injury', dueAt: at(when) }, n);
  const plannedAlone = (...filings: PlannedFiling[]): RecallEvent[] =>
    done(recall, 'planFilings', { filings, counselNeeded: [], lawThere: [] });

  it('has what is owed for it planned where it happened, from knowing of it on, beside what is owed already', () => {
    planned(owed('gb'));
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    hurt('PT2H', { knownAt: at('PT90M') });
    expect(pending(recall, 'planFilings').payload).toMatchObject({
      report: 'accident',
      n: 1,
      markets: [{ market: 'DE', units: 1 }],
      awareness: { injury: at('PT90M') },
      injury: { n: 1, severity: 'serious' },
    });
    expect(of(plannedAlone(accident(1, 'PT25H')), 'filings added')).toMatchObject([{ injury: 1, corrects: null }]);
    expect(pending(recall, 'fileReport').payload).toMatchObject({
      filing: { id: 'eu/accident/1' },
      known: { injuries: [{ n: 1, ...HURT }] },
    });
    done(recall, 'fileReport', { documents: PACK }, 'PT3H');
    peopleFound(recall);
    expect(ask(recall, 'notify/1/1')).toMatchObject({ about: about('eu/accident/1'), dueAt: at('PT25H') });
    receipt('gb', 'PT4H');
    expect(step(recall, 'notify').status).toBe('active');
    const filed = answer(recall, 'notify/1/1', 'legal-holder', { reference: 'EU-1' }, 'PT5H');
    expect(filed).toMatchObject([{ type: 'answer given' }, { type: 'report filed' }, { type: 'step done' }]);
    expect(measure(recall.events.map(entryOf)).filings.map(({ id }) => id)).toEqual(['gb/initial/1', 'eu/accident/1']);
  });

  it('takes up a step again that had ended, once for each', () => {
    planned(owed('gb'));
    done(recall, 'fileReport', { documents: PACK }, 'PT1H');
    receipt('gb', 'PT2H');
    expect(step(recall, 'notify').status).toBe('done');
    for (const n of [1, 2]) {
      expect(of(hurt('PT3H'), 'step resumed')).toHaveLength(1);
      expect(pending(recall, 'planFilings').payload).toMatchObject({ n });
      // A market whose law asks for no such report.
      expect(of(plannedAlone(), 'step done')).toHaveLength(1);
    }
  });

  it('is reported though the other reports are held, and though they are waived', () => {
    recall = traced(TRACE + DECIDE + NOTIFY.replace('regimes', "when: 'decide.approved', regimes") + closing('decide'));
    planned(owed('eu', { mode: 'portal' }));
    expect(step(recall, 'notify').detail).toMatchObject({ isHeld: true });
    peopleFound(recall);
    hurt('PT1H');
    plannedAlone(accident(1, 'PT25H'));
    expect(pending(recall, 'fileReport').payload.filing.id).toBe('eu/accident/1');
    answer(recall, 'notify/1/1', 'legal-holder', { file: 'not-owed', reason: TEXT }, 'PT2H');
    done(recall, 'fileReport', { documents: PACK }, 'PT3H');
    expect(step(recall, 'notify').status).toBe('active');
    peopleFound(recall);
    answer(recall, 'notify/1/2', 'legal-holder', { reference: 'EU-1' }, 'PT4H');
    expect(step(recall, 'notify')).toMatchObject({ status: 'done' });
    expect(measure(recall.events.map(entryOf)).filings.map(({ id }) => id)).toEqual(['eu/accident/1']);
  });

  it('counts where the playbook counts injuries: an authority that was told of fewer is owed a supplement', () => {
    const counts = `
  count: { kind: assessment, title: Count, owner: quality, due: PT24H, escalation: stays, sets: [injuries] }`;
    recall = traced(counts + STEPS);
    planned(owed('gb'));
    const told = recall.state.facts;
    expect(told).toEqual({});
    answer(recall, 'count/1/1', 'quality-holder', { injuries: 0 }, 'PT10M');
    hurt('PT20M');
    expect(recall.state.facts).toEqual({ injuries: 1 });
    hurt('PT30M');
    expect(recall.state.facts).toEqual({ injuries: 2 });
  });

  it('is not fewer than are recorded', () => {
    const counts = `
  count: { kind: assessment, title: Count, owner: quality, due: PT24H, escalation: stays, sets: [injuries] }`;
    recall = traced(counts + STEPS);
    hurt('PT5M');
    hurt('PT6M');
    const refused = answer(recall, 'count/1/1', 'quality-holder', { injuries: 1 }, 'PT10M');
    expect(refused).toMatchObject([{ type: 'answer refused', message: expect.stringMatching(/2 or more/) }]);
    answer(recall, 'count/1/1', 'quality-holder', { injuries: 3 }, 'PT10M');
    expect(recall.state.facts).toEqual({ injuries: 3 });
  });

  it('moves nothing of a recall that has ended', () => {
    give(recall, { type: 'cancellation', cancellation: { by: 'opener' as PersonId, reason: TEXT } });
    expect(recall.state.endedAt).not.toBeNull();
    expect(hurt('PT1H')).toEqual([]);
  });
});
