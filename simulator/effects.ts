import { languageErrors } from '../documents/preview.js';
import { aboutFiling } from '../engine/about.js';
import { ADDED_AT_ONCE } from '../engine/cascade.js';
import { layersOf } from '../engine/layers.js';
import { isCarried } from '../engine/channels.js';
import { claimed, rungToCall, settled } from '../engine/contact.js';
import type { DocumentRef, Effect, EffectKind, EffectReturn, EffectPayload } from '../engine/effects.js';
import { digestOf } from '../engine/digest.js';
import { digestOfList, factsOfList, LISTED_MAX } from '../engine/frozen-list.js';
import { countWishes } from '../engine/do-not-contact.js';
import { countCritical } from '../engine/exposure.js';
import { pick } from '../engine/entries.js';
import { noticesSettled, type NoticeRow } from '../engine/facts.js';
import { packName } from '../engine/filing.js';
import { batchName, LETTERS_PER_BATCH } from '../engine/letters.js';
import { languagesOf } from '../engine/languages.js';
import { splitTold } from '../engine/recipients.js';
import { stepOf, type StepOf } from '../engine/playbook.js';
import { peopleToAsk } from '../engine/roster.js';
import { watchSays } from '../engine/watches.js';
import { JUDGED_EVERY } from '../engine/waves.js';
import type { FilingId, Market, Sha256, StepName } from '../engine/words.js';
import { lawOfNotice } from '../regulations/direct-notice.js';
import { planFilings } from '../regulations/plan-filings.js';
import { addNamed, change, changeOfWatch, dueOf, excessOf, keepQuiet, newMailing, nextNotice } from './mailing.js';
import { expect, record, type Run } from './record.js';
import type { Frozen, Mailing } from './surroundings.js';
import { onAsk, onBatch, onNotice, onReport, stopShipAnswer } from './world/answers.js';

const RETRY_SECONDS = 900;

type Runs = { [K in EffectKind]: (run: Run, payload: EffectPayload<K>, effect: Effect) => EffectReturn<K> };

/** Runs an effect against the world: the same facts and the same result as the product's activity would make of the same answers. */
export function runEffect(run: Run, effect: Effect): EffectReturn<EffectKind> {
  const runs = RUNS[effect.kind] as (run: Run, payload: Effect['payload'], effect: Effect) => EffectReturn<EffectKind>;
  return runs(run, effect.payload, effect);
}

