import { describe, expect, it, test } from '@jest/globals';
import { aboutPost } from '../../engine/about.js';
import { evidenceLines } from '../../documents/evidence.js';
import type { RecallEvent } from '../../engine/events.js';
import type { Evidence } from '../../engine/evidence.js';
import { NO_TALLY } from '../../engine/tally.js';
import type {
  AskId,
  FilingId,
  IsoInstant,
  PersonId,
  RecallId,
  RoleName,
  Sha256,
  StepName,
} from '../../engine/words.js';
import { CASE, simulated, smallSupply, UNIDENTIFIED } from '../simulator/simulated.js';

const asked = simulated(1)
  .entries.filter(({ stream }) => stream === 'events')
  .map(({ body }) => JSON.parse(body) as RecallEvent)
  .flatMap((event) => (event.type === 'asked' ? [event] : []));
const NOTHING = { attached: new Map<Sha256, string>(), zone: 'UTC' };
const preview = JSON.stringify({ lines: [{ name: 'Notice, en', value: 'Recall\n\nText' }] });

function shown(question: string): Record<string, string> {
  const { evidence } = asked.find((one) => one.question === question)!;
  const hash = evidence.preview?.document.sha256;
  return linesOf(evidence, new Map(hash ? [[hash, preview]] : []));
}

function linesOf(evidence: Evidence, attached = new Map<Sha256, string>()): Record<string, string> {
  return Object.fromEntries(
    evidenceLines({ evidence, evidenceNow: null }, { attached, zone: 'UTC' }).map(({ name, value }) => [name, value]),
  );
}

