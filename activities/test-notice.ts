import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { takeTestNotice } from '../store/test-notices.js';
import type { TestNoticeAsked, TestNoticeSent } from '../workflows/contract.js';
import type { Deps } from './deps.js';

/** Mails that are a test carry this as their key, so that nobody counts them for a recall's. */
const KEY = 'test-notice';

/**
 * Sends a text of a notice to whoever wants to see it arrive. It goes as a recall's mail would, to the one address that a
 * person of the roster has named, and says in subject and body that it is a test.
 */
export function sendTestNotice({
  pool,
  egress,
  mailDomain,
  log,
}: Deps): (asked: TestNoticeAsked | { unreadable: string }) => Promise<TestNoticeSent> {
  return async (asked) => {
    if ('unreadable' in asked) throw ApplicationFailure.nonRetryable(asked.unreadable);
    const notice = await takeTestNotice(pool, asked.id);
    if (notice === null) throw ApplicationFailure.nonRetryable('it has been sent, or nobody waits for it any more');
    const { to, subject, text, html, pictures, by } = notice;
    const messageId = `<${randomUUID().replaceAll('-', '')}@${mailDomain}>`;
    const ofNone = { recallId: null, mode: 'recall', allowList: null } as const;
    const { outcome } = await egress.sendMail(ofNone, { to, subject, text, html, pictures, messageId, key: KEY });
    log.info({ by, outcome }, 'a test of a notice was sent');
    return { outcome };
  };
}
