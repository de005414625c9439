import { aboutFiling } from '../engine/about.js';
import { callsSilent, type CallRules } from '../engine/calls.js';
import { answered, bounced, carried, isReached, isUnreachable } from '../engine/contact.js';
import { digestOf } from '../engine/digest.js';
import { pick } from '../engine/entries.js';
import { noticesCarried, type NoticeRow } from '../engine/facts.js';
import { stepOf } from '../engine/playbook.js';
import { durationMs, epochMs, instantOf, type PersonId } from '../engine/words.js';
import { change, excessOf, mailingOf, tellOfWaves, tellWatch } from './mailing.js';
import { apply, record, type Run } from './record.js';
import type { Frozen } from './surroundings.js';
import { attend, callsTo, keysOf, PERSON, responseOf, viaOf, type Act } from './world/answers.js';

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
      // Who answers the mail and the text message says the same twice, which is no news.
      if (told.contact.answer !== null) return;
      const answer = pressed?.answer ?? responseOf(run.surroundings, recipient, units);
      record(run, { type: 'response recorded', v: 1, step, revision, recipient, answer });
      change(mailing, told, answered(told.contact, answer));
      return tellWatch(run, step, mailing);
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

/** As the call list has them: the most units first, and who was called before is not called again. */
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
  const listed = [...(run.surroundings.mailings.get(step)?.recipients.values() ?? [])]
    .filter((one) => isListed(one) && !called.has(`${step} ${one.row.recipient}`))
    .map(({ row }) => row)
    .sort((a, b) => b.units - a.units || (a.recipient < b.recipient ? -1 : 1));
  for (const { recipient } of listed)
    for (const result of callsTo(run.surroundings, recipient, attempts))
      record(run, { type: 'call recorded', v: 1, step, recipient, by, result });
}

function attendTo(run: Run, { person, ask: id }: Extract<Act, { do: 'attend' }>): void {
  const ask = run.state.asks.find((one) => one.id === id);
  // Who finds that somebody else has answered leaves it at that.
  if (!ask || ask.status !== 'open') return;
  const done = attend(run.surroundings, ask, person);
  if (done.do === 'answer') {
    const definition = stepOf(run.state.playbook, ask.step);
    if (definition.kind === 'task' && definition.calls) callAll(run, definition.calls, person);
    apply(run, { type: 'answer', answer: { ask: id, by: person, values: done.values, corrects: false } });
    return;
  }
  const via = viaOf(run.surroundings, person);
  const decision = { ask: id, verb: done.verb, by: person, shown: ask.shown, reason: null, accepted: [], via };
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
