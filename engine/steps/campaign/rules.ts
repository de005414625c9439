import { evaluateCondition } from '../../conditions.js';
import type { Answer, StepInput } from '../../inputs.js';
import type { StateOf } from '../../state.js';
import type { About } from '../../about.js';
import {
  asksOf,
  finish,
  isPending,
  isUnanswered,
  openAsk,
  request,
  say,
  stepState,
  withdraw,
  type Turn,
} from '../../turn.js';
import { earlier, type PreviewId } from '../../words.js';
import { goesOn } from '../../phase.js';
import { standing } from '../../votes.js';
import type { WaveCounts, WaveVerdict } from '../../waves.js';
import type { QuietHours } from '../../quiet.js';
import { contextOf } from '../results.js';
import type { ResultOf, StepRules } from '../step-rules.js';
import { callersOf } from './callers.js';
import { type Audience, type CampaignStep, previewVotes, watchChanged } from './model.js';
import { endNaming, grow, hear, judgeGrowth, takeAdded } from './passed-on.js';
import { endPublished, previewPublication, publish, takePublished } from './public.js';

const REVISIONS_MAX = 3;

type Campaign = StateOf<'campaign'>;

/** What a campaign does before and after its preview, by whom it is for. */
type ForAudience = {
  /** Has what is approved fixed, before anybody is asked. */
  prepare: (turn: Turn, step: Campaign, definition: CampaignStep) => void;
  /** Begins what was approved. */
  begin: (turn: Turn, step: Campaign, definition: CampaignStep) => void;
  /** Ends the campaign where nothing is left to do. */
  end: (turn: Turn, step: Campaign, definition: CampaignStep) => void;
};
const FOR: Record<Audience, ForAudience> = {
  consignees: { prepare: freeze, begin: tell, end: endTold },
  public: { prepare: previewPublication, begin: publish, end: endPublished },
  'passed-on': {
    prepare: freeze,
    begin: tell,
    end: (turn, step, definition) => (grow(turn, step, definition) ? endTold(turn, step) : undefined),
  },
};

/**
 * Recipients are frozen, the preview is approved by its hash, then notices go out as the contact ladder says, wave after
 * wave. Of a campaign for the public the notice alone is frozen, and what was approved is published.
 */
export const campaign: StepRules<'campaign'> = {
  afterClosing: 'takes what comes',
  react(turn, step, definition) {
    const { approvedAt, frozen, publication } = step.detail;
    const { prepare, end } = FOR[definition.audience];
    if (approvedAt !== null) return end(turn, step, definition);
    if (frozen === null && publication === null) {
      // Who is being traced again shall be among those who are told.
      const isTracing = turn.state.steps.some(({ name }) => isPending(turn.state, name, 'traceSales'));
      return isTracing ? undefined : prepare(turn, step, definition);
    }
    decidePreview(turn, step, definition);
  },
  onResult(turn, step, definition, given) {
    const { kind, result } = given;
    if (takePublished(turn, step, given) === 'previewed') askPreview(turn, step, definition);
    if (kind === 'freezeRecipients') {
      say(turn, { type: 'recipients frozen', step: step.name, revision: step.detail.revision, frozen: result });
      askPreview(turn, step, definition);
    }
    if (kind === 'addRecipients' && takeAdded(turn, step, given)) run(turn, step, definition);
    if (kind === 'runCampaign') takeRun(turn, step, definition, given);
    if (kind === 'registerWatch') {
      const { value, tally } = result;
      if (value) say(turn, { type: 'watch changed', step: step.name, change: step.detail.changes, value, tally });
      beginWave(turn, step, definition, 0);
    }
  },
  onInput(turn, step, definition, input) {
    if (!('step' in input) || input.step !== step.name) return false;
    switch (input.type) {
      case 'customers named':
        hear(turn, step);
        return true;
      case 'watch changed':
      case 'wave exceeded':
      case 'call wanted':
        takeInput(turn, step, definition, input);
        return true;
      default:
        return false;
    }
  },
  seenBy: ({ kind, effect, result }) =>
    kind === 'runCampaign' && result.watch !== null ? watchChanged(effect.payload.campaign, result.watch) : null,
  due(state, step) {
    if (step.detail.approvedAt === null) return null;
    const { enough, enoughBy, nextDue, waveDue, stopped, cascade } = step.detail;
    const waits = isCounting(state, step) || stopped !== null;
    const ends = earlier(enough ? null : enoughBy, cascade?.until ?? null);
    return earlier(waits ? null : earlier(nextDue, waveDue), ends);
  },
  onDue(turn, step, definition) {
    const { enough, enoughBy, nextDue, wave, waveDue, stopped } = step.detail;
    const isOver = !enough && enoughBy !== null && enoughBy <= turn.at;
    if (isOver) say(turn, { type: 'enough not reached', step: step.name });
    endNaming(turn, step);
    if (isCounting(turn.state, step)) return;
    const mayGoOn = stopped === null;
    if (mayGoOn && waveDue !== null && waveDue <= turn.at) return beginWave(turn, step, definition, wave + 1);
    const isDue = mayGoOn && nextDue !== null && nextDue <= turn.at;
    // What came back since the last notice counts for what follows, so that a campaign is counted anew before it ends.
    if (isDue || isOver) run(turn, step, definition);
  },
  onAnswer(turn, step, definition, { question }, answer) {
    if (question === 'judge-wave') return judge(turn, step, definition, answer);
    if (question === 'allow-growth') return judgeGrowth(turn, step, answer);
    // Whoever has come onto the list since is not forgotten, and of the others it is known what became of them.
    const isTold = step.status === 'active' && step.detail.approvedAt !== null;
    if (question === 'call-recipients' && isTold && !isPending(turn.state, step.name, 'registerWatch'))
      runNow(turn, step, definition);
  },
};

