import type { AskedPerson } from '../engine/effects.js';
import type { RecallEvent, StepEvent, StepEvents } from '../engine/events.js';
import type { Fact, LedgerEntry } from '../engine/facts.js';
import { filingName } from '../engine/filing.js';
import { findingTitle } from '../engine/finding.js';
import type { Layer } from '../engine/cascade.js';
import { layersOf } from '../engine/layers.js';
import type { StepKind } from '../engine/playbook.js';
import { lateWords } from '../engine/late-sales.js';
import { sharedWords } from '../engine/shared-roles.js';
import { scopeWords, unmarkedWords } from '../engine/scope.js';
import { waitEndWords } from '../engine/steps/wait/words.js';
import type { IsoInstant, StepName } from '../engine/words.js';
import { timeWords } from '../cli/terminal.js';

const PROGRESS_EVERY = 50;

/** Tells a recall from the entries of its ledger as they come: one line each, with recall time; the long parts as progress. */
export function createStory(print: (line: string) => void): (entries: LedgerEntry[]) => void {
  let answered = 0;
  let bounced = 0;
  /** Known to have arrived, where providers say so. */
  let arrived = 0;
  let called = 0;
  let recipients = 0;
  /** Those whom customers have supplied are told of by themselves: who names them, and what came of it. */
  let layers: ReadonlyMap<StepName, Layer> = new Map();
  const passedOn = { by: 0, named: 0, told: 0, answered: 0 };
  const noted = new Set<string>();
  /** Pages of one sending are told as one. */
  let told: ({ at: IsoInstant } & Record<'notices' | 'delivered' | 'refused' | 'deferred' | 'handed', number>) | null =
    null;
  const progress = (): string =>
    `${answered} ${answered === 1 ? 'answer' : 'answers'} from ${recipients} recipients, ${bounced} notices bounced${arrived === 0 ? '' : `, ${arrived} known to have arrived`}`;
  const passedOnWords = (): string =>
    `${passedOn.by} ${passedOn.by === 1 ? 'customer names' : 'customers name'} ${passedOn.named} whom they supplied: ${passedOn.told} are told, ${passedOn.answered} have answered`;
  const line = (at: IsoInstant, what: string, words: string): void =>
    print(`${timeWords(at, 'UTC')}  ${what.padEnd(13)} ${words}`);

  const tellNotices = (): void => {
    if (told === null) return;
    const { at, notices, delivered, refused, deferred, handed } = told;
    told = null;
    line(
      at,
      'told',
      `${notices} notices: ${delivered} taken, ${refused} refused, ${deferred} deferred${handed === 0 ? '' : `, ${handed} handed to people`}`,
    );
  };
  const tellFact = (at: IsoInstant, fact: Fact): void => {
    switch (fact.type) {
      case 'customers named':
        passedOn.by += 1;
        passedOn.named += fact.customers;
        if (passedOn.by === 1 || passedOn.by % PROGRESS_EVERY === 0) line(at, 'passed on', passedOnWords());
        return;
      case 'customers told':
        return line(at, 'passed on', `${fact.recipient} tells those whom they supplied`);
      case 'recipients added':
        passedOn.told += fact.recipients;
        return;
      case 'recipients frozen':
        if (layers.has(fact.step)) return;
        recipients = fact.recipients;
        return line(
          at,
          'frozen',
          `${fact.recipients} recipients, ${fact.unreachable} without an address, before anybody approves${fact.notTold === 0 ? '' : `; ${fact.notTold} consignees are not told, because all that they bought was credited`}`,
        );
      case 'notices settled':
        if (layers.has(fact.step)) return;
        told = { at, notices: 0, delivered: 0, refused: 0, deferred: 0, handed: 0, ...told };
        told = {
          at,
          notices: told.notices + fact.notices,
          delivered: told.delivered + fact.delivered,
          refused: told.refused + fact.refused,
          deferred: told.deferred + fact.deferred,
          handed: told.handed + fact.handed,
        };
        return;
      case 'letters batched':
        return line(at, 'letters', `${fact.letters} are ready for the print shop: ${fact.batch}.pdf`);
      case 'notices carried':
        return line(
          at,
          'carried',
          `${fact.notices} notices by people: ${fact.delivered} on their way, ${fact.refused} refused`,
        );
      case 'notice published':
        return line(at, 'published', `for everybody to read, in ${fact.languages.join(', ')}`);
      case 'outlet added':
        return line(at, 'outlet', `${fact.outlet} (${fact.kind}) was asked by ${fact.by} to publish it`);
      case 'publication proved':
        return line(at, 'proved', `outlet ${fact.outlet} published it on ${fact.date}: ${fact.file.name}`);
      case 'notices in doubt':
        return line(at, 'in doubt', `${fact.notices}: nobody knows whether they were taken; they are sent again`);
      case 'channel away':
        return line(
          at,
          'away',
          `${fact.channel}: nothing gets through (${fact.providers.join(', ')}), ${fact.waiting} notices wait`,
        );
      case 'outage told':
        return line(at, 'told of it', `${fact.person}, by ${fact.by}`);
      case 'channel back':
        return line(at, 'back', `${fact.channel}: notices go out again, which waited since ${fact.since}`);
      case 'notice arrived':
        if (!layers.has(fact.step)) arrived += 1;
        return;
      case 'notice bounced':
        if (!layers.has(fact.step)) bounced += 1;
        return;
      case 'complaint received':
        return line(at, 'complaint', `of recipient ${fact.recipient}, who is not written to again by ${fact.channel}`);
      case 'message unwanted': {
        const { kind, id } = fact.about;
        const whose = kind === 'notice' ? `recipient ${id}` : `who wrote entry ${id} of the tray`;
        return line(at, 'complaint', `of ${whose}, who is not written to again by ${fact.channel}`);
      }
      case 'response recorded':
        if (layers.has(fact.step)) {
          passedOn.answered += 1;
          return;
        }
        answered += 1;
        if (answered === 1 || answered % PROGRESS_EVERY === 0) line(at, 'answered back', progress());
        return;
      case 'call recorded':
        called += 1;
        return;
      case 'receipt recorded':
        return line(at, 'receipt', `${filingName(fact.about.id)} answered by mail: ${fact.reference}`);
      case 'mail received':
        return line(
          at,
          'mail',
          `an answer to ${fact.about.kind} ${fact.about.id}${fact.automatic ? ', automatic' : ''}`,
        );
      case 'injury mentioned':
        return line(at, 'injury', 'somebody wrote of one; quality reads it in the post');
      case 'post answered':
        return line(at, 'mail', `${fact.by} answers entry ${fact.about.id} of the tray by ${fact.via}`);
      case 'injury said':
        return line(at, 'injury', `${fact.recipient} says that somebody was hurt`);
      case 'egress refused':
        return line(at, 'refused', `${fact.what} to a destination outside this drill`);
      case 'decision refused at the door':
        return line(at, 'refused', `${fact.by ?? 'somebody'}: ${fact.reason}`);
      case 'refusals summarised': {
        const words = Object.entries(fact.reasons).map(([reason, count]) => `${count} times ${reason}`);
        return line(at, 'refused', `by nobody who is known: ${words.join(', ')}`);
      }
      case 'links revoked':
        return line(at, 'revoked', `${fact.links} links of ${fact.of.kind} ${fact.of.id}, by ${fact.by}`);
      case 'rows erased':
        return line(at, 'erased', `${fact.by} had the rows of entry ${fact.link} erased`);
      case 'key pressed':
        // The story tells of answers and of who asks to be called as they come together.
        return;
      case 'containment confirmed':
      case 'trace recorded':
      case 'person told':
      case 'filing prepared':
      case 'filing sent':
      case 'filing bounced':
      case 'document written':
      case 'recipients listed':
        // An event of the recall says the same.
        return;
      default:
        return fact satisfies never;
    }
  };
  const tellEvent = (event: RecallEvent): void => {
    const told = wordsOf(event);
    // What a person has called belongs to the answer by which they say that it is done.
    if (event.type === 'answer given' && called > 0) {
      line(event.at, 'called', `${called} ${called === 1 ? 'call' : 'calls'} entered, each with what became of it`);
      called = 0;
    }
    if (told) line(event.at, told[0], told[1]);
    // A plan that is made anew owes mostly the same.
    if (event.type === 'filings planned') {
      for (const { id, note } of event.plan.filings.filter((one) => !noted.has(one.id))) {
        noted.add(id);
        line(event.at, 'owed', `${filingName(id)}: ${note}`);
      }
    }
    if (event.type === 'recall opened') layers = layersOf(event.playbook);
    if (event.type === 'recall closed') {
      line(event.at, 'in all', progress());
      if (passedOn.by > 0) line(event.at, 'in all', passedOnWords());
    }
  };
  return (entries) => {
    for (const { stream, at, body } of entries) {
      if (told !== null && !body.includes('"notices settled"')) tellNotices();
      if (stream === 'events') tellEvent(JSON.parse(body) as RecallEvent);
      else tellFact(at, JSON.parse(body) as Fact);
    }
    tellNotices();
  };
}

