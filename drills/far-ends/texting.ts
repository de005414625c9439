import { randomBytes } from 'node:crypto';
import { persistently } from '../door.js';
import { startTwilio, type Twilio } from './twilio.js';
import type { TwilioCall } from './twilio/calls.js';
import type { TwilioMessage } from './twilio/messages.js';

/** What the product is told of the Twilio of a drill, as settings. */
export type DrillTwilio = {
  url: string;
  accountSid: string;
  authToken: string;
  from: string | null;
  voiceFrom: string | null;
};

const SID_BYTES = 16;
/** Of a range that the regulator of Great Britain keeps for fiction, from which the sample has no numbers. */
const CALLS_FROM = '+442079460999';

/** An account that nobody else has. What it sends is from a service that picks a number of ours, so that none of a drill's is ours. */
export function newTwilioAccount(): Omit<DrillTwilio, 'url'> {
  const digits = (): string => randomBytes(SID_BYTES).toString('hex');
  return { accountSid: `AC${digits()}`, authToken: digits(), from: `MG${digits()}`, voiceFrom: CALLS_FROM };
}

/** A Twilio of its own. */
export async function startDrillTwilio(
  { accountSid, authToken, from, voiceFrom }: Omit<DrillTwilio, 'url'>,
  on: Pick<Parameters<typeof startTwilio>[0], 'onMessage' | 'onCall'>,
): Promise<Twilio & { settings: DrillTwilio }> {
  const twilio = await startTwilio({ accountSid, authToken, ...on, persist: (ask) => persistently(ask, isThere) });
  return { ...twilio, settings: { url: twilio.url, accountSid, authToken, from, voiceFrom } };
}

/** Whose processes are killed says so for as long as they are away. */
function isThere({ status }: { status: number }): boolean {
  return status !== 503;
}

/** Which notice a message or a call is, by the address to which its sender wants to be told of it; null where that names none. */
export function noticeIn({
  statusCallback,
}: Pick<TwilioMessage | TwilioCall, 'statusCallback'>): { id: string; name: string } | null {
  if (statusCallback === null) return null;
  const { pathname, searchParams } = new URL(statusCallback);
  const name = searchParams.get('notice');
  return name === null ? null : { id: pathname.split('/').at(-1)!, name };
}