describe('what is shown with a question', () => {
  it('shows what a stranger said of an injury, where it stands in the tray, and that it has been erased', () => {
    const { evidence } = asked.find((one) => one.question === 'assessment')!;
    const text = 'd'.repeat(64) as Sha256;
    const mention = { about: aboutPost(7), via: 'sms', at: '2026-09-10T08:00:00.000Z' as IsoInstant, text } as const;
    const said = (attached?: Map<Sha256, string>) =>
      Object.entries(linesOf({ ...evidence, mention }, attached)).find(([name]) => name.startsWith('Said'))!;
    expect(said(new Map([[text, 'My child cut her hand']]))).toEqual([
      expect.stringMatching(/^Said by text message on .*2026.*, entry 7 of the tray; a stranger wrote it$/),
      'My child cut her hand',
    ]);
    expect(said(new Map([[text, 'x'.repeat(3_000)]]))[1]).toMatch(/… \(the rest: recall post show 7\)$/);
    expect(said()[1]).toBe('the text has been erased');
  });

  it.each(['decide', 'approve-preview'])('says at %s what the case is and where it is', (at) => {
    const gb = smallSupply().trace.markets.find(({ market }) => market === 'GB')!;
    const lines = shown(at);
    expect(lines).toMatchObject({
      Product: CASE.product,
      Hazard: CASE.hazard,
      'How to recognise it': CASE.identification,
      'Hash of the case file': CASE.digest,
      risk: 'serious',
    });
    expect(lines['Markets']).toContain(`United Kingdom: ${gb.units} units, ${gb.consignees} identified customers`);
  });

  it('gives to customers what went to customers, and beside it what names none', () => {
    const { unitsSold, consignees } = smallSupply().trace;
    expect(shown('decide')['Units sold']).toBe(
      `${unitsSold - UNIDENTIFIED} units to ${consignees} identified customers, ${UNIDENTIFIED} units on 1 line that names no customer`,
    );
  });

  it('says that what is owed is not known before it is planned, and nothing of units before the trace', () => {
    expect(shown('decide')['Reports owed']).toBe('not known yet');
    expect(Object.keys(shown('assessment'))).toEqual(['Product', 'Hazard', 'How to recognise it', 'Hash of the case file', 'Scope', 'Reports owed']); // prettier-ignore
  });

  it('shows the notices and their rules with a preview, and says where they were erased', () => {
    const { evidence } = asked.find(({ question }) => question === 'approve-preview')!;
    expect(shown('approve-preview')).toMatchObject({
      'Notice, en': 'Recall\n\nText',
      'Counsel needed, no rule is known': 'Iceland',
    });
    expect(linesOf(evidence)).toMatchObject({ Notices: 'the preview has been erased' });
  });

  it('names the report, so that two to one authority are not taken for each other', () => {
    const { evidence } = asked.find(({ question }) => question === 'submit-filing')!;
    const { authority, lawText } = evidence.report!;
    const report = { ...evidence.report!, dueAt: null };
    const final = { ...report, id: 'eu-gpsr/final/1' as FilingId };
    expect([report, final].map((one) => linesOf({ ...evidence, report: one })['Report'])).toEqual([
      `${authority} (eu-gpsr): "${lawText}", not yet running`,
      `${authority} (eu-gpsr final): "${lawText}", not yet running`,
    ]);
  });

  it('names the pack of a report by its hashes, that its mail came back, and what the authority wrote', () => {
    const { evidence } = asked.find(({ question }) => question === 'submit-filing')!;
    const at = '2026-09-11T10:00:00.000Z' as IsoInstant;
    const read = '2026-09-11 10:00:00+00:00';
    const [known, erased] = ['a'.repeat(64), 'b'.repeat(64)] as [Sha256, Sha256];
    const report = { ...evidence.report!, returnedAt: at, documents: [{ name: 'report.pdf', sha256: known }] };
    const replies = [
      { at, automatic: false, text: known },
      { at, automatic: true, text: erased },
    ];
    const lines = linesOf({ ...evidence, report, replies }, new Map([[known, 'Which case?']]));
    expect(lines).toMatchObject({
      Note: evidence.report!.note,
      'Came back': `the mail to the authority was not delivered (${read})`,
      'Prepared report': `report.pdf, SHA-256 ${known}`,
      [`Answered on ${read}`]: 'Which case?',
      [`Answered on ${read}, automatically`]: 'the text has been erased',
    });
  });

  it('counts at the closing what was told, answered and filed', () => {
    const lines = shown('close');
    expect(lines['Reports with a reference']).toMatch(/^(\d+) of \1$/);
    expect(Object.keys(lines).find((name) => name.endsWith('(tell), as last counted'))).toBeDefined();
    const { evidence } = asked.find(({ question }) => question === 'close')!;
    const [told] = evidence.told!;
    const { unitsSold, unitsCreditedMatched } = smallSupply().trace;
    const unknown = unitsSold - unitsCreditedMatched - told!.tally.unitsReported;
    expect(told!.tally.unitsReported).toBeGreaterThan(0);
    expect(lines['Units unknown, as last counted']).toMatch(new RegExp(`^${unknown} of \\d+$`));
  });
});

test('a rejection stands first, with its reason, without one, and where that was erased', () => {
  const { evidence } = asked.find(({ question }) => question === 'decide')!;
  const at = '2026-09-10T08:00:00.000Z' as IsoInstant;
  const by = { at, by: 'counsel' as PersonId, role: 'legal' as RoleName };
  const reason = 'a'.repeat(64) as Sha256;
  const rejections = [
    { ...by, onBehalfOf: null, reason },
    { ...by, onBehalfOf: 'head' as PersonId, reason: null },
  ];
  const lines = (attached: Map<Sha256, string>): string[] =>
    evidenceLines({ evidence: { ...evidence, rejections }, evidenceNow: null }, { attached, zone: 'UTC' }).map(
      ({ value }) => value,
    );
  expect(lines(new Map([[reason, 'No.']])).slice(0, 2)).toEqual([
    'by counsel (legal): No.',
    'by counsel (legal, for head): no reason was given',
  ]);
  expect(lines(new Map())[0]).toBe('by counsel (legal): the text has been erased');
});

