import { spokenText } from '../../documents/short-notices.js';
import type { Sent } from '../../engine/channels.js';
import { E164 } from '../../engine/telephone.js';
import type { Egress, EgressRecall, TwilioAnswer } from '../egress.js';
import type { ChannelContract } from './contract.js';

/**
 * Twilio's codes that speak of the number and not of the moment (twilio.com/docs/api/errors): it is none, or one that cannot
 * be called. No later try would change them.
 */
const DEAD_NUMBER = [13223, 13224, 13225, 21211, 21214, 21217, 21401];
/** What a network answers where nobody has that number (RFC 3261, 21.4.5, 21.4.11, 21.4.23, 21.6.3). */
const NO_SUCH_NUMBER = ['404', '410', '484', '604'];

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
        const known = await knownToTwilio(egress, recall, to);
        if (known !== null) return known;
      }
      const answer = await egress.placeCall(recall, {
        to,
        url: `${publicUrl}/twilio/calls/${id}/say`,
        statusCallback: `${publicUrl}/twilio/calls/${id}?notice=${name}`,
      });
      return sentBy(answer);
    };
  },
  readReport({ action, code }) {
    if (action === 'failed') return NO_SUCH_NUMBER.includes(code) ? 'failed for good' : 'failed for now';
    return ['busy', 'no-answer', 'canceled'].includes(action) ? 'failed for now' : 'nothing';
  },
};

/**
 * Whether a call that may have been placed is under way to this number; null where none is, and it is to be placed. One that
 * is over has told nobody anything: else it would have asked us what to say, and the notice would be in no doubt.
 */
async function knownToTwilio(egress: Egress, recall: EgressRecall, to: string): Promise<Sent | null> {
  const found = await egress.findCall(recall, { to });
  switch (found.kind) {
    case 'answered':
      return found.value === null ? null : { outcome: 'delivered' };
    // As long as nobody can say, nobody is called twice.
    case 'error':
    case 'unreachable':
    case 'in-doubt':
      return { outcome: 'deferred', retryAfterSeconds: null };
    case 'egress-refused':
      return { outcome: 'egress-refused' };
    default:
      return found satisfies never;
  }
}

function sentBy(answer: TwilioAnswer<unknown> | { kind: 'egress-refused' }): Sent {
  switch (answer.kind) {
    case 'answered':
      return { outcome: 'delivered' };
    case 'error':
      return DEAD_NUMBER.includes(answer.code ?? 0)
        ? { outcome: 'refused' }
        : { outcome: 'deferred', retryAfterSeconds: answer.retryAfterSeconds };
    case 'unreachable':
      return { outcome: 'deferred', retryAfterSeconds: null };
    case 'in-doubt':
    case 'egress-refused':
      return { outcome: answer.kind };
    default:
      return answer satisfies never;
  }
}
