import type { About } from '../../engine/about.js';
import type { CallResult } from '../../engine/calls.js';
import type { Bounced, Channel } from '../../engine/channels.js';
import type { Question } from '../../engine/effects.js';
import { errorsOf, isDecision, type Form } from '../../engine/form.js';
import type { NoticeName, ResponseAnswer, SaidByKey } from '../../engine/facts.js';
import { filingName, regimeOf } from '../../engine/filing.js';
import type { FactValue } from '../../engine/playbook.js';
import type { AskId, FilingId, IsoDuration, IsoInstant, PersonId, RecipientId, StepName } from '../../engine/words.js';
import { afterDelay, fraction } from './fraction.js';
import { behaviourOn, type Delay, type World } from './schema.js';

/** What somebody will do later. At equal instants actors act in the order of their keys. */
export type Consequence = { at: IsoInstant; key: string; act: Act };
export type Act =
  | { do: 'attend'; person: PersonId; ask: AskId }
  | ({ do: 'bounce'; status: string; how: Bounced } & NoticeName)
  /** A provider says that a notice has reached its recipient. */
  | ({ do: 'arrive'; status: string } & NoticeName)
  | ({ do: 'respond' } & NoticeName)
  /** A print shop says that a batch of letters has left. */
  | {
      do: 'dispatch';
      step: StepName;
      revision: number;
      batch: string;
      letters: { recipient: RecipientId; rung: number }[];
    }
  | { do: 'receipt'; filing: FilingId; reference: string };

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

/** What the address of a recipient who cannot be reached sends back, in the words of each channel's provider. */
const BOUNCES: Record<Channel, { status: string; how: Bounced }> = {
  email: { status: '5.1.1', how: 'for-good' },
  sms: { status: '30005', how: 'for-good' },
  voice: { status: '404', how: 'for-good' },
  letter: { status: 'unknown', how: 'for-good' },
  call: { status: 'wrong-number', how: 'for-good' },
  webhook: { status: '', how: 'for-good' },
};

/** What Twilio says of a person who has taken a call. */
export const PERSON = 'human';

/** What a provider that says so calls what has arrived, and after how long it says it; null where none does. */
const ARRIVALS: Record<Channel, { status: string; after: Delay } | null> = {
  email: null,
  sms: { status: 'delivered', after: { from: 'PT2S' as IsoDuration, to: 'PT30S' as IsoDuration } },
  voice: { status: PERSON, after: { from: 'PT10S' as IsoDuration, to: 'PT50S' as IsoDuration } },
  letter: null,
  call: null,
  webhook: null,
};
/** What Twilio says of a machine that has said its words, and of a call that nobody takes. */
const MACHINE = 'machine_end_beep';
const NOBODY = { status: 'no-answer', how: 'for-now' } as const;

/** Whether the far end of a channel refuses the address of a recipient at once. */
export function refusesNotice({ world, seed }: Seeded, recipient: RecipientId, channel: Channel): boolean {
  return drawnAddress(seed, recipient, channel) < (behaviourOn(world, channel)?.refused ?? 0);
}

/** Where the address of a recipient lies between those that are refused, those that send back, and the good ones. */
function drawnAddress(seed: number, recipient: RecipientId, channel: Channel): number {
  return channel === 'email' ? fraction(seed, recipient, 'address') : fraction(seed, recipient, channel, 'address');
}

/** A notice reaches the far end of its channel: taken or refused, and what follows. */
export function onNotice(
  { world, seed }: Seeded,
  notice: { step: StepName; revision: number; recipient: RecipientId; channel: Channel; rung: number; at: IsoInstant },
): { accepted: boolean; then: Consequence[] } {
  const { step, revision, recipient, channel, rung, at } = notice;
  const behaviour = behaviourOn(world, channel);
  // Of whom people call nothing becomes until they do.
  if (behaviour === null || channel === 'call') return { accepted: true, then: [] };
  const { refused, bounces, bounceAfter, unanswered, machines, answers, answerAfter } = behaviour;
  // A draw takes as long as all the rest, so what cannot matter is not drawn.
  const address = refused + bounces > 0 ? drawnAddress(seed, recipient, channel) : 1;
  if (address < refused) return { accepted: false, then: [] };
  const key = `recipient/${recipient}/${step}/${rung}`;
  if (address < refused + bounces) {
    const act: Act = { do: 'bounce', step, revision, recipient, rung, channel, ...BOUNCES[channel] };
    const when = fraction(seed, recipient, channel, step, rung, 'when');
    return { accepted: true, then: [{ at: afterDelay(at, bounceAfter, when), key, act }] };
  }
  const picksUp = unanswered + machines > 0 ? fraction(seed, recipient, channel, step, rung, 'picks up') : 1;
  if (picksUp < unanswered) {
    const act: Act = { do: 'bounce', step, revision, recipient, rung, channel, ...NOBODY };
    const when = fraction(seed, recipient, channel, step, rung, 'when');
    return { accepted: true, then: [{ at: afterDelay(at, bounceAfter, when), key, act }] };
  }
  if (picksUp < unanswered + machines) return { accepted: true, then: arrivalOf(seed, notice, MACHINE) };
  const share = answers[rung] ?? 0;
  const willing = share >= 1 || (share > 0 && fraction(seed, recipient, channel, step, rung, 'answers') < share);
  if (!willing) return { accepted: true, then: arrivalOf(seed, notice) };
  const act: Act = { do: 'respond', step, revision, recipient, rung, channel };
  const when = fraction(seed, recipient, channel, step, rung, 'when');
  // Who presses a key has heard the notice, and their answer says so.
  const arrives = channel === 'voice' ? [] : arrivalOf(seed, notice);
  return { accepted: true, then: [...arrives, { at: afterDelay(at, answerAfter, when), key, act }] };
}

