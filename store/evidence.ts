import { z } from 'zod';
import type { Question } from '../engine/effects.js';
import type { LedgerEntry } from '../engine/facts.js';
import type { Measures } from '../engine/measures.js';
import { measure } from '../engine/measures.js';
import { stepOf, type Playbook } from '../engine/playbook.js';
import { unreachedOf } from '../engine/unreached.js';
import type { RecallId, RegimeId, StepName } from '../engine/words.js';
import type { Queryable } from './db.js';
import { previewName, readDocument } from './documents.js';
import { readLedger } from './ledger.js';
import { repliesOf } from './replies.js';

const previewSchema = z.object({ lines: z.array(z.object({ name: z.string(), value: z.string() })) });

const REPLY_SHOWN_MAX = 2_000;

export type EvidenceLine = { name: string; value: string };

/** What a person is shown with a question, from the ledger: the same in the mail, on the page and in the command. */
export async function evidenceFor(
  db: Queryable,
  ask: { recallId: RecallId; step: StepName; question: Question; regime: RegimeId | null },
): Promise<EvidenceLine[]> {
  const entries = await readLedger(db, ask.recallId);
  if (entries.length === 0) return [];
  const events = eventsOf(entries);
  return [
    ...ledgerLines(entries, ask),
    ...(ask.question === 'task' ? unreachedLines(ask, entries) : []),
    ...(ask.question === 'approve-preview' ? await previewLines(db, ask, events) : []),
    ...(ask.regime === null ? [] : await replyLines(db, ask.recallId, ask.regime)),
    ...answerLines(ask, playbookOf(events)),
  ];
}

type Event = { type: string; [key: string]: unknown };

function eventsOf(entries: LedgerEntry[]): Event[] {
  return entries.filter(({ stream }) => stream === 'events').map(({ body }) => JSON.parse(body) as Event);
}

function playbookOf(events: Event[]): Playbook {
  return (events[0] as unknown as { playbook: Playbook }).playbook;
}

/** The evidence that the ledger itself holds. */
export function ledgerLines(
  entries: LedgerEntry[],
  ask: { step: StepName; question: Question; regime: RegimeId | null },
): EvidenceLine[] {
  const events = eventsOf(entries);
  const measures = measure(entries);
  const isAboutTheCase = ['assessment', 'decide', 'approve-preview'].includes(ask.question);
  return [
    ...(isAboutTheCase ? caseLines(measures) : []),
    ...scopeLines(measures),
    ...(isAboutTheCase ? [...marketLines(measures), ...owedLines(measures, events)] : []),
    ...Object.entries(measures.facts).map(([name, value]) => ({ name, value: String(value) })),
    ...linesFor(ask, measures, events),
  ];
}

function caseLines({ case: recalled }: Measures): EvidenceLine[] {
  if (!recalled) return [];
  const { product, hazard, identification, digest } = recalled;
  return [
    { name: 'Product', value: product },
    { name: 'Hazard', value: hazard },
    { name: 'How to recognise it', value: identification },
    { name: 'Hash of the case file', value: digest },
  ].filter(({ value }) => value !== '');
}

function marketLines({ trace }: Measures): EvidenceLine[] {
  if (!trace) return [];
  const markets = trace.markets.map(
    ({ market, units, consignees }) => `${market} ${units} units, ${consignees} identified customers`,
  );
  return [{ name: 'Markets', value: markets.join('\n') }];
}

/** What is owed to authorities follows from the trace and the assessment, and may become known after the question was asked. */
function owedLines({ filings, counselNeeded }: Measures, events: Event[]): EvidenceLine[] {
  if (!playbookOf(events).steps.some(({ kind }) => kind === 'filing')) return [];
  if (!events.some(({ type }) => type === 'filings planned')) return [{ name: 'Reports owed', value: 'not known yet' }];
  const owed = filings.map(
    ({ authority, lawText, dueAt }) => `${authority}: "${lawText}", due ${dueAt ?? 'not yet running'}`,
  );
  return [
    { name: 'Reports owed', value: owed.join('\n') || 'none' },
    { name: 'Counsel needed, no rule is known', value: counselNeeded.join(', ') || 'none' },
  ];
}

/** What an answer must say. */
function answerLines({ question, step }: { question: Question; step: StepName }, playbook: Playbook): EvidenceLine[] {
  switch (question) {
    case 'assessment': {
      const definition = stepOf(playbook, step);
      if (definition.kind !== 'assessment') return [];
      const wanted = definition.sets.map((name) => {
        const type = playbook.facts[name]!;
        return `${name}=${type.type === 'enum' ? type.values.join('|') : type.type.toUpperCase()}`;
      });
      return [{ name: 'To answer', value: wanted.join(' ') }];
    }
    case 'submit-filing':
    case 'chase-receipt':
      return [{ name: 'To answer', value: 'reference=TEXT, as the authority gave it' }];
    case 'confirm-containment':
      return [{ name: 'To answer', value: 'reference=TEXT unitsHeld=NUMBER, as the warehouse said' }];
    case 'task':
      return [{ name: 'To answer', value: 'done=true, when it is done' }];
    case 'decide':
    case 'approve-preview':
    case 'close':
      return [];
    default:
      return question satisfies never;
  }
}

