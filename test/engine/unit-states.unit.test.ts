import { expect, test } from '@jest/globals';
import type { Fact, LedgerEntry, ResponseAnswer } from '../../engine/facts.js';
import { measure } from '../../engine/measures.js';
import type { UnitStates } from '../../engine/unit-states.js';
import type { RecipientId, Sha256, StepName } from '../../engine/words.js';
import { closing, CONTAIN, TRACE } from './playbooks.js';
import { at, containedByTelephone, done, opened, SCOPE, TRACED, type Recall } from './recall.js';

const STEPS = CONTAIN + TRACE + closing('trace');

const RECORDED: Fact = {
  type: 'trace recorded',
  v: 1,
  scope: SCOPE,
  ...TRACED,
  unitsSold: 20,
  unitsCreditedMatched: 2,
};

function response(recipient: string, answered: Omit<ResponseAnswer, 'passedOn'>): Fact {
  const step = 'tell' as StepName;
  return {
    type: 'response recorded',
    v: 1,
    step,
    revision: 1,
    recipient: recipient as RecipientId,
    answer: { ...answered, passedOn: false },
  };
}

/** The unit states of a recall whose store recorded these facts. */
function statesOf(recall: Recall, facts: Fact[]): UnitStates {
  const line = (stream: string, body: object, number: number): LedgerEntry => ({
    recallId: recall.state.recallId,
    link: number,
    stream,
    number,
    at: at('PT1H'),
    body: JSON.stringify(body),
    rows: null,
    wall: at('PT1H'),
    prev: '' as Sha256,
    hash: '' as Sha256,
  });
  const events = recall.events.map((event) => line('events', event, event.seq));
  return measure([...events, ...facts.map((fact, index) => line('facts', fact, index + 1))]).unitStates;
}

function confirmedByTelephone(): Recall {
  const recall = opened(STEPS);
  containedByTelephone(recall);
  return recall;
}

test('what a person was told that the warehouse holds is on hand', () => {
  expect(statesOf(confirmedByTelephone(), [RECORDED])).toEqual({
    onHand: 7,
    quarantinedByCustomers: 0,
    destroyed: 0,
    creditedBeforeRecall: 2,
    usedOrSoldOn: 0,
    unknown: 18,
    total: 27,
  });
});

test('the warehouse’s own confirmation counts more than what was said by telephone', () => {
  const confirmed: Fact = { type: 'containment confirmed', v: 1, confirmationNumber: 'WH-1', unitsHeld: 5 };
  expect(statesOf(confirmedByTelephone(), [RECORDED, confirmed])).toMatchObject({ onHand: 5, total: 25 });
});

test('who answers again corrects what they said before, and their units are counted once', () => {
  const recall = opened(STEPS);
  done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 0 });
  const facts = [
    RECORDED,
    response('c1', { quarantined: 4, soldOn: 2, destroyed: 0 }),
    response('c2', { quarantined: 1, soldOn: 0, destroyed: 1 }),
    response('c1', { quarantined: 1, soldOn: 4, destroyed: 1 }),
  ];
  expect(statesOf(recall, facts)).toEqual({
    onHand: 0,
    quarantinedByCustomers: 2,
    destroyed: 2,
    creditedBeforeRecall: 2,
    usedOrSoldOn: 4,
    unknown: 10,
    total: 20,
  });
});

test('what is reported beyond the records is first taken from the unknown, and then adds to the total', () => {
  const recall = opened(STEPS);
  done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 0 });
  const within = [RECORDED, response('c1', { quarantined: 15, soldOn: 0, destroyed: 0 })];
  expect(statesOf(recall, within)).toMatchObject({ quarantinedByCustomers: 15, unknown: 3, total: 20 });
  const beyond = [...within, response('c2', { quarantined: 5, soldOn: 0, destroyed: 0 })];
  expect(statesOf(recall, beyond)).toMatchObject({ quarantinedByCustomers: 20, unknown: 0, total: 22 });
});
