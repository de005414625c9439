import { ApplicationFailure } from '@temporalio/common';
import { errorDetail } from '../engine/errors.js';
import type { EffectActivities } from '../engine/effects.js';
import { appendEvents } from '../store/ledger.js';
import type { AppendEvents } from '../workflows/contract.js';
import { askPeople } from './asks.js';
import { freezeRecipients, registerWatch, runCampaign } from './campaigns.js';
import { stopShipping } from './containment.js';
import { verifyDecision } from './decisions.js';
import type { Deps } from './deps.js';
import { fileReport, planFilings } from './filings.js';
import { writeClosingReport } from './report.js';
import { effectActivity } from './run-effect.js';
import { traceSales } from './trace.js';

export type Activities = EffectActivities & { appendEvents: (batch: AppendEvents) => Promise<void> };

/** Every activity of the worker: one an effect, and the append. */
export function createActivities(deps: Deps): Activities {
  return {
    stopShipping: effectActivity(deps, stopShipping(deps)),
    askPeople: effectActivity(deps, askPeople(deps)),
    traceSales: effectActivity(deps, traceSales(deps)),
    planFilings: effectActivity(deps, planFilings(deps)),
    fileReport: effectActivity(deps, fileReport(deps)),
    freezeRecipients: effectActivity(deps, freezeRecipients(deps)),
    runCampaign: effectActivity(deps, runCampaign(deps)),
    registerWatch: effectActivity(deps, registerWatch(deps)),
    verifyDecision: effectActivity(deps, verifyDecision(deps)),
    writeClosingReport: effectActivity(deps, writeClosingReport(deps)),
    appendEvents: (batch) => append(deps, batch),
  };
}

/** A gap or other content under the same number cannot be mended by trying again: the recall stops, loudly. */
async function append(deps: Deps, batch: AppendEvents): Promise<void> {
  try {
    await appendEvents(deps.pool, batch);
  } catch (failed) {
    const detail = errorDetail(failed);
    if (detail?.code !== 'ledger-gap' && detail?.code !== 'ledger-other-content') throw failed;
    deps.log.fatal({ recall: batch.recallId, code: detail.code, where: detail.where }, detail.message);
    throw ApplicationFailure.nonRetryable(detail.message, detail.code);
  }
}
