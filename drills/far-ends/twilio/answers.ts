import { errorOf } from './errors.js';

/** What the drill says of a message or a call that the account asks for. */
export type MessageAnswer =
  | { do: 'take' }
  /** Twilio will not have it: this number for good, or this request. */
  | { do: 'refuse'; code: number; status: 400 }
  /** Twilio cannot now. */
  | { do: 'later'; status: 429 | 500 | 503; code: number; retryAfterSeconds?: number }
  /** Taken, and the sender never hears so. */
  | { do: 'hang' };

/** Whether the sender of what was taken hears so; throws what is answered where nothing was. */
export async function taken(ask: () => MessageAnswer | Promise<MessageAnswer>): Promise<boolean> {
  const answer = await ask();
  if (answer.do === 'refuse') throw errorOf(answer.status, answer.code);
  if (answer.do === 'later') throw errorOf(answer.status, answer.code, answer.retryAfterSeconds);
  return answer.do === 'take';
}
