import { renderNoticeText } from '../../documents/notices.js';
import { mailbox } from '../addresses.js';
import type { ChannelContract } from './contract.js';

/** Notices by mail, which may come back days later as a delivery status notification (RFC 3464). */
export const email: ChannelContract = {
  needs: ['SMTP_URL'],
  wrongAddress: (address) =>
    mailbox(address) === null ? 'expected one mail address and nothing else, such as orders@shop.example' : null,
  render({ notice, template, data }) {
    const { step, revision, recipient, rung, address, messageId, noticeLanguage } = notice;
    const key = `notice/${step}/${revision}/${recipient}/${rung}`;
    const mail = { ...renderNoticeText(template, noticeLanguage, data), to: address, messageId, key };
    return async ({ egress }, recall) => {
      const { outcome } = await egress.sendMail(recall, mail);
      // Mail servers say that they cannot now, and never for how long.
      return outcome === 'deferred' ? { outcome, retryAfterSeconds: null } : { outcome };
    };
  },
  // What is delayed its server still tries to deliver.
  readReport({ action, code }) {
    if (action === 'delivered') return 'arrived';
    if (action !== 'failed') return 'nothing';
    return isDead(code) ? 'failed for good' : 'failed for now';
  },
};

/**
 * Whether a failure says that there is no such mailbox or domain (RFC 3463: an address is wrong, disabled, or has no route),
 * or says nothing of why. A full mailbox, a server that was away and a judgement of this one mail leave the address alone.
 */
function isDead(code: string): boolean {
  return /^5\.(?:0\.0|1\.(?:\d|10)|2\.1|4\.4)$/.test(code) && !['5.1.7', '5.1.8'].includes(code);
}
