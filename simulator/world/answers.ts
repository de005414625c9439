import type { About } from '../../engine/about.js';
import type { Question } from '../../engine/effects.js';
import { isDecision, type Form } from '../../engine/form.js';
import type { ResponseAnswer } from '../../engine/facts.js';
import type { FactValue } from '../../engine/playbook.js';
import type { AskId, IsoInstant, PersonId, RecipientId, RegimeId, StepName } from '../../engine/words.js';
import { afterDelay, fraction } from './fraction.js';
import type { World } from './schema.js';

/** What somebody will do later. At equal instants actors act in the order of their keys. */
export type Consequence = { at: IsoInstant; key: string; act: Act };
export type Act =
  | { do: 'attend'; person: PersonId; ask: AskId }
  | { do: 'bounce'; step: StepName; revision: number; recipient: RecipientId; rung: number; status: string }
  | { do: 'respond'; step: StepName; revision: number; recipient: RecipientId; rung: number }
  | { do: 'receipt'; regime: RegimeId; reference: string };

/** Whether a person of the roster does it: after the closing only these are waited for. */
export function isOfPeople(act: Act): boolean {
  return act.do === 'attend';
}

export type Seeded = { world: World; seed: number };

/** Orders consequences as both runtimes carry them out. */
export function byInstantAndKey(a: Consequence, b: Consequence): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
}

/** Whether the mail server of a recipient refuses their address at once. */
export function refusesMail({ world, seed }: Seeded, recipient: RecipientId): boolean {
  return fraction(seed, recipient, 'address') < world.recipients.refused;
}

/** A notice reaches the mail server of a recipient: taken or refused, and what follows. */
export function onNotice(
  { world, seed }: Seeded,
  notice: { step: StepName; revision: number; recipient: RecipientId; rung: number; at: IsoInstant },
): { accepted: boolean; then: Consequence[] } {
  const { step, revision, recipient, rung, at } = notice;
  const { refused, bounces, bounceAfter, answers, answerAfter } = world.recipients;
  if (refusesMail({ world, seed }, recipient)) return { accepted: false, then: [] };
  const address = fraction(seed, recipient, 'address');
  const key = `recipient/${recipient}/${step}/${rung}`;
  const drawn = fraction(seed, recipient, 'email', step, rung, 'when');
  if (address < refused + bounces) {
    const act: Act = { do: 'bounce', step, revision, recipient, rung, status: '5.1.1' };
    return { accepted: true, then: [{ at: afterDelay(at, bounceAfter, drawn), key, act }] };
  }
  const willing = fraction(seed, recipient, 'email', step, rung, 'answers') < (answers[rung] ?? 0);
  if (!willing) return { accepted: true, then: [] };
  const act: Act = { do: 'respond', step, revision, recipient, rung };
  return { accepted: true, then: [{ at: afterDelay(at, answerAfter, drawn), key, act }] };
}

/** What a recipient reports of the units they received. */
export function responseOf({ world, seed }: Seeded, recipient: RecipientId, units: number): ResponseAnswer {
  const holds = fraction(seed, recipient, 'holds') < world.recipients.holding;
  const quarantined = holds ? Math.round(units * fraction(seed, recipient, 'units')) : 0;
  const destroyed = fraction(seed, recipient, 'destroys') < 0.05 ? Math.min(1, units - quarantined) : 0;
  const soldOn = units - quarantined - destroyed;
  return { quarantined, soldOn, destroyed, passedOn: soldOn > 0 && fraction(seed, recipient, 'passes on') < 0.8 };
}

/** A person is told of an ask: when they will look at it, unless they stay silent. */
export function onAsk(
  { world, seed }: Seeded,
  asked: { person: PersonId; ask: AskId; step: StepName; rung: number; at: IsoInstant },
): Consequence[] {
  const { person, ask, step, rung, at } = asked;
  const own = world.people.each[person];
  if (own?.silent || own?.silentOn.includes(step)) return [];
  const delay = own?.answersAfter ?? world.people.answersAfter;
  const when = afterDelay(at, delay, fraction(seed, person, ask, rung));
  return [{ at: when, key: `person/${person}/${ask}/${rung}`, act: { do: 'attend', person, ask } }];
}

export type Attended =
  { do: 'decide'; outcome: 'approve' | 'reject' } | { do: 'answer'; values: Record<string, FactValue> };

/** An ask as an actor meets it, through whichever door. */
export type AskMet = { id: AskId; step: StepName; question: Question; form: Form; about: About | null; round: number };

/** What a person does about an open ask when they attend to it: its form says whether they decide or answer. */
export function attend(seeded: Seeded, ask: AskMet, person: PersonId): Attended {
  if (!isDecision(ask.form)) return { do: 'answer', values: ANSWERS[ask.question](seeded, ask) };
  const rejects = ask.round === 1 && (seeded.world.people.each[person]?.rejects.includes(ask.step) ?? false);
  return { do: 'decide', outcome: rejects ? 'reject' : 'approve' };
}

type Values = Record<string, FactValue>;

/** Where the values of an answer come from; a decision has none. */
const ANSWERS: Record<Question, (seeded: Seeded, ask: AskMet) => Values> = {
  'confirm-containment': (seeded) => ({ ...stopShipAnswer(seeded) }),
  assessment: writtenAnswer,
  task: writtenAnswer,
  'submit-filing': referenceAnswer,
  'chase-receipt': referenceAnswer,
  decide: () => ({}),
  'approve-preview': () => ({}),
  close: () => ({}),
};

function writtenAnswer({ world }: Seeded, { step }: AskMet): Values {
  return world.people.answers[step] ?? {};
}

function referenceAnswer({ seed }: Seeded, { about }: AskMet): Values {
  return { reference: referenceOf(seed, regimeOf(about)) };
}

/** The regime of a filing's id, `regime/report/n`. */
export function regimeOf(about: About | null): RegimeId {
  return (about?.id.split('/')[0] ?? '') as RegimeId;
}

/** The door through which a person decides. */
export function viaOf({ world }: Seeded, person: PersonId): 'link' | 'command' | 'signal' {
  return world.people.each[person]?.via ?? world.people.via;
}

/** A report reaches an authority by mail: its receipt, unless it sends none. */
export function onReport({ world, seed }: Seeded, regime: RegimeId, at: IsoInstant): Consequence[] {
  if (world.authorities.silent.includes(regime)) return [];
  const when = afterDelay(at, world.authorities.receiptAfter, fraction(seed, regime, 'receipt'));
  return [
    { at: when, key: `authority/${regime}`, act: { do: 'receipt', regime, reference: referenceOf(seed, regime) } },
  ];
}

/** The reference an authority gives: shaped like a case number, the same in every run of a seed. */
export function referenceOf(seed: number, regime: RegimeId): string {
  const number = String(Math.floor(fraction(seed, regime, 'reference') * 90_000) + 10_000);
  return `${regime.split('-')[0]!.toUpperCase()}-2026-${number}`;
}

/** The warehouse's confirmation of a stop-ship instruction. */
export function stopShipAnswer({ world, seed }: Seeded): { reference: string; unitsHeld: number } {
  const { from, to } = world.warehouse.held;
  const reference = `WH-${String(Math.floor(fraction(seed, 'warehouse', 'reference') * 900_000) + 100_000)}`;
  return { reference, unitsHeld: from + Math.floor(fraction(seed, 'warehouse', 'held') * (to - from + 1)) };
}
