import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.js';
import type { TestNoticeAsked, TestNoticeSent } from './contract.js';

const { sendTestNotice: send } = proxyActivities<Pick<Activities, 'sendTestNotice'>>({
  startToCloseTimeout: '20 seconds',
  // Who waits for it tries again by hand: one mail asked for is one mail sent.
  retry: { maximumAttempts: 1 },
});

/** Sends one text of a notice as a test. It is of no recall: no ledger, no campaign and no figure knows of it. */
export async function sendTestNotice(asked: TestNoticeAsked): Promise<TestNoticeSent> {
  return send(asked);
}