/** Its notices are on their way, or those who will get one are being added. */
function isCounting(state: Turn['state'], { name }: Campaign): boolean {
  return isPending(state, name, 'runCampaign') || isPending(state, name, 'addRecipients');
}

function endingOf({ detail: { enough, overdue, wave } }: Campaign): string {
  if (wave < 0) return 'stopped';
  return overdue && !enough ? 'told, too few have answered' : 'told';
}

function freeze(turn: Turn, step: Campaign, definition: CampaignStep): void {
  if (isPending(turn.state, step.name, 'freezeRecipients')) return;
  const { notice, languages, contacts, ladder, waves } = definition;
  const { revision } = step.detail;
  request(turn, step.name, 'freezeRecipients', {
    campaign: step.name,
    revision,
    scope: turn.state.scope,
    notice,
    languages,
    contacts,
    ladder,
    waves,
  });
}

function aboutPreview({ name, detail: { revision } }: Campaign): About {
  return { kind: 'preview', id: `${name}/${revision}` as PreviewId };
}

function askPreview(turn: Turn, step: Campaign, definition: CampaignStep): void {
  const about = aboutPreview(step);
  for (const role of definition.preview) {
    const { due, escalation } = definition;
    openAsk(turn, step.name, { question: 'approve-preview', role, due, escalation, about });
  }
}

function decidePreview(turn: Turn, step: Campaign, definition: CampaignStep): void {
  const asks = asksOf(turn.state, step).filter(({ question }) => question === 'approve-preview');
  const { votes, revision, frozen, publication } = step.detail;
  const stands = standing(turn.state, previewVotes(definition), votes, asks);
  if (stands.is === 'open') return;
  withdraw(turn, asks);
  if (stands.is === 'rejected') {
    say(turn, { type: 'preview rejected', step: step.name, revision });
    endActingAlone(turn, step);
    if (revision >= REVISIONS_MAX) {
      say(turn, { type: 'step failed', step: step.name, round: step.round, reason: 'preview rejected' });
    }
    return;
  }
  say(turn, { type: 'preview approved', step: step.name, revision, hash: (frozen ?? publication)!.hash });
  FOR[definition.audience].begin(turn, step, definition);
}

function tell(turn: Turn, step: Campaign, definition: CampaignStep): void {
  // The watch stands before the first notice goes out: effects that run together must not see each other's writes.
  if (definition.watch)
    request(turn, step.name, 'registerWatch', { campaign: step.name, condition: definition.watch.enough });
  else beginWave(turn, step, definition, 0);
}

/** What the silence on one revision allowed does not count for the next. */
function endActingAlone(turn: Turn, step: Campaign): void {
  for (const ask of asksOf(turn.state, step).filter(({ actAlone }) => actAlone))
    say(turn, { type: 'acting alone ended', ask: ask.id, step: step.name });
}

/** From now on one more wave is told. Where the playbook names none there is one, of which nothing needs to be said. */
function beginWave(turn: Turn, step: Campaign, definition: CampaignStep, wave: number): void {
  // The watch may have been set while the recall was being closed.
  if (!goesOn(turn.state, step.name)) return;
  const { revision } = step.detail;
  if (definition.waves) say(turn, { type: 'wave begun', step: step.name, revision, wave });
  run(turn, step, definition);
}

function run(turn: Turn, step: Campaign, definition: CampaignStep): void {
  if (!goesOn(turn.state, step.name)) return;
  const { revision, wave, accepted } = detailNow(turn, step);
  const { ladder } = definition;
  const quiet = quietNow(turn, definition);
  request(turn, step.name, 'runCampaign', { campaign: step.name, revision, ladder, wave, accepted, quiet });
}