describe('where the world has moved on', () => {
  const { evidence } = asked.find(({ question }) => question === 'decide')!;
  const owed = { filings: [], counselNeeded: [], lawThere: [] };

  it('what is now stands beside what was shown, which stays as it was', () => {
    const evidenceNow: Evidence = { ...evidence, owed, facts: { ...evidence.facts, injuries: 3 } };
    const lines = evidenceLines({ evidence, evidenceNow }, NOTHING);
    expect(lines).toContainEqual({ name: 'Reports owed', value: 'not known yet', now: 'none' });
    expect(lines).toContainEqual({ name: 'Product', value: CASE.product });
    expect(lines).toContainEqual({
      name: 'Counsel needed, no rule is known',
      value: 'not known yet when this was asked',
      now: 'none',
    });
    const unmoved = evidenceLines({ evidence, evidenceNow: null }, NOTHING);
    expect(unmoved.every(({ now }) => now === undefined)).toBe(true);
    expect(lines.filter(({ name }) => unmoved.some((one) => one.name === name)).map(({ value }) => value)).toEqual(
      unmoved.map(({ value }) => value),
    );
  });

  it('says what is no longer so', () => {
    const { trace: _trace, ...without } = evidence;
    expect(evidenceLines({ evidence, evidenceNow: without }, NOTHING)).toContainEqual(
      expect.objectContaining({ name: 'Markets', now: 'no longer so' }),
    );
  });

  it('reads instants on the clock of its reader', () => {
    const at = '2026-09-11T10:00:00.000Z' as IsoInstant;
    const replies = [{ at, automatic: false, text: 'a'.repeat(64) as Sha256 }];
    const nameIn = (zone: string) =>
      evidenceLines({ evidence: { ...evidence, replies }, evidenceNow: null }, { ...NOTHING, zone }).at(-1)!.name;
    expect(nameIn('Europe/Berlin')).toBe('Answered on 2026-09-11 12:00:00+02:00');
    expect(nameIn('Asia/Kolkata')).toBe('Answered on 2026-09-11 15:30:00+05:30');
  });

  it('names the list of those alone who are to be called, where the question has one', () => {
    const tally = { ...NO_TALLY, recipients: 9, responded: 2, delivered: 5, unreachable: 4 };
    const told = [{ step: 'tell' as StepName, title: 'Tell', tally, isTooFew: false }];
    const valueFor = (calls: { recallId: RecallId; ask: AskId } | null) =>
      evidenceLines({ evidence: { ...evidence, told }, evidenceNow: null }, { ...NOTHING, calls }).find(
        ({ name }) => name === 'Tell (tell), as last counted',
      )!.value;
    const counts = '2 of 9 recipients have answered; 5 reached, 4 not reached';
    expect(valueFor(null)).toBe(`${counts} (their names and numbers: recall unreached)`);
    expect(valueFor({ recallId: 'RC-2026-0001' as RecallId, ask: 'tell/1/2' as AskId })).toBe(
      `${counts} (whom to call: recall calls RC-2026-0001 --ask tell/1/2)`,
    );
  });

  it('keeps two lines of one name apart', () => {
    const at = '2026-09-11T10:00:00.000Z' as IsoInstant;
    const [one, other] = ['a'.repeat(64), 'b'.repeat(64)] as [Sha256, Sha256];
    const texts = new Map([
      [one, 'Which case?'],
      [other, 'And whose?'],
    ]);
    const reply = (text: Sha256) => ({ at, automatic: false, text });
    const evidenceNow = { ...evidence, replies: [reply(one), reply(other)] };
    const lines = evidenceLines(
      { evidence: { ...evidence, replies: [reply(one)] }, evidenceNow },
      { attached: texts, zone: 'UTC' },
    );
    expect(lines.filter(({ name }) => name.startsWith('Answered on')).map(({ value, now }) => [value, now])).toEqual([
      ['Which case?', undefined],
      ['not known yet when this was asked', 'And whose?'],
    ]);
  });
});