/** A print shop gets a batch of letters: when it says that they have left, unless the world says nothing of letters. */
export function onBatch(
  { world, seed }: Seeded,
  batched: Omit<Extract<Act, { do: 'dispatch' }>, 'do'> & { at: IsoInstant },
): Consequence[] {
  const { at, ...batch } = batched;
  const { letter } = world.recipients.channels;
  if (letter === undefined) return [];
  const when = afterDelay(at, letter.dispatchAfter, fraction(seed, batch.batch, 'dispatched'));
  return [{ at: when, key: `print-shop/${batch.batch}`, act: { do: 'dispatch', ...batch } }];
}

function arrivalOf(
  seed: number,
  { step, revision, recipient, channel, rung, at }: Parameters<typeof onNotice>[1],
  said?: string,
): Consequence[] {
  const arrival = ARRIVALS[channel];
  if (arrival === null) return [];
  const act: Act = { do: 'arrive', step, revision, recipient, rung, channel, status: said ?? arrival.status };
  const when = fraction(seed, recipient, channel, step, rung, 'arrives');
  return [{ at: afterDelay(at, arrival.after, when), key: `provider/${recipient}/${step}/${rung}`, act }];
}

/** What a recipient reports of the units they received. */
export function responseOf({ world, seed }: Seeded, recipient: RecipientId, units: number): ResponseAnswer {
  const holds = fraction(seed, recipient, 'holds') < world.recipients.holding;
  const quarantined = holds ? Math.round(units * fraction(seed, recipient, 'units')) : 0;
  const left = units - quarantined;
  const destroyed = left > 0 && fraction(seed, recipient, 'destroys') < 0.05 ? 1 : 0;
  const soldOn = units - quarantined - destroyed;
  return { quarantined, soldOn, destroyed, passedOn: soldOn > 0 && fraction(seed, recipient, 'passes on') < 0.8 };
}

/** Whom a recipient who has answered names of those they supplied, by the units that each of them got. */
export function namedBy({ world, seed }: Seeded, recipient: RecipientId, answer: ResponseAnswer): number[] {
  const { passOn } = world.recipients;
  if (passOn === null || !answer.passedOn || fraction(seed, recipient, 'names') >= passOn.share) return [];
  const customers = Math.min(passOn.customers, answer.soldOn);
  return Array.from({ length: customers }, () => Math.floor(answer.soldOn / customers));
}

/** What a recipient reports by the keys of a telephone: how many units they hold, or that they have none any more. */
export function keysOf(seeded: Seeded, recipient: RecipientId, units: number): KeyAnswer {
  const { quarantined } = responseOf(seeded, recipient, units);
  const answer = { quarantined, soldOn: 0, destroyed: 0, passedOn: false };
  if (quarantined === 0) return { said: 'has-none', keys: ['2'], answer };
  return { said: 'has', keys: units === 1 ? ['1'] : ['1', `${quarantined}#`], answer };
}
export type KeyAnswer = { said: SaidByKey; keys: string[]; answer: ResponseAnswer };

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
  | { do: 'decide'; verb: 'approve' | 'reject'; accept: Accepting[] }
  | { do: 'answer'; values: Record<string, FactValue> };
/** An error of the notice check that is accepted, and why. */
export type Accepting = { rule: string; reason: string };

/** An ask as an actor meets it, through whichever door. */
export type AskMet = { id: AskId; step: StepName; question: Question; form: Form; about: About | null; round: number };

/** What a person does about an open ask when they attend to it: its form says whether they decide or answer. */
export function attend(seeded: Seeded, ask: AskMet, person: PersonId): Attended {
  if (!isDecision(ask.form)) return { do: 'answer', values: ANSWERS[ask.question](seeded, ask) };
  const { accepts, each } = seeded.world.people;
  const errors = errorsOf(ask.form);
  // Who finds an error in what they are to approve sends it back, unless there is a reason to accept it.
  const finds = errors.some((rule) => !Object.hasOwn(accepts, rule));
  const rejects = ask.round === 1 && (each[person]?.rejects.includes(ask.step) ?? false);
  if (finds || rejects) return { do: 'decide', verb: 'reject', accept: [] };
  return { do: 'decide', verb: 'approve', accept: errors.map((rule) => ({ rule, reason: accepts[rule]! })) };
}

