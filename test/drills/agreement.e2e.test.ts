import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstDifference, project } from '../../engine/agreement.js';
import type { RecallEvent } from '../../engine/events.js';
import type { Fact, LedgerEntry, NoticeRow, RecipientRow } from '../../engine/facts.js';
import { packName } from '../../engine/filing.js';
import { measure } from '../../engine/measures.js';
import { unreachedOf } from '../store/unreached-oracle.js';
import type { RecallId, StepName } from '../../engine/words.js';
import { scorecard } from '../../drills/scorecard.js';
import { askParamsOf } from '../../api/contract/asks.js';
import { ask, follow } from '../../drills/door.js';
import { exportOf } from '../../drills/drill.js';
import { sampleWorld } from '../../drills/sample.js';
import { PARTNERS } from '../../samples/contacts.js';
import { worldSchema, type World } from '../../simulator/world/schema.js';
import { LOTS_SCOPE, prepareDrill, simulateSmall, type SmallDrill } from './small-drill.js';
import { withWaits, WAITS_END, worldOfWaits } from './waits.js';
import { eventually } from '../eventually.js';

const SEED = 3;

describe('a drill of about twenty recipients on Temporal', () => {
  let small: SmallDrill;
  let entries: LedgerEntry[];
  let lines: string[];
  let closed: boolean;

  beforeAll(async () => {
    small = await prepareDrill({ seed: SEED });
    const recallId = await small.open();
    closed = await small.run(recallId);
    lines = await exportOf(small.door, recallId);
    entries = lines.map((line) => JSON.parse(line) as LedgerEntry);
  }, 90_000);
  afterAll(() => small.stop());

  it('reaches its end', () => {
    expect(closed).toBe(true);
    expect(measure(entries).closedAt).not.toBeNull();
  });

  it('gives the ledger that the simulator gives for the same playbook, world and seed', async () => {
    expect(firstDifference(project(entries), project(await simulateSmall({ seed: SEED })))).toBeNull();
  });

  it('records the case as the simulator does, with the digest of its whole file', async () => {
    const [here, there] = [entries, await simulateSmall({ seed: SEED })].map((ledger) => measure(ledger).case);
    expect(here).toEqual(there);
    expect(here?.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives another ledger than the simulator with another seed', async () => {
    expect(firstDifference(project(entries), project(await simulateSmall({ seed: SEED + 1 })))).not.toBeNull();
  });

  it('thanks by mail who has answered and has a mail address, beside all that it tells them', async () => {
    const answers = entries.filter(({ body }) => body.includes('"type":"response recorded"')).length;
    await eventually('thanks by mail', () => small.farEnds.wire().thanks > 0);
    expect(small.farEnds.wire().thanks).toBeLessThanOrEqual(answers);
  });

  it('has sent what the wire has seen, and nothing else', () => {
    const { notices, channels, wire, ledger } = scorecard(lines, {
      ...{ seed: SEED, wire: small.farEnds.wire(), post: [], documents: [] },
    });
    const told = entries.filter(({ body }) => body.includes('"type":"person told"')).length;
    const mailed = entries.filter(({ body }) => body.includes('"type":"filing sent"')).length;
    expect(notices.lost).toBe(0);
    expect(wire.mailAccepted).toBe(channels.email.delivered + told + mailed);
    for (const { delivered, refused, farEnd } of [channels.email, channels.sms, channels.voice, channels.webhook])
      expect(farEnd).toEqual({ accepted: delivered, refused });
    const { call: _byPeople, public: _published, ...ours } = channels;
    // Channels count those too whom customers have named, whom nothing else counts.
    const rows = noticeRows(entries, (step) => step === 'tellOn').filter(({ outcome }) => outcome === 'delivered');
    const all = Object.values(ours).reduce((sum, { delivered }) => sum + delivered, 0);
    expect(notices.delivered).toBe(all - rows.length);
    expect(channels.webhook.delivered).toBe(PARTNERS.length);
    expect(channels.sms.delivered).toBeGreaterThan(0);
    expect(channels.voice.arrived).toBeGreaterThan(0);
    expect(ledger.verified).toBe(true);
  });
});

describe('a drill in which much goes wrong', () => {
  let small: SmallDrill;
  const options = {
    seed: SEED,
    world: worldOfTrouble(),
    edit: (playbook: string): string => inEnglish(inWaves(playbook)),
  };

  beforeAll(async () => {
    small = await prepareDrill(options);
  }, 60_000);
  afterAll(() => small.stop());

  it('reaches its end with the ledger that the simulator gives', async () => {
    const recallId = await small.open();
    expect(await small.run(recallId)).toBe(true);
    const entries = await small.export(recallId);
    expect(firstDifference(project(entries), project(await simulateSmall(options)))).toBeNull();
    // What was to go wrong has gone wrong.
    const types = new Set(entries.map(({ body }) => (JSON.parse(body) as { type: string }).type));
    expect([...types]).toEqual(
      expect.arrayContaining([
        ...['effect postponed', 'gate rejected', 'step reopened', 'escalated', 'notice bounced'],
        ...['wave begun', 'sending stopped', 'wave judged'],
      ]),
    );
    expect(entries.some(({ body }) => body.includes('"question":"chase-receipt"'))).toBe(true);
    requireAccepted(entries);
    await requireTelephoned(small, recallId, entries);
  }, 90_000);
});

/** The bundled playbook, a third of whose recipients are told first, and which stops where too many bounce. */
function inWaves(playbook: string): string {
  const waves = `    waves: { first: [{ share: 0.34 }], pause: PT6H, stop: { bounced: 0.2, ask: commander } }\n`;
  return playbook.replace(/^ +watch: .*\n/m, (watch) => watch + waves);
}

/** The bundled playbook, which tells everybody in English alone. */
function inEnglish(playbook: string): string {
  return playbook.replace('[en, de, fr, es, nl, pt, it, pl, sv, ar]', '[en]');
}

/** A notice to everybody that lacks a market's language was approved with the reason that the world gives counsel. */
function requireAccepted(entries: LedgerEntry[]): void {
  const bodies = entries.map(({ body }) => JSON.parse(body) as RecallEvent | Fact);
  const accepted = bodies.flatMap((event) => (event.type === 'decision given' ? event.accepted : []));
  expect(accepted.map(({ rule }) => rule)).toEqual(['EU-14']);
  expect(bodies.some(({ type }) => type === 'notice published')).toBe(true);
}

/** Those whom no mail reached were put to a person: counted in the question, by name and number for that person alone. */
async function requireTelephoned(small: SmallDrill, recallId: RecallId, entries: LedgerEntry[]): Promise<void> {
  const idsOf = (step: string): string[] =>
    unreachedOf(entries, step as StepName).map(({ recipient }) => recipient as string);
  const ids = idsOf('tell');
  expect(ids.length).toBeGreaterThan(3);
  const params = askParamsOf(recallId, 'telephone/1/1');
  const shown = await ask(small.door, 'showAsk', { params, person: 'commander' });
  const listFor = (person: string) => ask(small.door, 'listUnreached', { params: { recall: recallId }, person });
  const evidence = Object.fromEntries(shown.evidence.map(({ name, value }) => [name, value]));
  const told = Object.entries(evidence).find(([name]) => name.endsWith('(tell), as last counted'))![1];
  expect(told).toContain(`${ids.length} not reached`);
  const list = await listFor('commander');
  // Those whom customers named are on it too.
  expect(list.map(({ recipient }) => recipient as string).sort()).toEqual([...ids, ...idsOf('tellOn')].sort());
  expect(list.some(({ phone }) => phone?.startsWith('+44'))).toBe(true);
  await expect(listFor('counsel')).rejects.toMatchObject({
    detail: { code: 'not-allowed', remedy: expect.any(String) },
  });
  // What the first of them says on the telephone is entered on their page, and they are off the list.
  const [first, ...rest] = list;
  const form = { quarantined: '0', soldOn: '0', destroyed: '0', rest: 'yes' };
  expect((await follow(small.door, first!.answerPath, form)).status).toBe(200);
  expect((await listFor('commander')).length).toBe(rest.length);
}

/** A second report of the same name to each authority. */
const AGAIN = `  again:
    kind: filing
    title: Notify the authorities again
    after: [notify]
    regimes: markets
    report: initial
    owner: regulatory
    due: PT24H
    escalation: filing

  tell:
`;

describe('a drill of lots, with waits of each form', () => {
  let small: SmallDrill;
  const options = { seed: SEED, scope: LOTS_SCOPE, edit: withWaits, world: worldOfWaits() };

  beforeAll(async () => {
    small = await prepareDrill(options);
  }, 60_000);
  afterAll(() => small.stop());

  it('says before it is opened what of the item carries no lot', async () => {
    const { trace } = await ask(small.door, 'previewRecall', { body: { scope: LOTS_SCOPE } });
    expect(trace.unmarked).toEqual({ lacks: 'lot', lines: expect.any(Number), units: expect.any(Number) });
  });

  it('reaches its end with the ledger that the simulator gives over the sales that the lots hold, each wait as it had to end', async () => {
    const recallId = await small.open();
    expect(await small.run(recallId)).toBe(true);
    const entries = await small.export(recallId);
    expect(firstDifference(project(entries), project(await simulateSmall(options)))).toBeNull();
    const { scope, trace, notices, unitStates } = measure(entries);
    expect(scope).toEqual({ version: 1, ...LOTS_SCOPE });
    expect(notices.recipients + notices.notTold).toBe(trace!.consignees);
    expect(notices.responded).toBeGreaterThan(0);
    expect(unitStates.total).toBe(trace!.unitsSold + unitStates.onHand);
    const events = entries.map(({ body }) => JSON.parse(body) as RecallEvent);
    const ended = events.flatMap((event) => (event.type === 'wait ended' ? [[event.step, event.by]] : []));
    expect(Object.fromEntries(ended)).toEqual(WAITS_END);
    const types = events.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['limit reached', 'wait extended', 'growth judged']));
    // Those whom customers have named are counted by themselves, and by nobody else.
    const lines = entries.map((entry) => JSON.stringify(entry));
    const card = scorecard(lines, { seed: SEED, wire: small.farEnds.wire(), post: [], documents: [] });
    const facts = events as unknown as Fact[];
    const added = facts.flatMap((fact) =>
      fact.type === 'recipients added' && 'digest' in fact ? [fact.recipients] : [],
    );
    expect(card.cascade).toMatchObject({
      retailer: {
        recipients: added.reduce((all, one) => all + one, 0),
        delivered: expect.any(Number) as unknown as number,
        responded: new Set(
          facts.flatMap((fact) =>
            fact.type === 'response recorded' && fact.step === 'tellOn' ? [fact.recipient] : [],
          ),
        ).size,
        units: expect.any(Number) as unknown as number,
      },
    });
    const { farEnd, ...counted } = card.cascade!.retailer!;
    expect(farEnd).toEqual(counted);
    const { recipients, delivered, responded, units } = counted;
    expect([recipients > 4, delivered > 0, responded > 0, units > 0]).toEqual([true, true, true, true]);
    expect(card.notices.lost).toBe(0);
    for (const [layer, step] of [
      ['retailer', 'tellOn'],
      ['traced', 'tell'],
    ] as const) {
      const query = { layer };
      const listed = await ask(small.door, 'listRecipients', {
        params: { recall: recallId },
        query,
        person: 'commander',
      });
      const steps = [...listed.counts, ...listed.recipients].map((one) => one.step as string);
      expect(steps.length).toBeGreaterThan(1);
      expect(new Set(steps)).toEqual(new Set([step]));
    }
  }, 90_000);
});