type Line = [what: string, words: string];
type Tell<E> = (event: E) => Line | null;
type TellAll<E extends { type: string }> = { [T in E['type']]: Tell<Extract<E, { type: T }>> };

const untold = (): null => null;

/** What the steps of each kind say, in a word and a line; null where it is bookkeeping. */
const STEP_LINES: { [K in StepKind]: TellAll<StepEvents[K]> } = {
  contain: {
    'shipping stopped': ({ unitsHeld, confirmationNumber }) => [
      'contained',
      `the warehouse has stopped shipping: ${unitsHeld} units held, ${confirmationNumber}`,
    ],
  },
  assessment: {},
  task: {},
  gate: {
    'gate opened': ({ step, alone }) => ['gate open', `${step}${alone ? ', decided by one who acts alone' : ''}`],
    'gate rejected': ({ step }) => ['rejected', step],
  },
  trace: {
    'trace found'({ found }) {
      const { saleLines, unitsSold, consignees, unidentifiedLines, unidentifiedUnits, markets, unmarked } = found;
      const words = [
        `${saleLines} sale lines, ${unitsSold} units, ${consignees} customers in ${markets.length} markets`,
        `${unidentifiedLines} lines with ${unidentifiedUnits} units name no customer`,
        unmarkedWords(unmarked),
      ];
      return ['traced', words.filter((part) => part !== null).join('; ')];
    },
    'traced again': ({ step, by }) => ['traces again', `${step}, as ${by} wants`],
    'sales came late': ({ late }) => ['sold', `since the trace: ${lateWords(late)}`],
  },
  filing: {
    'filings planned'({ plan: { filings, counselNeeded } }) {
      const owed = filings.map(({ id, lawText }) => `${filingName(id)} ("${lawText}")`).join(', ');
      return ['owed', `${owed || 'no reports'}; counsel needed: ${marketsWords(counselNeeded) || 'none'}`];
    },
    'filing held': ({ step }) => [
      'held',
      `${step}: what is known may be owed to authorities; somebody says whether it is filed`,
    ],
    'filing released': ({ step, by }) => ['released', `${step}${by === null ? '' : `: ${by} has it filed`}`],
    'filing waived': ({ step, by }) => ['not owed', `${step}: ${by} says, with a reason, that nothing is owed`],
    'filings added': ({ plan: { filings } }) => [
      'owed',
      `${filings.map(({ id, lawText }) => `${filingName(id)} ("${lawText}")`).join(', ') || 'no reports'}, by what has happened since`,
    ],
    'report sent': ({ about, mode }) => [
      'filed',
      `${filingName(about.id)}: ${mode === 'mail' ? 'mailed' : 'pack prepared for the portal'}`,
    ],
    'authority replied': untold,
    'report returned': ({ about }) => [
      'came back',
      `${filingName(about.id)}: the report was not delivered; its owner is asked to submit it`,
    ],
    'report filed': ({ about, reference, onTime }) => [
      'reference',
      `${filingName(about.id)}: ${reference}, ${onTime ? 'on time' : 'LATE'}`,
    ],
    'reference corrected': ({ about, reference }) => [
      'reference',
      `${filingName(about.id)}: corrected to ${reference}`,
    ],
  },
  campaign: {
    // The fact says the same.
    'recipients frozen': untold,
    'preview approved': ({ step, hash }) => ['approved', `${step}: preview ${hash.slice(0, 12)}…`],
    'preview rejected': ({ step }) => ['rejected', step],
    'publication previewed': ({ publication: { languages, markets } }) => [
      'frozen',
      `a notice to the public in ${languages.join(', ')}, by the rules of ${marketsWords(markets)}, before anybody approves`,
    ],
    // The fact says the same.
    published: untold,
    'campaign tallied': untold,
    'watch changed': ({ step, value, tally }) => [
      'watched',
      `${step}: ${value ? 'enough' : 'not enough'}: ${tally.responded} of ${tally.recipients} answered, ${tally.unreachable} cannot be reached`,
    ],
    'enough not reached': ({ step }) => ['overdue', `${step}: not enough have answered in time`],
    'wave begun': ({ step, wave }) => ['wave', `${step}: wave ${wave + 1} begins`],
    'sending stopped': ({ step, excess }) => [
      'stopped',
      `${step}: of the ${excess.recipients} of wave ${excess.wave + 1}, ${excess.bounced} bounced and ${excess.complaints} complained; somebody is asked`,
    ],
    'wave judged': ({ step, wave, verdict }) => ['judged', `${step}: wave ${wave + 1}: ${verdict}`],
    // The facts say the same.
    'customers named': untold,
    'recipients added': ({ step, waiting }) =>
      waiting === 0 ? null : ['passed on', `${step}: ${waiting} more are named than may be told; somebody is asked`],
    'growth judged': ({ step, verdict }) => ['judged', `${step}: more may ${verdict === 'allow' ? '' : 'not '}be told`],
    'naming ended': untold,
  },
  wait: {
    'limit reached': ({ step }) => ['overdue', `${step}: ${waitEndWords('limit')}`],
    'wait extended': ({ step, until }) => ['waits', `${step}: until ${timeWords(until, 'UTC')} at the longest`],
    'wait ended': ({ step, by, waited }) => ['goes on', `${step}: ${waitEndWords(by)}, after ${waited}`],
  },
  closure: {
    'closing report written': ({ documents }) => ['reported', documents.join(', ')],
  },
};

