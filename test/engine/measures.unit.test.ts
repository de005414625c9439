import { expect, test } from '@jest/globals';
import type { Fact, LedgerEntry, NoticeRow, NotToldRow, RecipientRow } from '../../engine/facts.js';
import { measure, type Measures } from '../../engine/measures.js';
import type {
  AskId,
  IsoInstant,
  Language,
  Market,
  PersonId,
  RecipientId,
  Sha256,
  StepName,
} from '../../engine/words.js';
import { simulated } from '../simulator/simulated.js';

const step = 'tell' as StepName;
const digest = '' as Sha256;
const NONE = { delivered: 0, refused: 0, deferred: 0, egressRefused: 0, handed: 0, suppressed: 0 };

function withFacts(...facts: { fact: Fact; rows?: LedgerEntry['rows'] }[]): LedgerEntry[] {
  const { entries } = simulated(1);
  const last = entries.at(-1)!;
  return [
    ...entries,
    ...facts.map(({ fact, rows }) => ({ ...last, stream: 'x', body: JSON.stringify(fact), rows: rows ?? null })),
  ];
}

function row(messageId: string, outcome: NoticeRow['outcome'] = 'deferred'): NoticeRow {
  return { recipient: 'c1' as RecipientId, rung: 0, channel: 'email', language: 'en' as Language, outcome, messageId };
}

function doubted(messageId: string): { fact: Fact; rows: NoticeRow[] } {
  return { fact: { type: 'notices in doubt', v: 1, step, revision: 1, notices: 1, digest }, rows: [row(messageId)] };
}

function settled(messageId: string, outcome: NoticeRow['outcome']): { fact: Fact; rows: NoticeRow[] } {
  const fact: Fact = { type: 'notices settled', v: 1, step, revision: 1, notices: 1, ...NONE, digest };
  return { fact, rows: [row(messageId, outcome)] };
}

/** A recipient of their own campaign, with notices on the first rungs that were taken, of which some came back; they may have answered before that. */
function toldTimes(taken: number, back: number[], hasAnswered = false): Measures['notices'] {
  const recipient = 'c1' as RecipientId;
  const language = 'en' as Language;
  const told = 'other' as StepName;
  const frozen: Fact = {
    type: 'recipients frozen',
    v: 1,
    step: told,
    revision: 1,
    recipients: 1,
    notTold: 1,
    unreachable: 0,
    digest,
  };
  const market = 'GB' as Market;
  const rows: (RecipientRow | NotToldRow)[] = [
    {
      channels: ['email'],
      criticality: null,
      language,
      markets: [market],
      noticeLanguage: language,
      recipient,
      units: 3,
      wave: 0,
      wish: null,
    },
    { recipient: 'c2' as RecipientId, markets: [market], notTold: 'all-credited' },
  ];
  const notices = Array.from({ length: taken }, (_, rung): NoticeRow => ({ ...row(`m${rung}`, 'delivered'), rung }));
  const settledAll: Fact = { type: 'notices settled', v: 1, step: told, revision: 1, notices: taken, ...NONE, digest };
  const bounces = back.map((rung): Fact => ({
    type: 'notice bounced',
    v: 1,
    step: told,
    revision: 1,
    recipient,
    rung,
    channel: 'email',
    status: '5.1.1',
    how: 'for-good',
  }));
  const answer = { quarantined: 3, soldOn: 0, destroyed: 0, passedOn: false };
  const response: Fact = { type: 'response recorded', v: 1, step: told, revision: 1, recipient, answer };
  const later = [...(hasAnswered ? [response] : []), ...bounces];
  return measure(
    withFacts({ fact: frozen, rows }, { fact: settledAll, rows: notices }, ...later.map((fact) => ({ fact }))),
  ).notices;
}

test('a recipient is unreachable once every notice that was taken has come back, and not before', () => {
  const known = measure(simulated(1).entries).notices.unreachable;
  expect(toldTimes(0, []).unreachable - known).toBe(1);
  expect(toldTimes(1, []).unreachable - known).toBe(0);
  expect(toldTimes(1, [0]).unreachable - known).toBe(1);
  expect(toldTimes(2, [0]).unreachable - known).toBe(0);
  expect(toldTimes(2, [0, 1]).unreachable - known).toBe(1);
});

