import { pick } from '../engine/entries.js';
import { filingName } from '../engine/filing.js';
import { measureRead, type Measures } from '../engine/measures.js';
import type { Playbook } from '../engine/playbook.js';
import type { Roster } from '../engine/roster.js';
import { utcWords } from '../engine/time-words.js';
import { after, elapsed, type IsoDate, type IsoInstant, type PersonId, type RecallId } from '../engine/words.js';
import type { Rehearsal } from './rehearsal.js';
import type { Run } from './record.js';
import { simulate } from './run.js';
import type { Supply, Surroundings } from './surroundings.js';

export type Failure = { expected: string; found: string };
export type Rehearsed = { passed: boolean; failures: Failure[]; story: string[] };

/** Runs a playbook's own test in virtual time: given this world and this supply, did what is expected happen by then? */
export function rehearse(
  playbook: Playbook,
  rehearsal: Rehearsal,
  { regimes, noticeRules }: Pick<Surroundings, 'regimes' | 'noticeRules'>,
): Rehearsed {
  const { opened, awareness, world, seed, expect } = rehearsal;
  const openedAt = opened as IsoInstant;
  const run = simulate(
    {
      recallId: 'RC-2026-0001' as RecallId,
      mode: 'drill',
      action: 'recall',
      playbook,
      scope: {
        version: 1,
        kind: 'window',
        item: 'REHEARSED',
        from: '2026-01-01' as IsoDate,
        to: '2026-12-31' as IsoDate,
      },
      awareness: {
        firstSignal: awareness.firstSignal as IsoInstant,
        reportableInformation: awareness.reportableInformation as IsoInstant,
        decision: null,
      },
      opener: rehearsal.opener as PersonId,
      sharedRoles: [],
      case: null,
      openedAt,
    },
    {
      world,
      seed,
      roster: rehearsal.roster as Roster,
      regimes,
      noticeRules,
      supply: supplyOf(rehearsal),
      mailings: new Map(),
      stopShipTries: 0,
    },
  );
  const measures = measureRead(run.written);
  const failures = expect.flatMap((one) => check(one, run, measures, openedAt));
  return { passed: failures.length === 0, failures, story: storyOf(run) };
}

function supplyOf({ supply }: Rehearsal): Supply {
  const recipients = supply.map(
    ({ customer, market, language, units, criticality, doNotContact, reachable, channels }) => ({
      recipient: `c${customer}`,
      markets: [market],
      language,
      units,
      criticality,
      doNotContact,
      channels: reachable ? channels : [],
    }),
  ) as Supply['recipients'];
  const total = recipients.reduce((sum, { units }) => sum + units, 0);
  const markets = [...new Set(recipients.flatMap((one) => one.markets))].sort().map((market) => {
    const there = recipients.filter((one) => one.markets.includes(market));
    return { market, units: there.reduce((sum, { units }) => sum + units, 0), consignees: there.length };
  });
  return {
    recipients,
    trace: {
      saleLines: recipients.length,
      unitsSold: total,
      consignees: recipients.length,
      unidentifiedLines: 0,
      unidentifiedUnits: 0,
      creditLines: 0,
      unitsCredited: 0,
      unitsCreditedMatched: 0,
      markets,
      unmarked: null,
    },
  };
}

function check(one: Rehearsal['expect'][number], run: Run, measures: Measures, openedAt: IsoInstant): Failure[] {
  const failures: Failure[] = [];
  const require = (holds: boolean, expected: string, found: string): void => {
    if (!holds) failures.push({ expected, found });
  };
  if ('step' in one) {
    const step = run.state.steps.find(({ name }) => name === one.step);
    const done = pick(run.written.events, 'step done').findLast(({ body }) => body.step === one.step)?.body;
    const ending = done?.ending ?? step?.status ?? 'no such step';
    require(ending === one.outcome, `${one.step} is ${one.outcome}`, `${one.step} is ${ending}`);
    if (one.by && done) {
      const latest = after(openedAt, one.by);
      require(done.at <=
        latest, `${one.step} ends within ${one.by} of the opening`, `it ends after ${elapsed(openedAt, done.at)}`);
    }
    const decisions = measures.decisions.filter(({ step: name }) => name === one.step);
    for (const person of one.decidedBy ?? []) {
      const who = decisions.map(({ by }) => by).join(', ') || 'nobody';
      require(decisions.some(({ by }) => by === person), `${person} decides ${one.step}`, `${who} decides`);
    }
    if (one.escalations !== undefined) {
      const climbed = decisions.reduce((total, { escalations }) => total + escalations, 0);
      require(climbed ===
        one.escalations, `${one.escalations} escalations before ${one.step}`, `${climbed} escalations`);
    }
  } else if ('filing' in one) {
    const filing = measures.filings.find(({ id }) => filingName(id) === one.filing);
    const found = filing
      ? `${one.filing} filed at ${filing.filedAt ?? 'no time'}, due ${filing.dueAt ?? 'at no time'}`
      : `${one.filing} is not owed`;
    require(filing?.onTime === one.onTime, `${one.filing} ${one.onTime ? 'is' : 'is not'} filed on time`, found);
  } else {
    for (const [name, wanted] of Object.entries(one.notices)) {
      const found = measures.notices[name as 'responded'];
      require(found === wanted, `${wanted} ${name}`, `${found} ${name}`);
    }
  }
  return failures;
}

/** What happened, one line each, for the person whose expectation failed. */
function storyOf({ written }: Run): string[] {
  return written.events
    .filter(({ body }) => !body.type.startsWith('effect '))
    .map(({ body: event }) => {
      const who = 'by' in event ? ` by ${event.by}` : '';
      const what = 'step' in event ? ` ${event.step}` : '';
      const ending = 'ending' in event ? ` (${event.ending})` : 'verb' in event ? ` (${event.verb})` : '';
      return `${utcWords(event.at)}  ${event.type}${what}${who}${ending}`;
    });
}
