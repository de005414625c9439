import { renderNoticeMail } from '../../documents/notice-mail.js';
import { mailbox } from '../addresses.js';
import type { ChannelContract } from './contract.js';

/** Notices by mail, which may come back days later as a delivery status notification (RFC 3464). */
export const email: ChannelContract = {
  needs: ['SMTP_URL'],
  wire: 'smtp',
  wrongAddress: (address) =>
    mailbox(address) === null ? 'expected one mail address and nothing else, such as orders@shop.example' : null,
  render({ notice, template, mail: { html, pictures }, data }) {
    const { step, revision, recipient, rung, address, messageId, noticeLanguage: language } = notice;
    const key = `notice/${step}/${revision}/${recipient}/${rung}`;
    const mail = { ...renderNoticeMail({ template, html, language }, data), pictures, to: address, messageId, key };
    return async ({ egress, away }, recall) => {
      const { outcome, seen, by } = await egress.sendMail(recall, mail, away);
      if (outcome !== 'deferred') return { outcome, seen, by };
      // Mail servers say that they cannot now, and never for how long.
      return { outcome, retryAfterSeconds: null, away: seen.every(({ shows }) => shows === 'away'), seen };
    };
  },
  // A mailbox that is full, a filter, a server that did not answer for days: none of them says that nobody reads there. What is
  // delayed its server still tries to deliver.
  readReport({ action, addressIsDead }) {
    if (action === 'delivered') return 'arrived';
    if (action !== 'failed') return 'nothing';
    return addressIsDead ? 'failed for good' : 'failed for now';
  },
};
