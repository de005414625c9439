import { spokenText } from '../../documents/short-notices.js';
import { E164 } from '../../engine/telephone.js';
import type { TwilioCall } from '../egress.js';
import { byTwilio } from './by-twilio.js';
import type { ChannelContract } from './contract.js';

/**
 * Twilio's codes that speak of the number and not of the moment (twilio.com/docs/api/errors): it is none, or one that cannot
 * be called. No later try would change them.
 */
const DEAD_NUMBER = [13223, 13224, 13225, 21211, 21214, 21217, 21401];
/** What a network answers where nobody has that number (RFC 3261, 21.4.5, 21.4.11, 21.4.23, 21.6.3). */
const NO_SUCH_NUMBER = ['404', '410', '484', '604'];

/** What Twilio has taken it will make. */
const ours = byTwilio<TwilioCall>({ dead: DEAD_NUMBER, sentAs: () => ({ outcome: 'delivered' }) });

/**
 * Notices as telephone calls by Twilio, which asks us what to say when somebody has taken one (api/inbound/spoken.ts), and
 * posts what became of it. What is rendered here is only tried: what cannot be said must not ring.
 */
export const voice: ChannelContract = {
  needs: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_VOICE_FROM'],
  wire: 'twilio',
  wrongAddress: (address) =>
    E164.test(address) ? null : 'expected a telephone number with + and its country, such as +447700900123',
  render({ notice, template, data }) {
    const id = notice.messageId.replace(/^</, '').split('@')[0]!;
    spokenText(template, data);
    const { address: to, step, revision, recipient, rung } = notice;
    // Whoever looks at Twilio's log sees by this which notice a call was.
    const name = encodeURIComponent(`${step}/${revision}/${recipient}/${rung}`);
    return async ({ egress, publicUrl }, recall) => {
      if (notice.doubts > 0) {
        // One that is over has told nobody anything: else it would have asked us what to say, and be in no doubt.
        const underWay = ours.known(await egress.findCall(recall, { to }), to);
        if (underWay !== null) return underWay;
      }
      const answer = await egress.placeCall(recall, {
        to,
        url: `${publicUrl}/twilio/calls/${id}/say`,
        statusCallback: `${publicUrl}/twilio/calls/${id}?notice=${name}`,
      });
      return ours.carried(answer, to);
    };
  },
  readReport({ action, code }) {
    // Nobody hears what is said to a fax, and it is one whenever it is called.
    if (action === 'fax') return 'failed for good';
    if (action === 'failed') return NO_SUCH_NUMBER.includes(code) ? 'failed for good' : 'failed for now';
    return ['busy', 'no-answer', 'canceled'].includes(action) ? 'failed for now' : 'nothing';
  },
};
