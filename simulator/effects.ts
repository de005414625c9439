import type { DocumentRef, Effect, EffectKind, EffectOutcome, EffectPayload } from '../engine/effects.js';
import { nextRung } from '../engine/contact-ladder.js';
import { digestOf } from '../engine/digest.js';
import type { Fact, NoticeRow } from '../engine/facts.js';
import { languagesOf, noticeLanguageOf } from '../engine/languages.js';
import { peopleToAsk } from '../engine/roster.js';
import { watchValue } from '../engine/watches.js';
import { earlier, type IsoInstant, type Sha256 } from '../engine/words.js';
import { planFilings } from '../regulations/plan-filings.js';
import { expect, record, type Run } from './record.js';
import type { Contact, Mailing } from './surroundings.js';
import { tallyOf, tellWatch } from './watch.js';
import { onAsk, onNotice, onReport, stopShipAnswer } from './world/answers.js';

const RETRY_SECONDS = 900;

type Runs = { [K in EffectKind]: (run: Run, payload: EffectPayload<K>, effect: Effect) => EffectOutcome<K> };

/** Runs an effect against the world: the same facts and the same result as the product's activity would make of the same answers. */
export function runEffect(run: Run, effect: Effect): EffectOutcome<EffectKind> {
  const runs = RUNS[effect.kind] as (run: Run, payload: Effect['payload'], effect: Effect) => EffectOutcome<EffectKind>;
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
    record(run, { type: 'trace recorded', v: 1, item: scope.item, from: scope.from, to: scope.to, ...trace });
    return { result: trace };
  },

  planFilings: (run, { markets, awareness }) => ({
    result: planFilings(run.surroundings.regimes, { markets, awareness }),
  }),

  fileReport(run, { regime, filing }) {
    record(run, { type: 'filing prepared', v: 1, regime, mode: filing.mode, documents: [] });
    if (filing.mode === 'mail') {
      record(run, { type: 'filing sent', v: 1, regime, messageId: '', outcome: 'delivered' });
      expect(run, onReport(run.surroundings, regime, run.now));
    }
    return { result: { documents: packOf(regime) } };
  },

  freezeRecipients(run, { campaign, revision, languages, ladder }) {
    const recipients = run.surroundings.supply.recipients;
    const contacts = recipients.map(({ recipient, market, language, units, reachable }): Contact => ({
      recipient,
      market,
      language,
      noticeLanguage: noticeLanguageOf(language, languages),
      units,
      unreachable: !reachable,
      rung: 0,
      firstAt: null,
      nextDue: null,
      delivered: 0,
      refused: 0,
      bounced: 0,
      responded: false,
    }));
    run.surroundings.mailings.set(campaign, { ladder, contacts, watch: null });
    const unreachable = contacts.filter((one) => one.unreachable).length;
    const rows = contacts.map(({ recipient, market, language, noticeLanguage, units, unreachable: lost }) => ({
      recipient,
      market,
      language,
      noticeLanguage,
      units,
      unreachable: lost,
    }));
    const digest = digestOf(rows);
    record(
      run,
      { type: 'recipients frozen', v: 1, step: campaign, revision, recipients: rows.length, unreachable, digest },
      rows,
    );
    const document = { name: `preview-${campaign}-${revision}.json`, sha256: digest };
    return {
      result: { recipients: rows.length, unreachable, ...languagesOf(rows, languages), hash: digest, document },
    };
  },

  runCampaign(run, { campaign, revision, ladder }) {
    const mailing = run.surroundings.mailings.get(campaign)!;
    const rows: NoticeRow[] = [];
    for (const contact of mailing.contacts) {
      if (!isDue(contact, run.now)) continue;
      const { recipient, rung, noticeLanguage: language } = contact;
      const { accepted, then } = onNotice(run.surroundings, { step: campaign, revision, recipient, rung, at: run.now });
      expect(run, then);
      rows.push({ recipient, rung, language, outcome: accepted ? 'delivered' : 'refused', messageId: '' });
      settleNotice(contact, accepted ? 'delivered' : 'refused', ladder, run.now);
    }
    if (rows.length > 0) record(run, settled(campaign, revision, rows), rows);
    tellWatch(run, campaign);
    return { result: { tally: tallyOf(mailing), nextDue: nextDueOf(mailing, run.now) } };
  },

  registerWatch(run, { campaign, condition }) {
    const mailing = run.surroundings.mailings.get(campaign)!;
    const tally = tallyOf(mailing);
    const value = watchValue(condition, campaign, tally);
    mailing.watch = { condition, value };
    return { result: { value, tally } };
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
function packOf(regime: string): DocumentRef[] {
  return ['json', 'pdf'].map((type) => ({ name: `report-${regime}.${type}`, sha256: '' as Sha256 }));
}

/** A recipient is due once at the start and then whenever the ladder says, until they answer. */
function isDue(contact: Contact, now: IsoInstant): boolean {
  if (contact.unreachable || contact.responded) return false;
  return contact.firstAt === null || (contact.nextDue !== null && contact.nextDue <= now);
}

function settleNotice(
  contact: Contact,
  outcome: 'delivered' | 'refused',
  ladder: Mailing['ladder'],
  now: IsoInstant,
): void {
  contact.firstAt ??= now;
  contact[outcome] += 1;
  const next = nextRung(ladder, contact.rung, outcome, contact.firstAt);
  contact.nextDue = next === 'exhausted' ? null : next.at;
  if (next !== 'exhausted') contact.rung = next.rung;
}

function settled(step: Effect['step'], revision: number, rows: NoticeRow[]): Fact {
  const count = (outcome: NoticeRow['outcome']): number => rows.filter((row) => row.outcome === outcome).length;
  return {
    type: 'notices settled',
    v: 1,
    step,
    revision,
    notices: rows.length,
    delivered: count('delivered'),
    refused: count('refused'),
    deferred: count('deferred'),
    egressRefused: count('egress-refused'),
    digest: digestOf(rows),
  };
}

function nextDueOf({ contacts }: Mailing, now: IsoInstant): IsoInstant | null {
  const waiting = contacts.filter(({ responded, unreachable }) => !responded && !unreachable);
  return waiting.reduce<IsoInstant | null>(
    (due, { nextDue }) => earlier(due, nextDue !== null && nextDue > now ? nextDue : null),
    null,
  );
}
