import { nextRung } from '../engine/contact-ladder.js';
import type { StepName } from '../engine/words.js';
import { apply, record, type Run } from './record.js';
import type { Contact } from './surroundings.js';
import { tellWatch } from './watch.js';
import { attend, responseOf, viaOf, type Act } from './world/answers.js';

/** Carries out what an actor does, with the consequences it has in the store and for the engine. */
export function act(run: Run, deed: Act): void {
  switch (deed.do) {
    case 'attend':
      return attendTo(run, deed);
    case 'bounce': {
      const { step, revision, recipient, rung, status } = deed;
      record(run, { type: 'notice bounced', v: 1, step, revision, recipient, rung, status });
      const mailing = run.surroundings.mailings.get(step)!;
      const contact = contactOf(run, step, recipient);
      contact.bounced += 1;
      const next = nextRung(mailing.ladder, rung, 'bounced', contact.firstAt!);
      contact.nextDue = next === 'exhausted' ? null : next.at;
      return tellWatch(run, step);
    }
    case 'respond': {
      const { step, recipient } = deed;
      const contact = contactOf(run, step, recipient);
      const answer = responseOf(run.surroundings, recipient, contact.units);
      record(run, { type: 'response recorded', v: 1, step, recipient, answer });
      contact.responded = true;
      return tellWatch(run, step);
    }
    case 'receipt': {
      const { regime, reference } = deed;
      record(run, { type: 'receipt recorded', v: 1, regime, reference, by: 'mail' });
      apply(run, { type: 'receipt came', regime, reference });
      return;
    }
    default:
      deed satisfies never;
  }
}

function attendTo(run: Run, { person, ask: id }: Extract<Act, { do: 'attend' }>): void {
  const ask = run.state.asks.find((one) => one.id === id);
  // Who finds that somebody else has answered leaves it at that.
  if (!ask || ask.status !== 'open') return;
  const done = attend(run.surroundings, ask, person);
  if (done.do === 'answer') {
    apply(run, { type: 'answer', answer: { ask: id, by: person, values: done.values } });
    return;
  }
  const via = viaOf(run.surroundings, person);
  const decision = { ask: id, outcome: done.outcome, by: person, shown: ask.shown, reason: null, via };
  if (via === 'signal') apply(run, { type: 'raw decision', decision, token: '' });
  else apply(run, { type: 'decision', decision });
}

function contactOf(run: Run, step: StepName, recipient: string): Contact {
  return run.surroundings.mailings.get(step)!.contacts.find((one) => one.recipient === recipient)!;
}
