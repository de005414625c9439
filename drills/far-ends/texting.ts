import { randomBytes } from 'node:crypto';
import { startTwilio, type Twilio } from './twilio.js';
import type { MessageAnswer } from './twilio/answers.js';
import type { TwilioMessage } from './twilio/messages.js';

/** What the product is told of the Twilio of a drill, as settings. */
export type DrillTwilio = { url: string; accountSid: string; authToken: string; from: string };

const SID_BYTES = 16;
/** Twilio's word for a number that is none. */
const NO_NUMBER = 21211;

/** An account that nobody else has. What it sends is from a service that picks a number of ours, so that none of a drill's is ours. */
export function newTwilioAccount(): Omit<DrillTwilio, 'url'> {
  const digits = (): string => randomBytes(SID_BYTES).toString('hex');
  return { accountSid: `AC${digits()}`, authToken: digits(), from: `MG${digits()}` };
}

/** A Twilio of its own. */
export async function startTextingTwilio(
  { accountSid, authToken, from }: Omit<DrillTwilio, 'url'>,
  onMessage: (message: TwilioMessage) => MessageAnswer | Promise<MessageAnswer>,
): Promise<Twilio & { settings: DrillTwilio }> {
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
