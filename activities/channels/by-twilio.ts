import type { Sent } from '../../engine/channels.js';
import type { Seen, WireShows } from '../../engine/providers.js';
import { TWILIO_NAME, type TwilioAnswer } from '../egress.js';
import type { Dispatched } from './contract.js';

/** What a wire does with a notice: no person carries it. */
export type OnWire = Exclude<Sent, { outcome: 'handed' }>;
/** The same, with what it shows of its provider. */
export type WireSaid = OnWire & Pick<Dispatched, 'seen' | 'by'>;

/** What HTTP says of a login: unknown, or without the right to do this. */
const LOGIN = [401, 403];

type Answer<T> = TwilioAnswer<T> | { kind: 'egress-refused' };

/**
 * What Twilio's answers mean for a notice, and what they show of Twilio itself. `dead`: its codes that speak of the number and
 * not of the moment; `sentAs`: what it has taken, in the words of its own states.
 */
export function byTwilio<T>({ dead, sentAs }: { dead: readonly number[]; sentAs: (value: T) => OnWire }) {
  const sentBy = (answer: TwilioAnswer<T>): OnWire => {
    switch (answer.kind) {
      case 'answered':
        return sentAs(answer.value);
      case 'error':
        return dead.includes(answer.code ?? 0)
          ? { outcome: 'refused' }
          : { outcome: 'deferred', retryAfterSeconds: answer.retryAfterSeconds };
      case 'unreachable':
        return { outcome: 'deferred', retryAfterSeconds: null };
      case 'in-doubt':
        return { outcome: answer.kind };
      default:
        return answer satisfies never;
    }
  };
  /** A 5xx and a login that Twilio does not take are about all messages; so is what it puts off, once it does that to everybody. */
  const shownBy = (answer: TwilioAnswer<unknown>): WireShows => {
    if (answer.kind === 'answered') return 'works';
    if (answer.kind !== 'error') return 'away';
    if (dead.includes(answer.code ?? 0)) return 'works';
    return answer.status >= 500 || LOGIN.includes(answer.status) ? 'away' : 'puts-off';
  };
  const seenBy = (answer: TwilioAnswer<T | null>, to: string): Seen => ({
    provider: TWILIO_NAME,
    shows: shownBy(answer),
    end: to,
    why: whyOf(answer),
  });
  const carried = (answer: Answer<T>, to: string): WireSaid => {
    if (answer.kind === 'egress-refused') return { outcome: answer.kind };
    const sent = sentBy(answer);
    const one = seenBy(answer, to);
    if (sent.outcome !== 'deferred')
      return { ...sent, seen: [one], by: sent.outcome === 'refused' ? null : TWILIO_NAME };
    return { ...sent, away: one.shows === 'away', seen: [one] };
  };
  return {
    carried,
    /** What it has of a notice that may have gone out before, as it was asked; null where it has nothing, and it is to be sent. */
    known(found: Answer<T | null>, to: string): WireSaid | null {
      if (found.kind === 'answered') return found.value === null ? null : carried({ ...found, value: found.value }, to);
      if (found.kind === 'egress-refused') return { outcome: found.kind };
      // As long as nobody can say, nothing is sent twice, whatever the answer would mean for what is sent.
      const one = seenBy(found, to);
      return { outcome: 'deferred', retryAfterSeconds: null, away: one.shows === 'away', seen: [one] };
    },
  };
}

function whyOf(answer: TwilioAnswer<unknown>): string | null {
  if (answer.kind === 'answered') return null;
  if (answer.kind !== 'error') return 'no answer';
  return `HTTP ${answer.status}${answer.code === null ? '' : `, error ${answer.code}`}`;
}
