import fc from 'fast-check';
import { GROWTH_VERDICTS } from '../../engine/cascade.js';
import type { Effect, EffectKind, EffectResult, Question } from '../../engine/effects.js';
import { FINDING_KINDS } from '../../engine/finding.js';
import { aboutPost } from '../../engine/about.js';
import { SEVERITIES } from '../../engine/injury.js';
import type { Input, InputAt } from '../../engine/inputs.js';
import type { FactValue } from '../../engine/playbook.js';
import type { Ask, RecallState } from '../../engine/state.js';
import { addToWave, newWave, WAVE_VERDICTS, type WaveCounts } from '../../engine/waves.js';
import {
  after,
  instantOf,
  epochMs,
  type AskId,
  type EffectId,
  type IsoDuration,
  type Market,
  type PersonId,
  type RoleName,
  type Sha256,
  type StepName,
} from '../../engine/words.js';
import { about, frozenAs, owed, tally, TRACED } from './recall.js';

/** Something that happens to a recall. Numbers pick among what there is at that moment, so every sequence makes sense. */
export type Move = { minutes: number; pick: number; n: number } & (
  | { do: 'tick' }
  | { do: 'finish' }
  | { do: 'fail'; retryAfterSeconds: number | null }
  | { do: 'repeat' }
  | { do: 'decide'; person: number; verb: 'approve' | 'reject'; isStale: boolean; isRaw: boolean }
  | { do: 'answer'; person: number }
  | { do: 'watch'; value: boolean }
  | { do: 'wave' }
  | { do: 'wanted' }
  | { do: 'receipt' }
  | { do: 'return' }
  | { do: 'mail' }
  | { do: 'roster' }
  | { do: 'hurt' }
  | { do: 'mention' }
  | { do: 'name' }
  | { do: 'late' }
  | { do: 'retrace' }
  | { do: 'find' }
  | { do: 'cancel' }
);

const n = fc.nat(1_000);
const common = { minutes: fc.oneof(fc.constant(0), fc.nat(600), fc.nat(6_000)), pick: n, n };
const rarely = fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0);
const verb = rarely.map((rejects) => (rejects ? 'reject' : 'approve') as 'reject' | 'approve');

