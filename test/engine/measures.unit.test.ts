import { expect, test } from '@jest/globals';
import type { Fact, LedgerEntry, NoticeOutcome, NoticeRow } from '../../engine/facts.js';
import { measure } from '../../engine/measures.js';
import type { AskId, Language, PersonId, RecipientId, Sha256, StepName } from '../../engine/words.js';
import { simulated } from '../simulator/simulated.js';

const step = 'tell' as StepName;
const digest = '' as Sha256;
const NONE = { delivered: 0, refused: 0, deferred: 0, egressRefused: 0 };

function withFacts(...facts: { fact: Fact; rows?: NoticeRow[] }[]): LedgerEntry[] {
  const { entries } = simulated(1);
  const last = entries.at(-1)!;
  return [
    ...entries,
    ...facts.map(({ fact, rows }) => ({ ...last, stream: 'x', body: JSON.stringify(fact), rows: rows ?? null })),
  ];
}

function row(messageId: string, outcome: NoticeOutcome = 'deferred'): NoticeRow {
  return { recipient: 'c1' as RecipientId, rung: 0, channel: 'email', language: 'en' as Language, outcome, messageId };
}

function doubted(messageId: string): { fact: Fact; rows: NoticeRow[] } {
  return { fact: { type: 'notices in doubt', v: 1, step, revision: 1, notices: 1, digest }, rows: [row(messageId)] };
}

function settled(messageId: string, outcome: NoticeOutcome): { fact: Fact; rows: NoticeRow[] } {
  const fact: Fact = { type: 'notices settled', v: 1, step, revision: 1, notices: 1, ...NONE, digest };
  return { fact, rows: [row(messageId, outcome)] };
}

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
