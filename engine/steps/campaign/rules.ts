import type { StateOf } from '../../state.js';
import type { About } from '../../about.js';
import { asksOf, finish, isPending, openAsk, request, say, withdraw, type Turn } from '../../turn.js';
import { earlier, type PreviewId } from '../../words.js';
import { goesOn } from '../../phase.js';
import { standing } from '../../votes.js';
import type { StepRules } from '../step-rules.js';
import { previewVotes, watchChanged, type Audience, type CampaignStep } from './model.js';
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
  end: (turn: Turn, step: Campaign) => void;
};
const FOR: Record<Audience, ForAudience> = {
  consignees: { prepare: freeze, begin: tell, end: endTold },
  public: { prepare: previewPublication, begin: publish, end: endPublished },
};

/**
 * Recipients are frozen, the preview is approved by its hash, then notices go out as the contact ladder says. Of a campaign
 * for the public the notice alone is frozen, and what was approved is published.
 */
export const campaign: StepRules<'campaign'> = {
  afterClosing: 'takes what comes',
  react(turn, step, definition) {
    const { approvedAt, frozen, publication } = step.detail;
    const { prepare, end } = FOR[definition.audience];
    if (approvedAt !== null) return end(turn, step);
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
    if (kind === 'runCampaign') {
      say(turn, { type: 'campaign tallied', step: step.name, tally: result.tally, nextDue: result.nextDue });
    }
    if (kind === 'registerWatch') {
      const { value, tally } = result;
      if (value) say(turn, { type: 'watch changed', step: step.name, change: step.detail.changes, value, tally });
      run(turn, step, definition);
    }
  },
  onInput(turn, step, _definition, input) {
    if (input.type !== 'watch changed' || input.step !== step.name) return false;
    const { change, value, tally } = input;
    // A change that a later one has overtaken on the way says nothing any more.
    if (change > step.detail.changes) say(turn, { type: 'watch changed', step: step.name, change, value, tally });
    return true;
  },
  seenBy: ({ kind, effect, result }) =>
    kind === 'runCampaign' && result.watch !== null ? watchChanged(effect.payload.campaign, result.watch) : null,
  due(state, step) {
    if (step.detail.approvedAt === null) return null;
    const running = isPending(state, step.name, 'runCampaign');
    const { enough, enoughBy, nextDue } = step.detail;
    return earlier(running ? null : nextDue, enough ? null : enoughBy);
  },
  onDue(turn, step, definition) {
    const { enough, enoughBy, nextDue } = step.detail;
    const isOver = !enough && enoughBy !== null && enoughBy <= turn.at;
    if (isOver) say(turn, { type: 'enough not reached', step: step.name });
    const isDue = nextDue !== null && nextDue <= turn.at;
    // What came back since the last notice counts for what follows, so that a campaign is counted anew before it ends.
    if ((isDue || isOver) && !isPending(turn.state, step.name, 'runCampaign')) run(turn, step, definition);
  },
};

function freeze(turn: Turn, step: Campaign, definition: CampaignStep): void {
  if (isPending(turn.state, step.name, 'freezeRecipients')) return;
  const { notice, languages, ladder } = definition;
  const { revision } = step.detail;
  request(turn, step.name, 'freezeRecipients', {
    campaign: step.name,
    revision,
    scope: turn.state.scope,
    notice,
    languages,
    ladder,
  });
}

function askPreview(turn: Turn, step: Campaign, definition: CampaignStep): void {
  const about: About = { kind: 'preview', id: `${step.name}/${step.detail.revision}` as PreviewId };
  for (const role of definition.preview) {
    const { due, escalation } = definition;
    openAsk(turn, step.name, { question: 'approve-preview', role, due, escalation, about });
  }
}

function decidePreview(turn: Turn, step: Campaign, definition: CampaignStep): void {
  const asks = asksOf(turn.state, step);
  const { votes, revision, frozen, publication } = step.detail;
  const stands = standing(turn.state, previewVotes(definition), votes, asks);
  if (stands.is === 'open') return;
  withdraw(turn, asks);
  if (stands.is === 'rejected') {
    say(turn, { type: 'preview rejected', step: step.name, revision });
    for (const ask of asks.filter(({ actAlone }) => actAlone))
      say(turn, { type: 'acting alone ended', ask: ask.id, step: step.name });
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
  else run(turn, step, definition);
}

function run(turn: Turn, step: Campaign, definition: CampaignStep): void {
  // The watch may have been set while the recall was being closed.
  if (!goesOn(turn.state, step.name)) return;
  const { revision } = step.detail;
  request(turn, step.name, 'runCampaign', { campaign: step.name, revision, ladder: definition.ladder });
}

function endTold(turn: Turn, step: Campaign): void {
  const { finished, enough, enoughBy, overdue } = step.detail;
  // After the last notice there is still time to answer.
  const hasTime = !enough && enoughBy !== null;
  const counting = isPending(turn.state, step.name, 'runCampaign');
  if (finished && !hasTime && !counting)
    finish(turn, step, overdue && !enough ? 'told, too few have answered' : 'told');
}