const RUNS: Runs = {
  stopShipping(run) {
    run.surroundings.stopShipTries += 1;
    if (run.surroundings.stopShipTries <= run.surroundings.world.warehouse.failsFirst) {
      return {
        failed: { code: 'service-missing', message: 'the warehouse did not answer', retryAfterSeconds: RETRY_SECONDS },
      };
    }
    const result = stopShipAnswer(run.surroundings);
    record(run, { type: 'containment confirmed', v: 1, ...result });
    return { result };
  },

  askPeople(run, payload) {
    const { role, to, rung, ask, exclude } = payload;
    const people = peopleToAsk(run.surroundings.roster, { role, to, exclude }, run.now);
    const step = ask.split('/')[0] as Effect['step'];
    for (const { person } of people) {
      record(run, { type: 'person told', v: 1, ask, rung, person, outcome: 'delivered', messageId: '' });
      expect(run, onAsk(run.surroundings, { person, ask, step, rung, at: run.now }));
    }
    return { result: { people } };
  },

  traceSales(run, { scope }) {
    const { trace } = run.surroundings.supply;
    record(run, { type: 'trace recorded', v: 1, scope, ...trace });
    return { result: trace };
  },

  planFilings: (run, payload) => ({
    result: planFilings(run.surroundings.regimes, payload),
  }),

  fileReport(run, { filing }) {
    const about = aboutFiling(filing.id);
    record(run, { type: 'filing prepared', v: 1, about, mode: filing.mode, documents: [] });
    if (filing.mode === 'mail') {
      record(run, { type: 'filing sent', v: 1, about, messageId: '', outcome: 'delivered' });
      expect(run, onReport(run.surroundings, filing.id, run.now));
    }
    return { result: { documents: packOf(filing.id) } };
  },

  freezeRecipients(run, payload) {
    const { campaign, revision, languages } = payload;
    // Of those who will be named nobody is known yet.
    const isNamed = layersOf(run.state.playbook).has(campaign);
    const { told, notTold } = splitTold(isNamed ? [] : run.surroundings.supply.recipients);
    const { action, case: known } = run.state;
    const lawFor = (markets: Market[]): string | null =>
      lawOfNotice(run.surroundings.regimes, { markets, action, domain: known?.domain ?? null });
    const mailing = newMailing(told, lawFor, payload, run.surroundings.mailings.get(campaign) ?? null);
    run.surroundings.mailings.set(campaign, mailing);
    // The list stands in the order of recipients, and is told in that of exposure.
    const rows = told.map(({ recipient }) => mailing.recipients.get(recipient)!.row);
    const unreachable = rows.filter(({ channels }) => channels.length === 0).length;
    const listed = [...rows, ...notTold];
    const pages = inPages(listed, LISTED_MAX);
    const digests = pages.map((page) => ({ rows: page.length, digest: digestOf(page) }));
    const counts = { recipients: rows.length, notTold: notTold.length, unreachable };
    for (const [index, fact] of factsOfList({ step: campaign, revision, ...counts }, digests).entries())
      record(run, fact, pages[index]!);
    const digest = digestOfList(digests);
    const document = { name: `preview-${campaign}-${revision}.json`, sha256: digest };
    return {
      // A simulation has no texts that could be wrong.
      result: {
        ...counts,
        // A world knows one contact of each customer, each a person of its own.
        customers: rows.length,
        persons: rows.length,
        critical: countCritical(rows),
        wishes: countWishes(rows),
        waves: mailing.waves.map(({ recipients }) => recipients),
        ...languagesOf(rows, languages),
        errors: [],
        hash: digest,
        document,
      },
    };
  },

  addRecipients(run, { campaign, revision, atMost }) {
    const mailing = run.surroundings.mailings.get(campaign)!;
    const definition = stepOf(run.state.playbook, campaign) as StepOf<'campaign'>;
    const named = run.named.get(campaign) ?? [];
    const room = Math.min(ADDED_AT_ONCE, Math.max(0, atMost - mailing.recipients.size));
    const rows = addNamed(mailing, named.slice(0, room), definition.languages);
    run.named.set(campaign, named.slice(room));
    const unreachable = rows.filter(({ channels }) => channels.length === 0).length;
    const fact = { step: campaign, revision, recipients: rows.length, unreachable, known: 0, digest: digestOf(rows) };
    if (rows.length > 0) record(run, { type: 'recipients added', v: 1, ...fact }, rows);
    const counts = { recipients: mailing.recipients.size, waiting: Math.max(0, named.length - room) };
    return { result: { added: rows.length, known: 0, unreachable, ...counts } };
  },

  runCampaign(run, { campaign, revision, wave, accepted, quiet }) {
    const mailing = run.surroundings.mailings.get(campaign)!;
    mailing.accepted = accepted;
    const rows: NoticeRow[] = [];
    // As the store does, page by page: what a page makes due at once takes its place among what is still to be sent.
    const nowDue = (): Frozen[] => {
      if (quiet !== null) keepQuiet(mailing, run.now, wave, quiet);
      return dueOf(mailing, run.now, wave);
    };
    for (let due = nowDue(); due.length > 0; due = nowDue()) {
      if (excessOf(mailing) !== null) break;
      const page = mailing.limits === null ? due : due.slice(0, JUDGED_EVERY);
      rows.push(...page.map((one) => send(run, mailing, { step: campaign, revision, one })));
    }
    if (rows.length > 0) record(run, noticesSettled({ step: campaign, revision, digest: digestOf(rows) }, rows), rows);
    batchLetters(run, mailing, { step: campaign, revision, rows });
    const watch = changeOfWatch(mailing, campaign);
    const nextDue = nextNotice(mailing, run.now, wave);
    const due = wave < 0 ? [] : [...mailing.recipients.values()].filter(({ contact }) => rungToCall(contact) !== null);
    const calls = due.length > 0 ? { calls: due.length } : {};
    return { result: { tally: mailing.tally, nextDue, watch, excess: excessOf(mailing), ...calls } };
  },

  previewPublication(run, { campaign, revision, notice, languages, markets }) {
    // A simulation has no texts that could be wrong, but it knows in which languages they are not.
    const errors = languageErrors(run.surroundings.noticeRules, languages, markets);
    const hash = digestOf({ notice, languages, markets });
    const document = { name: `preview-${campaign}-${revision}.json`, sha256: hash };
    return { result: { hash, languages, markets, errors, document } };
  },

  publish(run, { campaign: step, revision, languages }) {
    const n = pick(run.written.facts, 'notice published').length + 1;
    record(run, { type: 'notice published', v: 1, step, revision, n, languages, documents: [] });
    return { result: { n, documents: [] } };
  },

  registerWatch(run, { campaign, condition }) {
    const mailing = run.surroundings.mailings.get(campaign)!;
    const { tally } = mailing;
    const says = watchSays(condition, campaign, tally);
    mailing.watch = { condition, ...says, changes: 0 };
    return { result: { value: says.value, tally } };
  },

  // No token exists in a simulation: its people are who they say they are.
  verifyDecision: () => ({ result: { valid: true, reason: null } }),

  writeClosingReport(run) {
    const documents = ['closing-report.json', 'closing-report.pdf'];
    for (const name of documents) record(run, { type: 'document written', v: 1, name, sha256: '' as Sha256 });
    return { result: { documents } };
  },
};

