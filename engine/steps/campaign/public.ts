import type { StateOf } from '../../state.js';
import { finish, isPending, request, say, type Turn } from '../../turn.js';
import type { ResultOf } from '../step-rules.js';
import type { CampaignStep } from './model.js';

type Campaign = StateOf<'campaign'>;

/** Asks for the notice as it would be published, judged by the rules of every market that the trace found. */
export function previewPublication(turn: Turn, step: Campaign, definition: CampaignStep): void {
  if (isPending(turn.state, step.name, 'previewPublication')) return;
  const { notice, languages } = definition;
  const traced = turn.state.steps.flatMap(({ detail }) => (detail.kind === 'trace' ? [detail.found] : [])).at(-1);
  request(turn, step.name, 'previewPublication', {
    campaign: step.name,
    revision: step.detail.revision,
    scope: turn.state.scope,
    notice,
    languages,
    markets: (traced?.markets ?? []).map(({ market }) => market),
  });
}

/** Publishes what was approved. */
export function publish(turn: Turn, step: Campaign, { languages }: CampaignStep): void {
  request(turn, step.name, 'publish', { campaign: step.name, revision: step.detail.revision, languages });
}

/** What everybody can read needs no answer: the campaign is done with it. */
export function endPublished(turn: Turn, step: Campaign): void {
  if (step.detail.published !== null) finish(turn, step, 'published');
}

/** Whether the result was one of these effects'; the preview still has to be put to those who approve it. */
export function takePublished(
  turn: Turn,
  step: Campaign,
  { kind, result }: ResultOf,
): 'previewed' | 'published' | null {
  const { name, detail } = step;
  const { revision } = detail;
  switch (kind) {
    case 'previewPublication':
      say(turn, { type: 'publication previewed', step: name, revision, publication: result });
      return 'previewed';
    case 'publish':
      say(turn, { type: 'published', step: name, revision, ...result });
      return 'published';
    default:
      return null;
  }
}
