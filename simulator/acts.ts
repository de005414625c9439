import { aboutFiling } from '../engine/about.js';
import { calledAs, callsSilent, type CallResult, type CallRules } from '../engine/calls.js';
import type { Bounced, Carried } from '../engine/channels.js';
import {
  answered,
  bounced,
  carried,
  isReached,
  isUnreachable,
  isWithPeople,
  rungToCall,
  type Contact,
} from '../engine/contact.js';
import { namedId } from '../engine/cascade.js';
import { tellsOn } from '../engine/layers.js';
import { digestOf } from '../engine/digest.js';
import { pick, sum } from '../engine/entries.js';
import { isSameAnswer, noticesCarried, type NoticeRow, type ResponseAnswer } from '../engine/facts.js';
import { stepOf } from '../engine/playbook.js';
import { stepState } from '../engine/turn.js';
import { durationMs, epochMs, instantOf, type PersonId, type Sha256, type StepName } from '../engine/words.js';
import { change, excessOf, mailingOf, tellOfWaves, tellWatch } from './mailing.js';
import { apply, record, type Run } from './record.js';
import type { Frozen, NamedRecipient } from './surroundings.js';
import {
  answersCaller,
  attend,
  callsTo,
  keysOf,
  namedBy,
  PERSON,
  responseOf,
  viaOf,
  type Act,
} from './world/answers.js';

/** Carries out what an actor does, with the consequences it has in the store and for the engine. */
export function act(run: Run, deed: Act): void {
  switch (deed.do) {
    case 'attend':
      return attendTo(run, deed);
    case 'bounce': {
      const { step, revision, recipient, rung, channel, status, how } = deed;
      record(run, { type: 'notice bounced', v: 1, step, revision, recipient, rung, channel, status, how });
      const mailing = mailingOf(run, step, revision);
      const told = mailing.recipients.get(recipient)!;
      const before = excessOf(mailing);
      change(mailing, told, bounced(told.contact, mailing.ladder, { rung, at: run.now, how }), status);
      tellOfWaves(run, step, mailing, before);
      return tellWatch(run, step, mailing);
    }
    case 'dispatch':
      return dispatch(run, deed);
    case 'arrive': {
      const { step, revision, recipient, rung, channel, status } = deed;
      record(run, { type: 'notice arrived', v: 1, step, revision, recipient, rung, channel, status });
      return;
    }
    case 'respond': {
      const { do: _done, ...notice } = deed;
      const { step, revision, recipient, channel } = notice;
      const mailing = mailingOf(run, step, revision);
      const told = mailing.recipients.get(recipient)!;
      const { units } = told.row;
      const pressed = channel === 'voice' ? keysOf(run.surroundings, recipient, units) : null;
      if (pressed !== null) {
        record(run, { type: 'key pressed', v: 1, said: pressed.said, ...notice });
        record(run, { type: 'notice arrived', v: 1, status: PERSON, ...notice });
      }
      const { answer: known } = told.contact;
      const answer = pressed?.answer ?? responseOf(run.surroundings, recipient, units);
      // Who answers the mail and the text message says the same twice, which is no news; keys say less than a page did before.
      if (known !== null && (pressed !== null || isSameAnswer(known, answer))) return;
      record(run, { type: 'response recorded', v: 1, step, revision, recipient, answer });
      change(mailing, told, answered(told.contact, answer));
      tellWatch(run, step, mailing);
      // Who answers by keys sees no page on which to name anybody.
      if (pressed === null) name(run, notice, told, answer);
      return;
    }
    case 'receipt': {
      const { filing, reference } = deed;
      const about = aboutFiling(filing);
      record(run, { type: 'receipt recorded', v: 1, about, reference, by: 'mail' });
      apply(run, { type: 'receipt came', about, reference });
      return;
    }
    default:
      deed satisfies never;
  }
}

/** A recipient names on their page whom they supplied, where the playbook has them asked and the campaign for these goes on. */
function name(
  run: Run,
  { step, revision, recipient }: Pick<Extract<Act, { do: 'respond' }>, 'step' | 'revision' | 'recipient'>,
  { row }: Frozen,
  answer: ResponseAnswer,
): void {
  const { state, surroundings } = run;
  const told = tellsOn(state.playbook, step);
  const units = namedBy(surroundings, recipient, answer);
  if (told === null || units.length === 0 || state.closedAt !== null) return;
  if (!['waiting', 'active'].includes(stepState(state, told.name).status)) return;
  const customers = units.map((count, index): NamedRecipient => {
    const { markets, noticeLanguage: language } = row;
    return { recipient: namedId(recipient, index + 1), markets, language, units: count };
  });
  run.named.set(told.name, [...(run.named.get(told.name) ?? []), ...customers]);
  const counts = { customers: customers.length, units: sum(units, (count) => count) };
  const none = '' as Sha256;
  record(run, { type: 'customers named', v: 1, step, revision, recipient, ...counts, list: none, consent: none });
  apply(run, { type: 'customers named', step: told.name });
}

/** As the call list has them for a task: the most exposed first, and who was called before is not called again. */
function callAll(run: Run, rules: CallRules, by: PersonId): void {
  const { campaign: step, attempts, silent } = rules;
  const since =
    silent !== null && callsSilent(rules, run.state.facts)
      ? instantOf(epochMs(run.now) - durationMs(silent.after)!)
      : null;
  const isListed = ({ contact }: Frozen): boolean => {
    if (contact.answer !== null) return false;
    if (isUnreachable(contact)) return true;
    return since !== null && isReached(contact) && contact.firstAt !== null && contact.firstAt <= since;
  };
  const called = new Set(pick(run.written.facts, 'call recorded').map(({ body }) => `${body.step} ${body.recipient}`));
  const mailing = run.surroundings.mailings.get(step);
  for (const told of mailing?.recipients.values() ?? []) {
    const { recipient } = told.row;
    const rung = rungToCall(told.contact);
    if (rung !== null) callOnRung(run, { step, told, rung, by });
    else if (isListed(told) && !called.has(`${step} ${recipient}`))
      for (const result of callsTo(run.surroundings, recipient, { attempts, rung }))
        record(run, { type: 'call recorded', v: 1, step, recipient, by, result });
  }
}