/** A simulation writes no documents: their names stand for them. */
function packOf(filing: FilingId): DocumentRef[] {
  return (['json', 'pdf'] as const).map((type) => ({ name: packName(filing, type), sha256: '' as Sha256 }));
}

/** Letters that were handed over are printed together, and a print shop gets them. */
function batchLetters(
  run: Run,
  mailing: Mailing,
  { step, revision, rows }: { step: StepName; revision: number; rows: NoticeRow[] },
): void {
  // As the store puts them into a batch; within a rung they stand in the order of exposure.
  const handed = rows
    .filter(({ channel, outcome }) => channel === 'letter' && outcome === 'handed')
    .sort((a, b) => a.rung - b.rung);
  for (let from = 0; from < handed.length; from += LETTERS_PER_BATCH) {
    const letters = handed.slice(from, from + LETTERS_PER_BATCH).map(({ recipient, rung }) => ({ recipient, rung }));
    mailing.batches += 1;
    const batch = batchName({ step, revision }, mailing.batches);
    const fact = { step, revision, batch, letters: letters.length, sha256: '' as Sha256 };
    record(run, { type: 'letters batched', v: 1, ...fact });
    expect(run, onBatch(run.surroundings, { step, revision, batch, letters, at: run.now }));
  }
}

/** Sends what is due to one recipient, as the world takes it. */
function send(
  run: Run,
  mailing: Mailing,
  { step, revision, one }: { step: StepName; revision: number; one: Frozen },
): NoticeRow {
  const { ladder } = mailing;
  const { row, contact } = one;
  const { recipient, noticeLanguage: language } = row;
  const { rung } = contact.next!;
  const channel = ladder[rung]!.by;
  const { accepted, then } = onNotice(run.surroundings, { step, revision, recipient, channel, rung, at: run.now });
  expect(run, then);
  const taken = isCarried(channel) ? 'handed' : 'delivered';
  const outcome = accepted ? taken : 'refused';
  change(mailing, one, settled(claimed(contact, ladder), ladder, { rung, outcome, at: run.now }), 'refused');
  return { channel, language, messageId: '', outcome, recipient, rung };
}

/** A list in pieces of so many; one piece where there is nothing. */
function inPages<T>(list: T[], size: number): T[][] {
  const count = Math.max(1, Math.ceil(list.length / size));
  return Array.from({ length: count }, (_, page) => list.slice(page * size, (page + 1) * size));
}