/** The hours in which nobody is rung up; null where nothing is to be waited for. */
function quietNow({ state }: Turn, { quietHours }: CampaignStep): QuietHours | null {
  if (quietHours === null) return null;
  const { unless, from, to } = quietHours;
  return unless !== null && evaluateCondition(unless, contextOf(state)) === true ? null : { from, to };
}

/** The campaign as it is after what this turn has said. */
function detailNow(turn: Turn, { name }: Campaign): Campaign['detail'] {
  return (stepState(turn.state, name) as Campaign).detail;
}

function takeRun(
  turn: Turn,
  step: Campaign,
  definition: CampaignStep,
  { effect, result }: Extract<ResultOf, { kind: 'runCampaign' }>,
): void {
  // Of a revision that was corrected in the meantime nothing is counted any more.
  if (effect.payload.revision !== step.detail.revision) return;
  const { tally, nextDue, excess, calls = 0 } = result;
  if (excess !== null) stopSending(turn, step, definition, excess);
  say(turn, { type: 'campaign tallied', step: step.name, tally, nextDue, ...(calls > 0 && { calls }) });
  if (calls > 0) askCallers(turn, step, definition);
  const { accepted, wave } = step.detail;
  // It was held back by a limit that somebody has accepted since, or ran for who is not told any more.
  if ((excess !== null && accepted.includes(excess.wave)) || wave !== effect.payload.wave) run(turn, step, definition);
}

function takeInput(
  turn: Turn,
  step: Campaign,
  definition: CampaignStep,
  input: Extract<StepInput, { type: 'watch changed' | 'wave exceeded' | 'call wanted' }>,
): void {
  if (input.type === 'wave exceeded') {
    if (input.revision === step.detail.revision) stopSending(turn, step, definition, input.excess);
    return;
  }
  if (input.type === 'call wanted') {
    if (input.revision === step.detail.revision) askCallers(turn, step, definition);
    return;
  }
  const { change, value, tally } = input;
  // A change that a later one has overtaken on the way says nothing any more.
  if (change > step.detail.changes) say(turn, { type: 'watch changed', step: step.name, change, value, tally });
}

/** A door and a run can both see it: what somebody is asked already, or has accepted, is no news. */
function stopSending(turn: Turn, step: Campaign, { due, escalation, waves }: CampaignStep, excess: WaveCounts): void {
  const { stopped, accepted, revision, approvedAt, wave } = step.detail;
  // Before its watch stands a revision has sent nothing that could have come back.
  if (step.status !== 'active' || isPending(turn.state, step.name, 'registerWatch')) return;
  const isKnown = stopped !== null || accepted.includes(excess.wave) || wave < 0 || approvedAt === null;
  if (isKnown || !waves?.stop || !goesOn(turn.state, step.name)) return;
  say(turn, { type: 'sending stopped', step: step.name, revision, excess });
  const about = aboutPreview(step);
  openAsk(turn, step.name, { question: 'judge-wave', role: waves.stop.ask, due, escalation, about });
}

/** One question for all who are to be called: whoever is asked already finds those on the list who have come since. */
function askCallers(turn: Turn, step: Campaign, definition: CampaignStep): void {
  const isAsked = asksOf(turn.state, step).some((ask) => ask.question === 'call-recipients' && isUnanswered(ask));
  const { approvedAt, wave } = detailNow(turn, step);
  if (isAsked || approvedAt === null || wave < 0) return;
  const { to: role, due, escalation } = callersOf(turn.state.playbook, definition);
  openAsk(turn, step.name, { question: 'call-recipients', role, due, escalation });
}

/** Nobody calls for a notice that is not told any more. */
function withdrawCallers(turn: Turn, step: Campaign): void {
  withdraw(
    turn,
    asksOf(turn.state, step).filter(({ question }) => question === 'call-recipients'),
  );
}

function judge(turn: Turn, step: Campaign, definition: CampaignStep, { values }: Answer): void {
  const { stopped, revision } = step.detail;
  if (stopped === null) return;
  const verdict = values.verdict as WaveVerdict;
  say(turn, { type: 'wave judged', step: step.name, revision, wave: stopped.wave, verdict });
  if (verdict !== 'go-on') withdrawCallers(turn, step);
  // Who is corrected is frozen anew, by `react`. Else what is due goes out, or is counted for the last time.
  if (verdict === 'correct') return endActingAlone(turn, step);
  runNow(turn, step, definition);
}

function runNow(turn: Turn, step: Campaign, definition: CampaignStep): void {
  if (!isPending(turn.state, step.name, 'runCampaign')) run(turn, step, definition);
}

function endTold(turn: Turn, step: Campaign): void {
  const { finished, enough, enoughBy } = step.detail;
  // After the last notice there is still time to answer.
  const hasTime = !enough && enoughBy !== null;
  const counting = isPending(turn.state, step.name, 'runCampaign');
  if (finished && !hasTime && !counting) finish(turn, step, endingOf(step));
}