/** As the call list has them for a ladder. */
function callDue(run: Run, step: StepName, by: PersonId): void {
  for (const told of run.surroundings.mailings.get(step)?.recipients.values() ?? []) {
    const rung = rungToCall(told.contact);
    if (rung !== null) callOnRung(run, { step, told, rung, by });
  }
}

/** Calls somebody until nobody needs to any more, and enters what became of it: first the calls, then what they said. */
function callOnRung(
  run: Run,
  { step, told, rung, by }: { step: StepName; told: Frozen; rung: number; by: PersonId },
): void {
  const { recipient, units } = told.row;
  const mailing = run.surroundings.mailings.get(step)!;
  const { revision } = mailing;
  const definition = mailing.ladder[rung]!;
  const attempts = definition.by === 'call' ? definition.attempts : 0;
  const results = callsTo(run.surroundings, recipient, { attempts, rung });
  for (const [n, result] of results.entries()) {
    record(run, { type: 'call recorded', v: 1, step, recipient, by, result, rung });
    const as = calledAs(results.slice(0, n + 1), attempts);
    if (as !== null) settleCall(run, { step, told, result, as });
  }
  if (results.at(-1) !== 'reached' || !answersCaller(run.surroundings, recipient, rung)) return;
  const answer = responseOf(run.surroundings, recipient, units);
  record(run, { type: 'response recorded', v: 1, step, revision, recipient, answer });
  change(mailing, told, answered(told.contact, answer));
  tellWatch(run, step, mailing);
}

/** What a call says of the notices that are with callers: of its rung, and of those before it. */
function settleCall(
  run: Run,
  { step, told, result, as }: { step: StepName; told: Frozen; result: CallResult; as: Bounced | Carried },
): void {
  const mailing = run.surroundings.mailings.get(step)!;
  const { revision, ladder } = mailing;
  const { recipient, noticeLanguage: language } = told.row;
  const rungs = told.contact.tries.flatMap((one) => (one.channel === 'call' && isWithPeople(one) ? [one.rung] : []));
  const settleAs = (contact: Contact, reason: string): void => {
    const before = excessOf(mailing);
    change(mailing, told, contact, reason);
    tellOfWaves(run, step, mailing, before);
    tellWatch(run, step, mailing);
  };
  if (as === 'for-good' || as === 'for-now') {
    for (const rung of rungs) {
      settleAs(bounced(told.contact, ladder, { rung, at: run.now, how: as }), result);
      const named = { step, revision, recipient, rung, channel: 'call' as const };
      record(run, { type: 'notice bounced', v: 1, ...named, status: result, how: as });
    }
    return;
  }
  settleAs(
    rungs.reduce((contact, rung) => carried(contact, ladder, { rung, outcome: as })!, told.contact),
    as,
  );
  const rows = rungs.map((rung): NoticeRow => {
    return { channel: 'call', language, messageId: '', outcome: as, recipient, rung };
  });
  record(run, noticesCarried({ step, revision, digest: digestOf(rows) }, rows), rows);
}

function attendTo(run: Run, { person, ask: id }: Extract<Act, { do: 'attend' }>): void {
  const ask = run.state.asks.find((one) => one.id === id);
  // Who finds that somebody else has answered leaves it at that.
  if (!ask || ask.status !== 'open') return;
  const done = attend(run.surroundings, ask, person);
  if (done.do === 'answer') {
    const definition = stepOf(run.state.playbook, ask.step);
    if (definition.kind === 'task' && definition.calls) callAll(run, definition.calls, person);
    if (ask.question === 'call-recipients') callDue(run, ask.step, person);
    apply(run, { type: 'answer', answer: { ask: id, by: person, values: done.values, corrects: false } });
    return;
  }
  const via = viaOf(run.surroundings, person, done.accept);
  const accepted = done.accept.map(({ rule, reason }) => ({ rule, reason: digestOf(reason) }));
  const decision = { ask: id, verb: done.verb, by: person, shown: ask.shown, reason: null, accepted, via };
  if (via === 'signal') apply(run, { type: 'raw decision', decision, token: '' });
  else apply(run, { type: 'decision', decision });
}

/** A print shop says that a batch has left. */
function dispatch(run: Run, { step, revision, letters }: Extract<Act, { do: 'dispatch' }>): void {
  const mailing = mailingOf(run, step, revision);
  // The record of a file is in one order, whatever that of its lines.
  const inOrder = letters.toSorted((a, b) => a.rung - b.rung || (a.recipient < b.recipient ? -1 : 1));
  const rows = inOrder.flatMap(({ recipient, rung }): NoticeRow[] => {
    const told = mailing.recipients.get(recipient)!;
    const now = carried(told.contact, mailing.ladder, { rung, outcome: 'delivered' });
    if (now === null) return [];
    change(mailing, told, now);
    const { noticeLanguage: language } = told.row;
    return [{ channel: 'letter', language, messageId: '', outcome: 'delivered', recipient, rung }];
  });
  if (rows.length === 0) return;
  tellWatch(run, step, mailing);
  record(run, noticesCarried({ step, revision, digest: digestOf(rows) }, rows), rows);
}