test('a recipient who has answered was reached, whatever comes back after that', () => {
  const known = measure(simulated(1).entries).notices.unreachable;
  expect(toldTimes(1, [0], true).unreachable - known).toBe(0);
  expect(toldTimes(0, [], true).unreachable - known).toBe(0);
});

test('who is not told is no recipient, and is counted beside them', () => {
  const { recipients, notTold } = measure(simulated(1).entries).notices;
  const told = toldTimes(1, []);
  expect([told.recipients - recipients, told.notTold - notTold]).toEqual([1, 1]);
});

test('notices that came back are counted, each of them, and whatever became of their recipient', () => {
  const known = measure(simulated(1).entries).notices.bounced;
  expect(known).toBeGreaterThan(0);
  for (const back of [[], [0], [0, 1]]) expect(toldTimes(2, back).bounced - known).toBe(back.length);
});

test('what people carry counts as taken or refused from their word on, and once', () => {
  const known = measure(simulated(1).entries);
  const handed = settled('letter', 'handed');
  const carried: Fact = {
    type: 'notices carried',
    v: 1,
    step,
    revision: 1,
    notices: 1,
    delivered: 1,
    refused: 0,
    digest,
  };
  const before = measure(withFacts(handed));
  expect(before.channels).toEqual(known.channels);
  expect(before.notices.delivered).toBe(known.notices.delivered);
  const after = measure(withFacts(handed, { fact: carried, rows: [row('letter', 'delivered')] }));
  expect(after.notices.delivered).toBe(known.notices.delivered + 1);
  expect(after.channels.email!.delivered).toBe(known.channels.email!.delivered + 1);
});

test('every doubt is counted, and is a possible duplicate where the message may have arrived another time', () => {
  const person = 'legal' as PersonId;
  const told: Fact = {
    type: 'person told',
    v: 1,
    ask: 'a' as AskId,
    rung: 0,
    person,
    outcome: 'delivered',
    messageId: 'asked',
  };
  const { notices } = measure(
    withFacts(
      // Sent again and taken: one copy too many, perhaps. Sent again and refused: one at most.
      ...[doubted('taken'), settled('taken', 'delivered'), doubted('refused'), settled('refused', 'refused')],
      // In doubt each of three times, and no more is known: two too many, perhaps.
      ...[doubted('unknown'), doubted('unknown'), doubted('unknown')],
      ...[doubted('asked'), { fact: told }],
    ),
  );
  expect({ inDoubt: notices.inDoubt, possibleDuplicates: notices.possibleDuplicates }).toEqual({
    inDoubt: 6,
    possibleDuplicates: 4,
  });
});

test('refusals that were told together count as many, beside those that stand alone', () => {
  const at = '2026-09-10T08:00:00.000Z' as IsoInstant;
  const alone: Fact = { type: 'decision refused at the door', v: 1, reason: 'gate-closed', ask: null, by: null };
  const reasons = { 'link-expired': 28, 'link-revoked': 1 };
  const together: Fact = { type: 'refusals summarised', v: 1, count: 29, reasons, from: at, to: at, tried: digest };
  const once = measure(withFacts({ fact: alone }, { fact: together }));
  expect(once.refusals).toMatchObject({ 'gate-closed': 1, 'link-expired': 28, 'link-revoked': 1 });
  expect(measure(withFacts({ fact: together }, { fact: together })).refusals).toMatchObject({ 'link-expired': 56 });
});

test('who was hurt is listed as it was recorded, and answers that were corrected with what they had been', () => {
  const { entries } = simulated(1);
  const at = '2026-09-10T09:00:00.000Z';
  const injury = { n: 1, severity: 'serious', country: 'DE', date: null, knownFrom: 'own-staff', knownAt: at };
  const was = { ask: 'assess/1/1', step: 'assess', by: 'q', onBehalfOf: null, was: { risk: 'low' }, values: { risk: 'high' } }; // prettier-ignore
  const event = (body: object): LedgerEntry => ({
    ...entries.at(-1)!,
    stream: 'events',
    rows: null,
    body: JSON.stringify({ at, seq: 10_000, v: 1, ...body }),
  });
  const known = measure([
    ...entries,
    event({ type: 'injury recorded', injury, by: 'q', facts: { injuries: 1 } }),
    event({ type: 'answer corrected', ...was }),
  ]);
  expect(known.injuries).toEqual([{ at, by: 'q', ...injury }]);
  expect(known.corrections).toEqual([{ at, ...was }]);
});
