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
    return async ({ egress }, recall) => {
      const { outcome } = await egress.sendMail(recall, mail);
      // Mail servers say that they cannot now, and never for how long.
      return outcome === 'deferred' ? { outcome, retryAfterSeconds: null } : { outcome };
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
