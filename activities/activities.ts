import { ApplicationFailure } from '@temporalio/common';
import type { EffectActivities } from '../engine/effects.js';
import { keepHalt } from '../store/halts.js';
import { appendEvents } from '../store/ledger.js';
import { FOR_EVER, type AppendEvents, type TestNoticeAsked, type TestNoticeSent } from '../workflows/contract.js';
import { askPeople } from './asks.js';
import { registerWatch, runCampaign } from './campaigns.js';
import { freezeRecipients } from './freeze-recipients.js';
import { stopShipping } from './containment.js';
import { verifyDecision } from './decisions.js';
import type { Deps } from './deps.js';
import { fileReport, planFilings } from './filings.js';
import { addRecipients } from './passed-on.js';
import { previewPublication, publish } from './publications.js';
import { writeClosingReport } from './report.js';
import { whyForEver } from './for-ever.js';
import { effectActivity, inWords } from './run-effect.js';
import { sendTestNotice } from './test-notice.js';
import { traceSales } from './trace.js';

export type Activities = EffectActivities & {
  appendEvents: (batch: AppendEvents) => Promise<void>;
  sendTestNotice: (asked: TestNoticeAsked) => Promise<TestNoticeSent>;
};

/** Every activity of the worker: one an effect, the append, and the test of a notice. */
export function createActivities(deps: Deps): Activities {
  return {
    stopShipping: effectActivity(deps, stopShipping(deps)),
    askPeople: effectActivity(deps, askPeople(deps)),
    traceSales: effectActivity(deps, traceSales),
    planFilings: effectActivity(deps, planFilings(deps)),
    fileReport: effectActivity(deps, fileReport(deps)),
    freezeRecipients: effectActivity(deps, freezeRecipients(deps)),
    addRecipients: effectActivity(deps, addRecipients(deps)),
    runCampaign: effectActivity(deps, runCampaign(deps)),
    previewPublication: effectActivity(deps, previewPublication(deps)),
    publish: effectActivity(deps, publish(deps)),
    registerWatch: effectActivity(deps, registerWatch(deps)),
    verifyDecision: effectActivity(deps, verifyDecision(deps)),
    writeClosingReport: effectActivity(deps, writeClosingReport(deps)),
    appendEvents: (batch) => append(deps, batch),
    sendTestNotice: sendTestNotice(deps),
  };
}

/** What cannot be mended by trying again makes the recall stand still, loudly, until an engineer has it tried again. */
async function append(deps: Deps, batch: AppendEvents): Promise<void> {
  try {
    await appendEvents(deps.pool, batch, deps.signer);
  } catch (failed) {
    const message = whyForEver(failed);
    if (message === null) throw failed;
    deps.log.fatal({ recall: batch.recallId, error: inWords(failed) }, 'the ledger takes no more of a recall');
    await keepHalt(deps.pool, batch.recallId, { what: 'append', message });
    throw ApplicationFailure.nonRetryable(message, FOR_EVER);
  }
}