/** One move; most of them get a recall further, so that sequences reach its end. */
export const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ ...common, do: fc.constant('finish' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      ...common,
      do: fc.constant('decide' as const),
      person: n,
      verb,
      isStale: rarely,
      isRaw: rarely,
    }),
  },
  { weight: 8, arbitrary: fc.record({ ...common, do: fc.constant('answer' as const), person: n }) },
  { weight: 4, arbitrary: fc.record({ ...common, do: fc.constant('tick' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...common,
      do: fc.constant('fail' as const),
      retryAfterSeconds: fc.oneof(
        { weight: 5, arbitrary: fc.nat(90_000) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('repeat' as const) }) },
  { weight: 3, arbitrary: fc.record({ ...common, do: fc.constant('watch' as const), value: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ ...common, do: fc.constant('wave' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('wanted' as const) }) },
  { weight: 2, arbitrary: fc.record({ ...common, do: fc.constant('receipt' as const) }) },
  { weight: 2, arbitrary: fc.record({ ...common, do: fc.constant('return' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('mail' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('roster' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('hurt' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('mention' as const) }) },
  { weight: 2, arbitrary: fc.record({ ...common, do: fc.constant('name' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('late' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('retrace' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('find' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('cancel' as const) }) },
);

/** What the engine is told when a move is made in this state. */
export function inputOf(state: RecallState, one: Move): InputAt {
  const at = instantOf(epochMs(state.now) + one.minutes * 60_000);
  return { ...inputNow(state, one), at };
}

function inputNow(state: RecallState, one: Move): Input {
  const effect = picked(state.outbox, one.pick);
  const ask = picked(state.asks, one.pick, state.asks.some(isOpenWave) ? isOpenWave : isOpen);
  switch (one.do) {
    case 'tick':
      return { type: 'tick' };
    case 'name':
      return { type: 'customers named', step: 'tellOn' as StepName };
    case 'finish':
      if (!effect) return { type: 'tick' };
      return { type: 'effect done', effect: effect.id, kind: effect.kind, result: resultOf(state, effect, one.n) };
    case 'fail': {
      if (!effect) return { type: 'tick' };
      const { retryAfterSeconds } = one;
      return { type: 'effect failed', effect: effect.id, failure: { code: 'c', message: 'm', retryAfterSeconds } };
    }
    case 'repeat':
      return { type: 'effect done', effect: 'trace/1/traceSales/1' as EffectId, kind: 'traceSales', result: TRACED };
    case 'decide': {
      const shown = one.isStale ? ('0'.repeat(64) as Sha256) : (ask?.shown ?? ('1'.repeat(64) as Sha256));
      const id = ask?.id ?? ('nowhere/1/1' as AskId);
      const decision = { ask: id, verb: one.verb, by: personOf(ask, one.person), shown, reason: null, accepted: [] };
      return one.isRaw
        ? { type: 'raw decision', decision: { ...decision, via: 'signal' }, token: 't' }
        : { type: 'decision', decision: { ...decision, via: 'link' } };
    }
    case 'answer': {
      const id = ask?.id ?? ('nowhere/1/1' as AskId);
      return {
        type: 'answer',
        answer: { ask: id, by: personOf(ask, one.person), values: valuesFor(ask, one.n), corrects: one.n % 9 === 0 },
      };
    }
    case 'watch': {
      const step = 'tell' as StepName;
      const counts = tally({ responded: one.n % 11 });
      return { type: 'watch changed', watch: 'w', step, change: nextChange(state), value: one.value, tally: counts };
    }
    case 'wave':
      return { type: 'wave exceeded', step: 'tell' as StepName, revision: (one.pick % 2) + 1, excess: excessOf(one.n) };
    case 'wanted':
      return { type: 'call wanted', step: 'tell' as StepName, revision: (one.pick % 2) + 1 };
    case 'receipt':
      return { type: 'receipt came', about: about(picked(['gb', 'eu', 'au'], one.pick)!), reference: 'R-1' };
    case 'return':
      return { type: 'report came back', about: about(picked(['gb', 'au'], one.pick)!) };
    case 'mail':
      return {
        type: 'mail came',
        about: about(picked(['gb', 'au'], one.pick)!),
        automatic: one.pick % 2 === 0,
        text: '0'.repeat(64) as Sha256,
      };
    case 'roster': {
      const role = picked(['commander', 'quality', 'legal'], one.pick)! as RoleName;
      const holder = picked([null, `${role}-holder`, 'both-holder', 'successor'], one.n) as PersonId | null;
      return { type: 'roster changed', roles: [{ role, holder, deputies: [`${role}-deputy` as PersonId] }] };
    }
    case 'hurt': {
      const severity = picked([...SEVERITIES], one.pick)!;
      const injury = { severity, country: 'DE' as Market, date: null, knownFrom: 'press', knownAt: state.now } as const;
      return {
        type: 'injury came',
        injury,
        by: 'opener' as PersonId,
        about: one.n % 2 === 0 ? aboutPost(one.n % 4) : null,
      };
    }
    case 'mention': {
      const mentioned = aboutPost(one.n % 4);
      if (one.pick % 4 === 0)
        return { type: 'mention judged', about: mentioned, by: 'opener' as PersonId, found: 'other-product' };
      const text = 'e'.repeat(64) as Sha256;
      return { type: 'mention came', mention: { about: mentioned, via: 'mail', at: state.now, text } };
    }
    case 'late': {
      const late = {
        lines: one.n,
        units: one.n,
        customers: 1,
        newCustomers: 1,
        replacedLines: 0,
        replacedUnits: 0,
        since: state.now,
      };
      return { type: 'sales came late', step: 'trace' as StepName, trace: (one.pick % 3) + 1, late };
    }
    case 'retrace':
      return { type: 'retrace', retrace: { by: 'opener' as PersonId } };
    case 'find': {
      const kind = FINDING_KINDS[one.n % FINDING_KINDS.length]!;
      const role = picked(['quality', 'legal'], one.pick)! as RoleName;
      const text = 'd'.repeat(64) as Sha256;
      return { type: 'finding', finding: { kind, by: 'quality-holder' as PersonId, role, text, file: null } };
    }
    case 'cancel': {
      // Most sequences shall come further than that.
      if (one.n % 5 !== 0) return { type: 'tick' };
      return { type: 'cancellation', cancellation: { by: 'opener' as PersonId, reason: 'c'.repeat(64) as Sha256 } };
    }
    default:
      return one satisfies never;
  }
}

function excessOf(number: number): WaveCounts {
  return addToWave(newWave(number % 3, 10), { bounced: 5, reasons: ['5.1.1'] });
}

function nextChange({ steps }: RecallState): number {
  return steps.reduce((last, { detail }) => ('changes' in detail ? detail.changes : last), 0) + 1;
}

/** One of these by number, mostly one of those that are liked better. */
function picked<T>(list: T[], number: number, liked: (one: T) => boolean = () => true): T | undefined {
  const better = list.filter(liked);
  const from = better.length > 0 && number % 8 !== 0 ? better : list;
  return from[number % Math.max(1, from.length)];
}

function isOpen({ status }: Ask): boolean {
  return status === 'open';
}

/** Few sequences come to a wave that has stopped: most of those that do shall have it judged. */
function isOpenWave(ask: Ask): boolean {
  return isOpen(ask) && ask.question === 'judge-wave';
}

function personOf(ask: Ask | undefined, number: number): PersonId {
  const people = (ask?.people ?? []).map(({ person }) => person);
  return [...people, ...people, ...people, ...people, 'opener' as PersonId, 'stranger' as PersonId][
    number % (people.length * 4 + 2)
  ]!;
}

function valuesFor(ask: Ask | undefined, number: number): Record<string, FactValue> {
  if (number % 10 === 0) return { nonsense: number };
  return ask === undefined ? {} : VALUES[ask.question](number, ask);
}

type Values = (number: number, ask: Ask) => Record<string, FactValue>;
const none: Values = () => ({});
const reference: Values = (number) => ({ reference: `R-${number}` });

/** Answers to every question; a decision has no values. */
const VALUES: Record<Question, Values> = {
  'confirm-containment': (number) => ({ confirmationNumber: 'W', unitsHeld: number }),
  assessment(number, { step }): Record<string, FactValue> {
    return step === 'count' ? { injuries: number } : { risk: number % 2 === 0 ? 'serious' : 'low' };
  },
  'judge-mention': (number): Record<string, FactValue> =>
    number % 2 === 0 ? { hurt: 'nobody' } : { hurt: 'yes', severity: 'slight', country: 'DE', people: 2 },
  task: none,
  decide: none,
  'submit-filing': reference,
  'chase-receipt': reference,
  'waive-filing': (number): Record<string, FactValue> =>
    number % 2 === 0 ? { file: 'now' } : { file: 'not-owed', reason: 'd'.repeat(64) },
  'approve-preview': none,
  'allow-growth': (number) => ({ verdict: GROWTH_VERDICTS[number % GROWTH_VERDICTS.length]! }),
  'judge-wave': (number) => ({ verdict: WAVE_VERDICTS[number % WAVE_VERDICTS.length]! }),
  'call-recipients': none,
  'wait-longer': (number) => ({ hours: number % 3 }),
  close: none,
};

function resultOf(state: RecallState, { kind, payload }: Effect, number: number): EffectResult<EffectKind> {
  switch (kind) {
    case 'stopShipping':
      return { confirmationNumber: 'WH-1', unitsHeld: number };
    case 'askPeople': {
      if (number % 7 === 0) return { people: [] };
      const { role, to, exclude } = payload;
      const asked = to === 'holder' || to === 'deputy' ? role : to;
      // One person can hold two roles, and the opener one of them.
      const who = number % 11 === 0 ? 'opener' : number % 5 === 0 ? 'both-holder' : `${asked}-${to}`;
      const person = { person: who as PersonId, role: asked, onBehalfOf: null };
      return { people: exclude.includes(person.person) ? [] : [person] };
    }
    case 'traceSales':
      return { ...TRACED, unitsSold: number };
    case 'planFilings': {
      const { decision } = payload.awareness;
      const dueAt = decision === null ? null : after(decision, 'P2D' as IsoDuration);
      const { report, n } = payload;
      const portal = owed('eu', { report, mode: 'portal' }, n);
      const all = [owed('gb', { report }, n), portal, owed('au', { report, countedFrom: 'decision', dueAt }, n)];
      return { filings: number % 9 === 0 ? [] : all, counselNeeded: [], lawThere: [] };
    }
    case 'fileReport':
      return { documents: [] };
    case 'freezeRecipients':
      return frozenAs(String(number % 10).repeat(64));
    case 'runCampaign': {
      const nextDue = number % 3 === 0 ? null : after(state.now, `PT${number}M` as IsoDuration);
      const counts = tally({ delivered: number % 11 });
      const watch = number % 5 === 0 ? { change: nextChange(state), value: number % 2 === 0, tally: counts } : null;
      const calls = number % 4 === 0 ? { calls: number } : {};
      return { tally: counts, nextDue, watch, excess: number % 2 === 0 ? excessOf(number) : null, ...calls };
    }
    case 'previewPublication': {
      const hash = String(number % 10).repeat(64) as Sha256;
      const { languages, markets } = payload;
      return { hash, languages, markets, errors: [], document: { name: 'preview.json', sha256: hash } };
    }
    case 'addRecipients': {
      const recipients = Math.min(payload.atMost, number % 5);
      return { added: number % 2, known: 0, recipients, unreachable: 0, waiting: number % 3 === 0 ? 1 : 0 };
    }
    case 'publish':
      return { n: 1, documents: [] };
    case 'registerWatch':
      return { value: number % 4 === 0, tally: tally({}) };
    case 'verifyDecision':
      return { valid: number % 2 === 0, reason: null };
    case 'writeClosingReport':
      return { documents: ['closing-report.pdf'] };
    default:
      return kind satisfies never;
  }
}