/** Of the campaigns that a task's condition speaks of: who was not reached. Their names and numbers stay in the store. */
function unreachedLines(
  { recallId, step }: { recallId: RecallId; step: StepName },
  entries: LedgerEntry[],
): EvidenceLine[] {
  const playbook = playbookOf(eventsOf(entries));
  const unreached = stepOf(playbook, step).mentions.flatMap((campaign) => unreachedOf(entries, campaign));
  if (unreached.length === 0) return [];
  const ids = unreached.map(({ recipient }) => recipient).join(', ');
  return [
    { name: 'Not reached', value: `${unreached.length} recipients: ${ids}` },
    { name: 'Their names and telephone numbers', value: `recall unreached ${recallId} --as PERSON` },
  ];
}

/** What the authority has answered so far, as it came. */
async function replyLines(db: Queryable, recallId: RecallId, regime: RegimeId): Promise<EvidenceLine[]> {
  const replies = await repliesOf(db, recallId, { about: 'filing', of: regime });
  return replies.map(({ at, automatic, text }) => ({
    name: `Answered on ${at}${automatic ? ', automatically' : ''}`,
    value:
      text.length > REPLY_SHOWN_MAX
        ? `${text.slice(0, REPLY_SHOWN_MAX)}… (the rest: recall replies ${recallId})`
        : text,
  }));
}

/** The texts that would go out, and what the markets' rules find in them. */
async function previewLines(
  db: Queryable,
  { recallId, step }: { recallId: RecallId; step: StepName },
  events: Event[],
): Promise<EvidenceLine[]> {
  const frozen = events.findLast(({ type, step: of }) => type === 'recipients frozen' && of === step);
  if (!frozen) return [];
  const { bytes } = await readDocument(db, recallId, previewName(step, Number(frozen.revision)));
  return previewSchema.parse(JSON.parse(bytes.toString('utf8'))).lines;
}

function scopeLines({ item, from, to, trace }: Measures): EvidenceLine[] {
  const lines = [{ name: 'Scope', value: `item ${item}, sold ${from} to ${to}` }];
  if (!trace) return lines;
  const { unitsSold, consignees, unidentifiedUnits, unidentifiedLines, unitsCredited } = trace;
  const identified = `${unitsSold - unidentifiedUnits} units to ${consignees} identified customers`;
  const unnamed = `${unidentifiedUnits} units on ${unidentifiedLines} lines that name no customer`;
  return [
    ...lines,
    { name: 'Units sold', value: unidentifiedLines > 0 ? `${identified}, ${unnamed}` : identified },
    { name: 'Credited before', value: `${unitsCredited} units` },
  ];
}

function linesFor(
  { question, step, regime }: { question: Question; step: StepName; regime: RegimeId | null },
  measures: Measures,
  events: Event[],
): EvidenceLine[] {
  if (question === 'approve-preview') {
    const frozen = events.findLast(({ type, step: of }) => type === 'recipients frozen' && of === step)?.frozen as
      | { recipients: number; unreachable: number; byLanguage: Record<string, number>; missingLanguages: string[] }
      | undefined;
    if (!frozen) return [];
    const byLanguage = Object.entries(frozen.byLanguage)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([language, count]) => `${language} ${count}`);
    return [
      { name: 'Recipients', value: `${frozen.recipients}, of which ${frozen.unreachable} have no address` },
      { name: 'Notices by language', value: byLanguage.join(', ') },
      {
        name: 'Languages that are missing',
        value:
          frozen.missingLanguages.length === 0
            ? 'none'
            : `${frozen.missingLanguages.join(', ')}: these recipients get the first language; approving accepts that`,
      },
    ];
  }
  if (question === 'close') {
    const { notices, filings, unitStates } = measures;
    return [
      {
        name: 'Answered',
        value: `${notices.responded} of ${notices.recipients} recipients; ${notices.unreachable} not reached`,
      },
      {
        name: 'Reports with a reference',
        value: `${filings.filter(({ reference }) => reference !== null).length} of ${filings.length}`,
      },
      ...(events.some(({ type }) => type === 'enough not reached')
        ? [{ name: 'Too few in time', value: 'not enough have answered by the instant that the playbook sets' }]
        : []),
      { name: 'Units unknown', value: `${unitStates.unknown} of ${unitStates.total}` },
    ];
  }
  if (regime !== null) {
    const filing = measures.filings.find((one) => one.regime === regime);
    if (!filing) return [];
    const returned = events.find(({ type, regime: of }) => type === 'report returned' && of === regime);
    return [
      { name: 'Report', value: `${filing.authority}: ${filing.lawText}, due ${filing.dueAt ?? 'not yet running'}` },
      { name: 'Note', value: filing.note },
      ...(returned
        ? [{ name: 'Came back', value: `the mail to the authority was not delivered (${String(returned.at)})` }]
        : []),
    ];
  }
  return [];
}
