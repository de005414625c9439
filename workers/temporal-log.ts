import { DefaultLogger } from '@temporalio/worker';
import type { Logger } from 'pino';
import { inWords } from '../activities/run-effect.js';

/** What Temporal's worker warns of, in our own log: which recall, which activity, which attempt, and what was thrown. */
export function temporalLogger(log: Logger): DefaultLogger {
  return new DefaultLogger('WARN', ({ level, message, meta = {} }) => {
    const { workflowId, activityType, activityId, attempt, error } = meta;
    const thrown = error === undefined ? {} : { error: inWords(error) };
    log.warn({ level, workflowId, activityType, activityId, attempt, ...thrown }, message);
  });
}