/** Each report has a pack, a way over the wire and a reference of its own. */
async function requireReportedTwice(small: SmallDrill, recallId: RecallId, entries: LedgerEntry[]): Promise<void> {
  const { filings } = measure(entries);
  expect(filings.map(({ id }) => id)).toEqual(
    [1, 2].flatMap((n) => ['au-acl', 'eu-gpsr', 'gb-gpsr2005'].map((regime) => `${regime}/initial/${n}`)),
  );
  expect(new Set(filings.map(({ reference }) => reference)).size).toBe(filings.length);
  expect(filings.map(({ reference }) => reference)).not.toContain(null);
  expect(small.farEnds.wire().filingsReceived).toBe(filings.length);
  const { documents } = await ask(small.door, 'showReport', { params: { recall: recallId } });
  for (const { id } of filings) {
    const names = documents.filter(({ about }) => about?.id === id).map(({ name }) => name);
    expect(names).toEqual([packName(id, 'json'), packName(id, 'pdf')]);
  }
}

describe('a drill that tells partners by webhook and everybody by e-mail after that, watches what is delivered, and reports twice', () => {
  const options = {
    seed: SEED,
    world: worldOfPartners(),
    partners: true,
    edit: (playbook: string): string => watched(webhookFirst(playbook)),
  };
  let small: SmallDrill;
  let lines: string[];
  let entries: LedgerEntry[];
  let closed: boolean;
  let recallId: RecallId;

  beforeAll(async () => {
    small = await prepareDrill(options);
    recallId = await small.open();
    closed = await small.run(recallId);
    lines = await exportOf(small.door, recallId);
    entries = lines.map((line) => JSON.parse(line) as LedgerEntry);
  }, 90_000);
  afterAll(() => small.stop());

  it('reaches its end with the ledger that the simulator gives', async () => {
    expect(closed).toBe(true);
    expect(firstDifference(project(entries), project(await simulateSmall(options)))).toBeNull();
  });

  it('hears of what was delivered in the same place of its ledger, and has reported twice', async () => {
    expect(entries.some(({ body }) => body.includes('"type":"watch changed"'))).toBe(true);
    await requireReportedTwice(small, recallId, entries);
  });

  it('has told partners on the one wire and the others on the other, and what was taken is what was counted', () => {
    const { wire, notices } = scorecard(lines, { seed: SEED, wire: small.farEnds.wire(), post: [], documents: [] });
    const rows = noticeRows(entries);
    const count = (channel: string, outcome: string): number =>
      rows.filter((row) => row.channel === channel && row.outcome === outcome).length;
    expect(wire.webhooksAccepted).toBe(count('webhook', 'delivered'));
    expect(wire.webhooksRefused).toBe(count('webhook', 'refused'));
    expect(wire.textsAccepted).toBe(count('sms', 'delivered'));
    expect(wire.textsRefused).toBe(count('sms', 'refused'));
    const bodies = entries.map(({ body }) => JSON.parse(body) as Fact);
    const reported = bodies.filter(
      (fact) => (fact.type === 'notice arrived' || fact.type === 'notice bounced') && fact.channel === 'sms',
    );
    expect(reported).toHaveLength(wire.textsAccepted);
    expect(new Set(reported.map(({ type }) => type)).size).toBe(2);
    expect(wire.mailRefused).toBe(count('email', 'refused'));
    expect(
      [wire.textsAccepted, wire.webhooksAccepted, wire.webhooksRefused, count('email', 'delivered')].every(
        (one) => one > 0,
      ),
    ).toBe(true);
    expect(notices).toMatchObject({ lost: 0, inDoubt: 0 });
    // Each is told at once on the first channel they have, and on the later ones if they stay silent or refuse.
    const told = new Map<string, string[]>();
    const customers = noticeRows(entries, (step) => step === 'tell');
    for (const { recipient, channel } of customers) told.set(recipient, [...(told.get(recipient) ?? []), channel]);
    const ways = new Set(Array.from(told.values(), (channels) => channels.join(', ')));
    expect([...ways].sort()).toEqual([
      'letter',
      'letter, email',
      'sms',
      'sms, email, call',
      'sms, letter, email, call',
      'webhook',
      'webhook, letter, email',
      'webhook, sms, letter',
      'webhook, sms, letter, email, call',
    ]);
  });

  it('has had its letters printed, and knows what left and what came back as the print shop has it', async () => {
    const { wire, channels } = scorecard(lines, { seed: SEED, wire: small.farEnds.wire(), post: [], documents: [] });
    const handed = noticeRows(entries).filter(({ channel, outcome }) => channel === 'letter' && outcome === 'handed');
    expect(handed.length).toBeGreaterThan(2);
    expect(wire.lettersPrinted).toBe(handed.length);
    const batches = await ask(small.door, 'listLetters', { params: { recall: recallId } });
    const sum = (of: (batch: (typeof batches)[number]) => number): number =>
      batches.reduce((all, one) => all + of(one), 0);
    expect(sum(({ letters }) => letters)).toBe(handed.length);
    expect(channels.letter).toMatchObject({
      delivered: sum(({ dispatched }) => dispatched),
      farEnd: { accepted: handed.length },
    });
    expect(channels.letter.bounced).toBe(sum(({ returned }) => returned));
    expect(channels.letter.delivered).toBeGreaterThan(0);
    expect(channels.letter.bounced).toBeGreaterThan(0);
  });

  it('has had the silent called by people, once asked, and what they entered is what they noted themselves', () => {
    const { channels } = scorecard(lines, { seed: SEED, wire: small.farEnds.wire(), post: [], documents: [] });
    const handed = noticeRows(entries).filter(({ channel, outcome }) => channel === 'call' && outcome === 'handed');
    expect(handed.length).toBeGreaterThan(2);
    const { entered, reached, delivered, refused, bounced, farEnd } = channels.call;
    expect(farEnd).toEqual({ entered, reached });
    expect(delivered).toBeGreaterThan(0);
    expect(delivered + refused + bounced).toBe(handed.length);
    const asked = entries.filter(({ body }) => body.includes('"question":"call-recipients"'));
    expect(asked.length).toBeGreaterThan(0);
  });

  it('has sent text messages in no quiet hour of their recipients', () => {
    const texted = entries.filter(
      ({ body, rows }) => body.includes('"type":"notices settled"') && JSON.stringify(rows).includes('"channel":"sms"'),
    );
    expect(texted.length).toBeGreaterThan(0);
    // In Britain, where the sample has mobile numbers, it is an hour later than UTC in summer.
    for (const { at } of texted) expect(at.slice(11, 16)).toBe('04:00');
  });

  it('has told by mail who wanted none, because the law demands it, and says so of each', () => {
    const frozen = entries.find(({ body }) => body.includes('"type":"recipients frozen"'))!;
    const wishes = (frozen.rows as Partial<RecipientRow>[]).flatMap(({ wish }) => wish ?? []);
    expect(wishes.length).toBeGreaterThan(0);
    for (const { honoured, overruled, law } of wishes)
      expect([honoured, overruled, law !== null]).toEqual(
        law === null ? [['email'], [], false] : [[], ['email'], true],
      );
  });

  it('has answers from those who got nothing but the event', () => {
    const answered = new Set(
      entries
        .map(({ body }) => JSON.parse(body) as Fact)
        .flatMap((fact) => (fact.type === 'response recorded' ? [fact.recipient] : [])),
    );
    const mailed = new Set(
      noticeRows(entries).flatMap(({ channel, recipient }) => (channel === 'email' ? [recipient] : [])),
    );
    expect([...answered].filter((recipient) => !mailed.has(recipient)).length).toBeGreaterThan(0);
  });
});

