import { smsBody, smsEnding } from '../../documents/short-notices.js';
import { E164 } from '../../engine/telephone.js';
import type { Egress, EgressRecall, TwilioSms } from '../egress.js';
import { byTwilio, type OnWire, type WireSaid } from './by-twilio.js';
import type { ChannelContract } from './contract.js';

/**
 * Twilio's codes that speak of the number and not of the moment (twilio.com/docs/api/errors): it is none, no mobile, on a
 * landline or an unknown handset, or its owner wants no messages. No later try would change them.
 */
const DEAD_NUMBER = [
  21211, 21214, 21217, 21266, 21401, 21407, 21421, 21610, 21612, 21614, 21635, 30004, 30005, 30006, 30011, 60205,
];

const ours = byTwilio<TwilioSms>({ dead: DEAD_NUMBER, sentAs });

/** Notices as text messages by Twilio. What became of them Twilio posts to us later; in doubt it is asked. */
export const sms: ChannelContract = {
  needs: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  wire: 'twilio',
  wrongAddress: (address) =>
    E164.test(address) ? null : 'expected a telephone number with + and its country, such as +447700900123',
  render({ notice, template, data }) {
    const id = notice.messageId.replace(/^</, '').split('@')[0]!;
    const body = smsBody(template, data, id);
    const { address: to, step, revision, recipient, rung } = notice;
    // Whoever looks at Twilio's log sees by this which notice a message was.
    const name = encodeURIComponent(`${step}/${revision}/${recipient}/${rung}`);
    return async ({ egress, publicUrl }, recall) => {
      const statusCallback = `${publicUrl}/twilio/messages/${id}?notice=${name}`;
      return sendText(egress, recall, { to, body, id, statusCallback, doubts: notice.doubts });
    };
  },
  readReport({ action, code }) {
    if (action === 'delivered') return 'arrived';
    if (action !== 'undelivered' && action !== 'failed') return 'nothing';
    return DEAD_NUMBER.includes(Number(code)) ? 'failed for good' : 'failed for now';
  },
};

/** Sends a text message that ends with its key; one that may have gone out before is asked for first. */
export async function sendText(
  egress: Egress,
  recall: EgressRecall,
  {
    to,
    body,
    id,
    statusCallback,
    doubts,
  }: { to: string; body: string; id: string; statusCallback: string; doubts: number },
): Promise<WireSaid> {
  const known = doubts > 0 ? ours.known(await egress.findSms(recall, { to, ending: smsEnding(id) }), to) : null;
  return known ?? ours.carried(await egress.sendSms(recall, { to, body, statusCallback }), to);
}

/** A message that Twilio has, in the words of its own states: most are on their way, and a few have come to an end. */
function sentAs({ status, errorCode }: TwilioSms): OnWire {
  if (!['failed', 'undelivered', 'canceled'].includes(status)) return { outcome: 'delivered' };
  return DEAD_NUMBER.includes(errorCode ?? 0)
    ? { outcome: 'refused' }
    : { outcome: 'deferred', retryAfterSeconds: null };
}
