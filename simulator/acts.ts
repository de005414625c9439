import { aboutFiling } from '../engine/about.js';
import { answered, bounced } from '../engine/contact.js';
import { change, tellWatch } from './mailing.js';
import { apply, record, type Run } from './record.js';
import { attend, responseOf, viaOf, type Act } from './world/answers.js';

/** Carries out what an actor does, with the consequences it has in the store and for the engine. */
export function act(run: Run, deed: Act): void {
  switch (deed.do) {
    case 'attend':
      return attendTo(run, deed);
    case 'bounce': {
      const { step, revision, recipient, rung, channel, status } = deed;
      record(run, { type: 'notice bounced', v: 1, step, revision, recipient, rung, channel, status });
      const mailing = run.surroundings.mailings.get(step)!;
      const told = mailing.recipients.get(recipient)!;
      change(mailing, told, bounced(told.contact, mailing.ladder, { rung, at: run.now }));
      return tellWatch(run, step);
    }
    case 'respond': {
      const { step, recipient } = deed;
      const mailing = run.surroundings.mailings.get(step)!;
      const told = mailing.recipients.get(recipient)!;
      const answer = responseOf(run.surroundings, recipient, told.row.units);
      record(run, { type: 'response recorded', v: 1, step, recipient, answer });
      change(mailing, told, answered(told.contact, answer));
      return tellWatch(run, step);
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
  const decision = { ask: id, verb: done.verb, by: person, shown: ask.shown, reason: null, accepted: [], via };
  if (via === 'signal') apply(run, { type: 'raw decision', decision, token: '' });
  else apply(run, { type: 'decision', decision });
}