/** What becomes of the calls to somebody, one after the other, until nobody needs to call any more. */
export function callsTo(
  { world, seed }: Seeded,
  recipient: RecipientId,
  { attempts, rung }: { attempts: number; rung: number | null },
): CallResult[] {
  const behaviour = behaviourOn(world, 'call');
  if (behaviour !== null) {
    const { bounces, refused, unanswered } = behaviour;
    const address = drawnAddress(seed, recipient, 'call');
    if (address < bounces + refused) return [address < bounces ? 'wrong-number' : 'refused'];
    const results = Array.from({ length: attempts }, (_, n): CallResult => {
      const isTaken = fraction(seed, recipient, 'call', rung ?? 'task', n, 'picks up') >= unanswered;
      return isTaken ? 'reached' : 'no-answer';
    });
    const taken = results.indexOf('reached');
    return taken < 0 ? results : results.slice(0, taken + 1);
  }
  const drawn = fraction(seed, recipient, 'telephone');
  if (drawn < 0.7) return ['reached'];
  if (drawn < 0.8) return ['no-answer', 'reached'].slice(0, attempts) as CallResult[];
  if (drawn < 0.9) return Array.from({ length: attempts }, () => 'no-answer' as const);
  return [drawn < 0.95 ? 'wrong-number' : 'refused'];
}

/** Whether somebody who was spoken to on a rung tells the caller what they have. */
export function answersCaller({ world, seed }: Seeded, recipient: RecipientId, rung: number): boolean {
  const share = behaviourOn(world, 'call')?.answers[rung] ?? 0;
  return share >= 1 || (share > 0 && fraction(seed, recipient, 'call', rung, 'answers') < share);
}

type Values = Record<string, FactValue>;

/** Where the values of an answer come from; a decision has none. */
const ANSWERS: Record<Question, (seeded: Seeded, ask: AskMet) => Values> = {
  'confirm-containment': (seeded) => ({ ...stopShipAnswer(seeded) }),
  assessment: writtenAnswer,
  'judge-mention': () => ({ hurt: 'nobody' }),
  task: writtenAnswer,
  'submit-filing': referenceAnswer,
  'chase-receipt': referenceAnswer,
  'waive-filing': () => ({ file: 'now' }),
  decide: () => ({}),
  'approve-preview': () => ({}),
  'call-recipients': () => ({ done: true }),
  'judge-wave': judgeAnswer,
  'allow-growth': (seeded, ask) => ({ verdict: 'allow', ...writtenAnswer(seeded, ask) }),
  'wait-longer': waitAnswer,
  close: () => ({}),
};

function writtenAnswer({ world }: Seeded, { step }: AskMet): Values {
  return world.people.answers[step] ?? {};
}

/** Goes on unless the world says to wait, and waits longer once: who always did would have no end of it. */
function waitAnswer(seeded: Seeded, ask: AskMet): Values {
  const isFirst = ask.id.split('/')[2] === '1';
  return { hours: 0, ...(isFirst && writtenAnswer(seeded, ask)) };
}

/** Goes on unless the world says otherwise of the first notice: who always corrected it would have no end of it. */
function judgeAnswer(seeded: Seeded, ask: AskMet): Values {
  const isFirst = ask.about?.id.endsWith('/1') === true;
  return { verdict: 'go-on', ...(isFirst && writtenAnswer(seeded, ask)) };
}

function referenceAnswer({ seed }: Seeded, { about }: AskMet): Values {
  return about?.kind === 'filing' ? { reference: referenceOf(seed, about.id) } : {};
}

/** The door through which a person decides. A signal holds no words: who has to give a reason takes the command. */
export function viaOf({ world }: Seeded, person: PersonId, accept: Accepting[]): 'link' | 'command' | 'signal' {
  const via = world.people.each[person]?.via ?? world.people.via;
  return via === 'signal' && accept.length > 0 ? 'command' : via;
}

/** A report reaches an authority by mail: its receipt, unless it sends none. */
export function onReport({ world, seed }: Seeded, filing: FilingId, at: IsoInstant): Consequence[] {
  if (world.authorities.silent.includes(regimeOf(filing))) return [];
  const when = afterDelay(at, world.authorities.receiptAfter, fraction(seed, filingName(filing), 'receipt'));
  return [
    { at: when, key: `authority/${filing}`, act: { do: 'receipt', filing, reference: referenceOf(seed, filing) } },
  ];
}

/** The reference an authority gives: shaped like a case number, the same in every run of a seed. */
export function referenceOf(seed: number, filing: FilingId): string {
  const number = String(Math.floor(fraction(seed, filingName(filing), 'reference') * 90_000) + 10_000);
  return `${regimeOf(filing).split('-')[0]!.toUpperCase()}-2026-${number}`;
}

/** The warehouse's confirmation of a stop-ship instruction. */
export function stopShipAnswer({ world, seed }: Seeded): { confirmationNumber: string; unitsHeld: number } {
  const { from, to } = world.warehouse.held;
  const confirmationNumber = `WH-${String(Math.floor(fraction(seed, 'warehouse', 'reference') * 900_000) + 100_000)}`;
  return { confirmationNumber, unitsHeld: from + Math.floor(fraction(seed, 'warehouse', 'held') * (to - from + 1)) };
}
