import { randomBytes } from 'node:crypto';
import { startTwilio, type Twilio } from './twilio.js';
import type { MessageAnswer } from './twilio/answers.js';
import type { TwilioMessage } from './twilio/messages.js';

/** What the product is told of the Twilio of a drill, as settings. */
export type DrillTwilio = { url: string; accountSid: string; authToken: string; from: string };

const SID_BYTES = 16;
/** Twilio's word for a number that is none. */
const NO_NUMBER = 21211;

/** A Twilio of its own, with an account made up for this drill. */
export async function startTextingTwilio(
  onMessage: (message: TwilioMessage) => MessageAnswer | Promise<MessageAnswer>,
): Promise<Twilio & { settings: DrillTwilio }> {
  const accountSid = `AC${randomBytes(SID_BYTES).toString('hex')}`;
  // A service that picks a number of ours, so that none of the drill's is ours.
  const from = `MG${randomBytes(SID_BYTES).toString('hex')}`;
  const authToken = randomBytes(SID_BYTES).toString('hex');
  const twilio = await startTwilio({
    accountSid,
    authToken,
    onMessage,
    onCall: () => ({ do: 'refuse', status: 400, code: NO_NUMBER }),
  });
  return { ...twilio, settings: { url: twilio.url, accountSid, authToken, from } };
}

/** Which notice a message is, by the address to which its sender wants to be told of it; null where that names none. */
export function noticeIn({ statusCallback }: TwilioMessage): { id: string; name: string } | null {
  if (statusCallback === null) return null;
  const { pathname, searchParams } = new URL(statusCallback);
  const name = searchParams.get('notice');
  return name === null ? null : { id: pathname.split('/').at(-1)!, name };
}
