import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import { whyNotCorrected } from '../engine/corrections.js';
import { nextDue } from '../engine/decide.js';
import { phaseOf } from '../engine/phase.js';
import { stepOf } from '../engine/playbook.js';
import type { Evidence } from '../engine/evidence.js';
import type { Ask, RecallState } from '../engine/state.js';
import { askedNow } from '../engine/steps/asks.js';
import { wordsOf } from '../engine/steps/words.js';
import { isUnanswered } from '../engine/turn.js';
import type { IsoInstant } from '../engine/words.js';
import { cut } from '../engine/text.js';
import type { Halt, StatusView } from './contract.js';

const DETAILS_LENGTH_MAX = 200;

const recallStatus = defineSearchAttributeKey('RecallStatus', SearchAttributeType.KEYWORD);
const openAsks = defineSearchAttributeKey('RecallOpenAsks', SearchAttributeType.INT);
const markets = defineSearchAttributeKey('RecallMarkets', SearchAttributeType.KEYWORD_LIST);

/** Search attributes that move with the recall. They are never encrypted: ids and counts only. */
export function searchAttributesOf(state: RecallState, halts: Halt[]): SearchAttributePair[] {
  const traced = state.steps.flatMap(({ detail }) => (detail.kind === 'trace' ? (detail.found?.markets ?? []) : []));
  return [
    { key: recallStatus, value: statusOf(state, halts) },
    { key: openAsks, value: state.asks.filter(({ status }) => status === 'open').length },
    { key: markets, value: traced.map(({ market }) => market) },
  ] as SearchAttributePair[];
}

function statusOf(state: RecallState, halts: Halt[]): string {
  if (halts.length > 0) return 'stands still';
  const phase = phaseOf(state);
  if (phase === 'closed' || phase === 'ended') return phase;
  const active = state.steps.filter(({ status }) => status === 'active').map(({ name }) => name);
  return active.length > 0 ? cut(active.join(', '), DETAILS_LENGTH_MAX) : 'waiting';
}

/** The recall in words, as Markdown, for Temporal's UI. */
export function detailsOf(state: RecallState, halts: Halt[]): string {
  const steps = state.steps.map((step) => `- **${step.name}**: ${wordsOf(state, step)}`);
  const asks = state.asks
    .filter(({ status }) => status === 'open')
    .map((ask) => `- ${ask.role} is asked to ${ask.question} (${ask.step}), due ${ask.dueAt}`);
  const due = nextDue(state);
  const still = halts.map(({ what, message }) => `- **${what}**: ${message}`);
  return [
    ...(still.length > 0 ? ['STANDS STILL until the cause is mended, then: `recall repair`', ...still, ''] : []),
    `${state.mode === 'drill' ? 'DRILL ' : ''}${state.playbook.title}, version ${state.playbook.version}`,
    ...steps,
    ...(asks.length > 0 ? ['', 'Open asks:', ...asks] : []),
    ...(due ? ['', `Next due: ${due}`] : []),
  ].join('\n');
}

/** What a timer waits for; at most 200 bytes, no contact data. */
export function timerSummaryOf(state: RecallState, due: IsoInstant): string {
  const ask = state.asks.find(
    ({ status, nextRungAt, dueAt }) => status === 'open' && (nextRungAt === due || dueAt === due),
  );
  return ask ? `${ask.step}: ${ask.role} silent, next rung or due` : 'next due instant';
}

/** What the append projects into the read models. */
export function viewOf(state: RecallState): StatusView {
  return {
    asks: state.asks.map((ask) => ({
      ask: ask.id,
      step: ask.step,
      question: ask.question,
      role: ask.role,
      status: ask.status,
      people: ask.people.map(({ person }) => person),
      left: ask.left,
      openedAt: ask.openedAt,
      dueAt: ask.dueAt,
      nextRungAt: ask.nextRungAt,
      about: ask.about,
      form: ask.form,
      evidence: ask.evidence,
      shown: ask.shown,
      evidenceNow: movedOn(state, ask),
      correction: correctionOf(state, ask),
    })),
    steps: state.steps.map((step) => {
      const { kind, title } = stepOf(state.playbook, step.name);
      const { status, round, startedAt, endedAt } = step;
      return { step: step.name, kind, title, status, round, startedAt, endedAt, words: wordsOf(state, step) };
    }),
    nextDue: nextDue(state),
    phase: phaseOf(state),
    closedAt: state.closedAt,
    endedAt: state.endedAt,
  };
}

function correctionOf(state: RecallState, ask: Ask): StatusView['asks'][number]['correction'] {
  if (ask.status !== 'answered') return null;
  const why = whyNotCorrected(state, ask);
  return { may: why === null, why: why ?? '' };
}

/** What would be shown with an open ask now, or null where that is what it shows. */
function movedOn(state: RecallState, ask: Ask): Evidence | null {
  if (!isUnanswered(ask)) return null;
  const { evidence, shown } = askedNow(state, ask);
  return shown === ask.shown ? null : evidence;
}