/** The bundled playbook, which watches what has been delivered, and reports twice. */
function watched(playbook: string): string {
  return playbook.replace('tell.acknowledged >= 0.9', 'tell.delivered >= 12.0').replace('  tell:\n', AGAIN);
}

/** The bundled playbook, told by webhook first. */
function webhookFirst(playbook: string): string {
  const ladder = /^( +ladder:\n)(?: +(?:- \{ by: |# ).*\n)+/m;
  if (!ladder.test(playbook)) throw new Error('the playbook has another ladder');
  return playbook.replace(
    ladder,
    // Nobody is sent a text but between five and six in the morning, which is when all of them have to be.
    '    quiet-hours: { from: 06:00, to: 05:00 }\n$1      - { by: webhook }\n      - { by: sms, after: P1D }\n      - { by: letter, after: P2D }\n      - { by: email, after: P4D }\n      - { by: call, after: P5D, to: commander, attempts: 2, escalation: calls }\n',
  );
}

function worldOfPartners(): World {
  const world = sampleWorld();
  const webhook = { refused: 0.3, answers: [0.6], answerAfter: { from: 'PT10M', to: 'P1D' } };
  const sms = {
    ...{ refused: 0.2, bounces: 0.2, bounceAfter: { from: 'PT1M', to: 'PT1H' } },
    ...{ answers: [0, 0.4], answerAfter: { from: 'PT5M', to: 'PT6H' } },
  };
  const letter = {
    ...{ bounces: 0.4, bounceAfter: { from: 'PT6H', to: 'PT12H' }, dispatchAfter: { from: 'PT2H', to: 'PT4H' } },
    ...{ answers: [0, 0, 0.5], answerAfter: { from: 'PT6H', to: 'PT12H' } },
  };
  const call = { unanswered: 0.3, wrong: 0.1, refused: 0.1, answers: [0, 0, 0, 0, 0.6] };
  return worldSchema.parse({ ...world, recipients: { ...world.recipients, channels: { webhook, sms, letter, call } } });
}

function noticeRows(entries: LedgerEntry[], isOf = (_step: string): boolean => true): NoticeRow[] {
  const settled = entries.filter(({ body }) => {
    const fact = JSON.parse(body) as Fact;
    return fact.type === 'notices settled' && isOf(fact.step);
  });
  return settled.flatMap(({ rows }) => (rows ?? []) as NoticeRow[]);
}

/** A warehouse that is away at first, an authority that sends no receipt, people who reject once, and bad addresses. */
function worldOfTrouble(): World {
  const world = sampleWorld();
  const counsel = { ...world.people.each.counsel!, rejects: ['decide'] };
  return {
    people: { ...world.people, each: { ...world.people.each, counsel } },
    // Their telephones take no messages and no calls of a machine, and letters come back, so that somebody has to call.
    recipients: {
      ...world.recipients,
      channels: {
        sms: { ...world.recipients.channels.sms!, refused: 1 },
        voice: { ...world.recipients.channels.voice!, refused: 1 },
        letter: { ...world.recipients.channels.letter!, bounces: 1 },
      },
      refused: 0.15,
      bounces: 0.2,
      answers: [0.3, 0, 0, 0, 0, 0.6, 1],
    },
    authorities: { ...world.authorities, silent: ['gb-gpsr2005'] },
    warehouse: { ...world.warehouse, failsFirst: 2 },
  };
}