const STEP_LINE = new Map(Object.values(STEP_LINES).flatMap((lines) => Object.entries(lines)));

/** An event in a word and a line; null where it is bookkeeping. */
function wordsOf(event: RecallEvent): Line | null {
  switch (event.type) {
    case 'recall opened': {
      const { playbook, scope, mode, recallId, opener, sharedRoles } = event;
      const name = `${mode === 'drill' ? 'DRILL ' : ''}${recallId}`;
      return [
        'opened',
        `${name}: ${playbook.title}; ${scopeWords(scope)}; by ${opener}${sharedRoles.map((one) => `; ${sharedWords(one)}`).join('')}`,
      ];
    }
    case 'people asked':
      return event.people.length === 0
        ? ['asked', `${event.step}: nobody new holds the role; the ladder goes on`]
        : ['asked', `${event.step}: ${event.people.map(personWords).join(', ')}`];
    case 'people left':
      return ['left', `${event.step}: ${event.people.join(', ')} no longer asked, the role has changed hands`];
    case 'escalated':
      return ['escalated', `${event.step}: no answer yet, on to ${event.to}`];
    case 'acting alone allowed':
      return ['escalated', `${event.step}: the ladder has ended; one who may act alone can decide`];
    case 'ask overdue':
      return ['overdue', event.step];
    case 'answer given':
      return ['answered', `${event.step}: ${event.by}${behalf(event.onBehalfOf)}: ${valuesWords(event.values)}`];
    case 'answer corrected':
      return [
        'corrected',
        `${event.step}: ${event.by}${behalf(event.onBehalfOf)}: ${valuesWords(event.values)}; it was ${valuesWords(event.was)}`,
      ];
    case 'decision given':
      return [
        'decided',
        `${event.step}: ${event.by}${behalf(event.onBehalfOf)} ${event.verb}s by ${event.via}${acceptedWords(event.accepted)}`,
      ];
    case 'cancellation refused':
      return ['refused', `cancellation: ${event.by}: ${event.reason}`];
    case 'retrace refused':
      return ['refused', `trace: ${event.by}: ${event.reason}`];
    case 'finding refused':
      return ['refused', `finding: ${event.by}: ${event.reason}`];
    case 'finding attached':
      return [
        'attached',
        `${findingTitle(event.kind)}: by ${event.by}${event.file === null ? '' : `, with ${event.file.name}`}`,
      ];
    case 'recall cancelled':
      return ['cancelled', `by ${event.by}, before anybody outside was told`];
    case 'decision refused':
    case 'answer refused':
      return ['refused', `${event.ask}: ${event.by}: ${event.reason}`];
    case 'effect postponed':
      return ['waits', `${event.failure.message}; tried again at ${timeWords(event.until, 'UTC')}`];
    case 'step skipped':
      return ['skipped', event.step];
    case 'step reopened':
      return ['reopened', `${event.step}, round ${event.round}, because of ${event.because}`];
    case 'step resumed':
      return ['resumed', `${event.step}: what was reported is not so any more`];
    case 'step failed':
      return ['FAILED', `${event.step}: ${event.reason}`];
    case 'recall closed':
      return ['closed', 'the recall is closed'];
    case 'injury recorded':
      return ['injury', `${event.injury.severity}, in ${event.injury.country}`];
    case 'mention noted':
      return ['injury?', `somebody says so by ${event.mention.via}; quality is asked`];
    case 'mention judged':
      return ['injury?', `${event.by}: ${event.found}`];
    case 'recall ended':
      return ['ended', 'late answers are no longer taken'];
    case 'step started':
    case 'step done':
    case 'effect requested':
    case 'effect done':
    case 'effect failed':
    case 'effect result late':
    case 'asked':
    case 'ask withdrawn':
    case 'ask renewed':
    case 'acting alone ended':
    case 'roster changed':
    case 'facts set':
    case 'awareness recorded':
      return null;
    default:
      return (STEP_LINE.get(event.type) as unknown as Tell<StepEvent>)(event);
  }
}

/** Markets by their codes; one of them is no country, and is explained where it is shown. */
export function marketsWords(markets: string[]): string {
  const words: Record<string, string> = { ZZ: 'ZZ (no country named, or the Channel Islands)' };
  return markets.map((market) => words[market] ?? market).join(', ');
}

function personWords({ person, role, onBehalfOf }: AskedPerson): string {
  return `${person} (${role}${onBehalfOf ? `, for ${onBehalfOf}` : ''})`;
}

function acceptedWords(accepted: { rule: string }[]): string {
  return accepted.length === 0 ? '' : `, accepting ${accepted.map(({ rule }) => rule).join(', ')}`;
}

function behalf(onBehalfOf: string | null): string {
  return onBehalfOf ? ` for ${onBehalfOf}` : '';
}

function valuesWords(values: Record<string, unknown>): string {
  if (Object.keys(values).length === 0) return 'done';
  return Object.entries(values)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
