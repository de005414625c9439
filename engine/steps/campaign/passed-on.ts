import { GROWTH_VERDICTS, mayGrow, type GrowthVerdict } from '../../cascade.js';
import type { Answer } from '../../inputs.js';
import { goesOn } from '../../phase.js';
import type { StateOf } from '../../state.js';
import { asksOf, isPending, isUnanswered, openAsk, request, say, type Turn } from '../../turn.js';
import type { ResultOf } from '../step-rules.js';
import type { CampaignStep } from './model.js';

type Campaign = StateOf<'campaign'>;

/** Runs that read who is told, or change it: each waits for the other, so that none counts half of what the other does. */
const EXCLUSIVE = ['registerWatch', 'runCampaign', 'addRecipients'] as const;

/** Has those added who were named since, or asks whether more may be told. Whether the campaign has nothing more to wait for. */
export function grow(turn: Turn, step: Campaign, definition: CampaignStep): boolean {
  const { cascade, revision } = step.detail;
  const { passedOn, due, escalation } = definition;
  if (cascade === null || passedOn === null) return true;
  if (EXCLUSIVE.some((kind) => isPending(turn.state, step.name, kind))) return false;
  const { name } = step;
  if (mayGrow(cascade)) {
    const { heard, allowed } = cascade;
    request(turn, name, 'addRecipients', { campaign: name, revision, of: passedOn.of, heard, atMost: allowed });
    return false;
  }
  const isAsked = asksOf(turn.state, step).some((ask) => ask.question === 'allow-growth' && isUnanswered(ask));
  if (isAsked) return false;
  if (cascade.waiting > 0 && !cascade.refused) {
    openAsk(turn, name, { question: 'allow-growth', role: passedOn.ask, due, escalation });
    return false;
  }
  return cascade.until === null;
}

/** Whether there is somebody new to be told. */
export function takeAdded(
  turn: Turn,
  step: Campaign,
  { effect, result }: Extract<ResultOf, { kind: 'addRecipients' }>,
): boolean {
  const { revision, heard } = effect.payload;
  if (revision !== step.detail.revision) return false;
  say(turn, { type: 'recipients added', step: step.name, revision, heard, ...result });
  return result.added > 0;
}

/** Somebody was named. Of a step that has ended, or never begins, nobody is told of it. */
export function hear(turn: Turn, { name, status }: Campaign): void {
  if (status !== 'waiting' && status !== 'active') return;
  if (goesOn(turn.state, name)) say(turn, { type: 'customers named', step: name });
}

export function judgeGrowth(turn: Turn, step: Campaign, { values }: Answer): void {
  const verdict = GROWTH_VERDICTS.find((one) => one === values.verdict) satisfies GrowthVerdict | undefined;
  if (verdict !== undefined) say(turn, { type: 'growth judged', step: step.name, verdict });
}

/** The time for names is over. */
export function endNaming(turn: Turn, step: Campaign): void {
  const until = step.detail.cascade?.until ?? null;
  if (until !== null && until <= turn.at) say(turn, { type: 'naming ended', step: step.name });
}
