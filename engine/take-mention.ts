import { isSameAbout, type AboutA } from './about.js';
import type { Mention, MentionFinding } from './mention.js';
import type { AssessmentStep } from './steps/assessment/model.js';
import { isUnanswered, openAsk, say, withdraw, type Turn } from './turn.js';
import type { PersonId } from './words.js';

/** For so many a recall asks one by one: strangers write them, and state and mailboxes are bounded. Beyond, the tray is what quality works from. */
const ASKED_MAX = 100;

/**
 * Asks at once whether somebody was hurt, of whoever judges the risk, by the ladder of that. A playbook that has nobody judge
 * it leaves it to the tray, as does a recall that is closed, which takes no injuries any more.
 */
export function takeMention(turn: Turn, mention: Mention): void {
  const { state } = turn;
  const assessment = state.playbook.steps.find((step): step is AssessmentStep => step.kind === 'assessment');
  if (!assessment || state.closedAt !== null || state.endedAt !== null) return;
  const { about } = mention;
  if (state.asks.some((ask) => isSameAbout(ask.about, about) && isUnanswered(ask))) return;
  const isKnown = state.mentions.some((one) => isSameAbout(one.about, about));
  if (!isKnown && state.mentions.length >= ASKED_MAX) return;
  if (!isKnown) say(turn, { type: 'mention noted', mention });
  const { owner: role, due, escalation } = assessment;
  openAsk(turn, assessment.name, { question: 'judge-mention', role, due, escalation, about });
}

/** It has been judged, by an answer or in the tray: nobody is asked any more. */
export function judged(
  turn: Turn,
  { about, by, found }: { about: AboutA<'post'>; by: PersonId; found: MentionFinding },
): void {
  if (turn.state.endedAt !== null) return;
  const asks = turn.state.asks.filter((ask) => isSameAbout(ask.about, about));
  // What nobody was asked is between the tray and who works there.
  if (asks.length === 0) return;
  say(turn, { type: 'mention judged', about, by, found });
  withdraw(turn, asks);
}
