import { z } from 'zod';
import { counted } from '../engine/counted.js';
import type { DocumentRef } from '../engine/effects.js';
import type { Evidence, EvidenceParts, OwedFiling } from '../engine/evidence.js';
import { filingName, type LawThere } from '../engine/filing.js';
import { lateWords } from '../engine/late-sales.js';
import { durationWords } from '../engine/time-words.js';
import { scopeWords, unmarkedWords } from '../engine/scope.js';
import { cut } from '../engine/text.js';
import type { PostVia } from '../engine/mention.js';
import type { AskId, RecallId, Sha256 } from '../engine/words.js';
import { marketName } from '../regulations/market-name.js';
import { instantText } from './instants.js';

/** One line of what a person is shown. `now` stands where the same line would read otherwise today. */
export type EvidenceLine = { name: string; value: string; now?: string };

/** Whether a line is there for the record, and no help in deciding. */
export function isHash({ name }: Pick<EvidenceLine, 'name'>): boolean {
  return name.startsWith('Hash of ');
}

/** What evidence refers to by hash, as text: documents and what people wrote. What was erased is missing. */
export type Attached = ReadonlyMap<Sha256, string>;

const REPLY_SHOWN_MAX = 2_000;
const previewSchema = z.object({ lines: z.array(z.object({ name: z.string(), value: z.string() })) });

/**
 * What it takes to put evidence into words: what it refers to, the zone of who reads it, and where they are asked to
 * telephone people, the ask that has its own list of them.
 */
type Reading = { attached: Attached; zone: string; calls?: { recallId: RecallId; ask: AskId } | null };

type Line = { name: string; value: string };
type Lines = {
  [P in keyof EvidenceParts]-?: (part: NonNullable<EvidenceParts[P]> | EvidenceParts[P], reading: Reading) => Line[];
};

/** How each part of the evidence reads, in the order in which a person reads it. */
const LINES: Lines = {
  // Who is asked again reads first what was wrong.
  rejections: (rejections, { attached, zone }) =>
    rejections.map(({ at, by, onBehalfOf, role, reason }) => ({
      name: `Rejected on ${instantText(at, zone)}`,
      value: `by ${by} (${role}${onBehalfOf === null ? '' : `, for ${onBehalfOf}`}): ${reasonWords(reason, attached)}`,
    })),
  case: ({ product, hazard, identification, domain, digest }) =>
    [
      { name: 'Product', value: product },
      { name: 'Hazard', value: hazard },
      { name: 'How to recognise it', value: identification },
      { name: 'Kind of product in the eyes of the law', value: domain ?? '' },
      { name: 'Hash of the case file', value: digest },
    ].filter(({ value }) => value !== ''),
  scope: (scope) => [{ name: 'Scope', value: scopeWords(scope) }],
  trace({ unitsSold, consignees, unidentifiedUnits, unidentifiedLines, unitsCredited, markets, unmarked }) {
    const identified = `${counted(unitsSold - unidentifiedUnits, 'unit')} to ${counted(consignees, 'identified customer')}`;
    const unnamed = `${counted(unidentifiedUnits, 'unit')} on ${counted(unidentifiedLines, 'line')} ${unidentifiedLines === 1 ? 'that names' : 'that name'} no customer`;
    const others = unmarkedWords(unmarked);
    const hit = markets.map(
      (one) =>
        `${marketName(one.market)}: ${counted(one.units, 'unit')}, ${counted(one.consignees, 'identified customer')}`,
    );
    return [
      { name: 'Units sold', value: unidentifiedLines > 0 ? `${identified}, ${unnamed}` : identified },
      { name: 'Credited before', value: counted(unitsCredited, 'unit') },
      { name: 'Markets', value: hit.join('\n') },
      ...(others === null ? [] : [{ name: 'May be affected', value: others }]),
    ];
  },
  late: (late, { zone }) => [
    {
      name: 'Sales that came later',
      value: `${lateWords(late)} since the trace of ${instantText(late.since, zone)}; they are in none of these numbers, and until recipients are frozen \`recall trace again\` takes them in`,
    },
  ],
  owed(owed, { zone }) {
    if (owed === null) return [{ name: 'Reports owed', value: 'not known yet' }];
    return [
      { name: 'Reports owed', value: owed.filings.map((one) => owedWords(one, zone)).join('\n') || 'none' },
      { name: 'Counsel needed, no rule is known', value: owed.counselNeeded.map(marketName).join(', ') || 'none' },
      ...(owed.lawThere.length === 0
        ? []
        : [{ name: 'For counsel, what the law there says', value: owed.lawThere.map(lawWords).join('\n') }]),
    ];
  },
  facts: (facts) => Object.entries(facts).map(([name, value]) => ({ name, value: String(value) })),
  results: (results) =>
    Object.entries(results).map(([step, values]) => ({ name: `Step ${step}`, value: pairs(values) })),
  preview(preview, { attached }) {
    const {
      recipients,
      customers,
      persons,
      notTold,
      unreachable,
      critical,
      wishes,
      waves,
      byLanguage,
      missingLanguages,
      errors,
      document,
      hash,
    } = preview;
    const counts = Object.entries(byLanguage)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([language, count]) => `${language} ${count}`);
    const missing = `${missingLanguages.join(', ')}: these recipients get the first language; approving accepts that`;
    return [
      { name: 'Recipients', value: `${recipients}, of which ${unreachable} have no address` },
      ...(customers === recipients
        ? []
        : [{ name: 'Customers', value: `${customers}, some with several contacts who are told` }]),
      ...(persons === recipients
        ? []
        : [
            {
              name: 'Persons',
              value: `${persons}: who has one mail address for several is told once, with all of them listed`,
            },
          ]),
      ...(notTold === 0
        ? []
        : [{ name: 'Not told', value: `${notTold} who have nothing left of it: all that they bought was credited` }]),
      ...wishLines(wishes),
      { name: 'Told first', value: firstWords(critical) },
      ...(waves.length > 1 ? [{ name: 'Told in waves of', value: waves.join(', then ') }] : []),
      { name: 'Notices by language', value: counts.join(', ') },
      { name: 'Languages that are missing', value: missingLanguages.length === 0 ? 'none' : missing },
      ...errorLines(errors),
      { name: 'Hash of the notices and of who gets them', value: hash },
      ...previewLines(attached.get(document.sha256)),
    ];
  },
  takes: (takes) => [
    { name: 'For', value: `${layerWords(takes)}, as they are named from now on: nobody is known yet` },
    { name: 'Told without asking anew', value: `${takes.atMost} at most, ${takes.ofEach} of one who names them` },
    { name: 'Goes on for at least', value: durationWords(takes.within) },
  ],
  growth: ({ told, waiting, atMost, ...of }) => [
    { name: 'For', value: layerWords(of) },
    { name: 'Told so far', value: String(told) },
    { name: 'Named and not told', value: `${waiting}; ${atMost} more are told if this is allowed` },
  ],
  publication: ({ languages, markets, errors, document, hash }, { attached }) => [
    { name: 'Published for', value: 'everybody, on the public page of this recall and in its feeds' },
    { name: 'Languages', value: languages.join(', ') },
    { name: 'Sold in', value: markets.map(marketName).join(', ') || 'no market that is known' },
    ...errorLines(errors),
    { name: 'Hash of all that is published', value: hash },
    ...previewLines(attached.get(document.sha256)),
  ],
  report: ({ note, returnedAt, documents, ...owed }, { zone }) => [
    { name: 'Report', value: owedWords(owed, zone) },
    { name: 'Note', value: note },
    ...(returnedAt === null
      ? []
      : [
          {
            name: 'Came back',
            value: `the mail to the authority was not delivered (${instantText(returnedAt, zone)})`,
          },
        ]),
    ...(documents.length === 0 ? [] : [{ name: 'Prepared report', value: documents.map(documentWords).join('\n') }]),
  ],
  replies: (replies, { attached, zone }) =>
    replies.map(({ at, automatic, text }) => ({
      name: `Answered on ${instantText(at, zone)}${automatic ? ', automatically' : ''}`,
      value: replyWords(attached.get(text)),
    })),
  mention: ({ about, via, at, text }, { attached, zone }) => [
    {
      name: `Said ${VIA_WORDS[via]} on ${instantText(at, zone)}, entry ${about.id} of the tray; a stranger wrote it`,
      value: replyWords(attached.get(text), `recall post show ${about.id}`),
    },
  ],
  told: (told, { calls = null }) =>
    told.flatMap(({ title, step, isTooFew, tally: { recipients, responded, delivered, unreachable } }) => [
      {
        name: `${title} (${step}), as last counted`,
        value: `${responded} of ${recipients} recipients have answered; ${delivered} reached, ${unreachable} not reached${unreachable > 0 ? ` (${namesWords(calls)})` : ''}`,
      },
      ...(isTooFew
        ? [{ name: 'Too few in time', value: 'not enough have answered by the instant that the playbook sets' }]
        : []),
    ]),
  stopped: ({ counts: { wave, recipients, bounced, complaints, reasons }, waves, limits }) => [
    { name: 'Stopped by itself', value: `wave ${wave + 1} of ${waves}, ${recipients} recipients with an address` },
    { name: 'Refused or came back', value: `${bounced}${limitWords(limits.bounced)}` },
    { name: 'Complained', value: `${complaints}${limitWords(limits.complaints)}` },
    { name: 'Reasons given', value: givenWords(reasons) },
  ],
  units: ({ unknown, total }) => [{ name: 'Units unknown, as last counted', value: `${unknown} of ${total}` }],
  filed: ({ owed, receipted }) => [{ name: 'Reports with a reference', value: `${receipted} of ${owed}` }],
  until: (until) => [{ name: 'Asked because', value: until }],
  awaited: (awaited) => [{ name: 'Waited for, and not come', value: awaited }],
};

/** What a person is shown, as lines with instants in their zone: the same in the mail, on the page and in the command. */
export function evidenceLines(
  { evidence, evidenceNow }: { evidence: Evidence; evidenceNow: Evidence | null },
  reading: Reading,
): EvidenceLine[] {
  const shown = byPlace(linesOf(evidence, reading));
  if (evidenceNow === null) return shown.map(([, line]) => line);
  const now = byPlace(linesOf(evidenceNow, reading));
  const today = new Map(now.map(([place, { value }]) => [place, value]));
  const known = new Set(shown.map(([place]) => place));
  const moved = shown.map(([place, line]): EvidenceLine => {
    const value = today.get(place) ?? 'no longer so';
    return value === line.value ? line : { ...line, now: value };
  });
  const added = now.filter(([place]) => !known.has(place));
  return [...moved, ...added.map(([, { name, value }]) => ({ name, value: UNKNOWN, now: value }))];
}

const UNKNOWN = 'not known yet when this was asked';

/** Lines of the same name are told apart by which of them they are, as two answers that came at one instant. */
function byPlace(lines: Line[]): [place: string, line: Line][] {
  const counts = new Map<string, number>();
  return lines.map((line) => {
    const count = (counts.get(line.name) ?? 0) + 1;
    counts.set(line.name, count);
    return [`${count} ${line.name}`, line];
  });
}

function linesOf(evidence: Evidence, reading: Reading): Line[] {
  return Object.entries(LINES).flatMap(([part, lines]) => {
    const value = evidence[part as keyof EvidenceParts];
    return value === undefined ? [] : (lines as (value: unknown, reading: Reading) => Line[])(value, reading);
  });
}

/** Where names and numbers stand: who is asked to call has a list of those alone who are theirs. */
function namesWords(calls: { recallId: RecallId; ask: AskId } | null): string {
  return calls === null
    ? 'their names and numbers: recall unreached'
    : `whom to call: recall calls ${calls.recallId} --ask ${calls.ask}`;
}

/** As many reasons as show what it is; the ledger has each. */
const REASONS_SHOWN = 5;

function limitWords(limit: number | null): string {
  return limit === null ? '' : `; the playbook allows ${limit} of the wave`;
}

function givenWords(reasons: Record<string, number>): string {
  const most = Object.entries(reasons).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most
    .slice(0, REASONS_SHOWN)
    .map(([reason, count]) => `${reason} (${count})`)
    .join(', ');
}

/** Who has asked not to be contacted, where anybody has. */
function wishLines({ overruled, honoured }: EvidenceParts['preview']['wishes']): Line[] {
  const told = `${overruled}, because the law demands this notice, which is no marketing; the list of recipients names it`;
  const left = `${honoured}, each on the channels that they named; who has no other is for the telephone`;
  return [
    ...(overruled === 0 ? [] : [{ name: 'Told although they asked not to be', value: told }]),
    ...(honoured === 0 ? [] : [{ name: 'Not contacted, as they asked', value: left }]),
  ];
}

/** Whom the order of exposure puts before the others. */
function firstWords(critical: EvidenceParts['preview']['critical']): string {
  const kinds = Object.entries(critical).sort(([a], [b]) => (a < b ? -1 : 1));
  const places = kinds.map(([kind, count]) => `${kind} ${count}`).join(', ');
  return `${places === '' ? '' : `critical places (${places}), then `}who holds the most units`;
}

/** What an approver has to accept by name. */
function errorLines(errors: { rule: string; found: string }[]): Line[] {
  if (errors.length === 0) return [];
  const found = errors.map((one) => `${one.rule}: ${one.found}`).join('\n');
  return [
    {
      name: 'Errors of the notice check',
      value: `${found}\nWho approves accepts each by its name, with a reason that stays on record`,
    },
  ];
}

function owedWords({ id, authority, lawText, dueAt }: OwedFiling, zone: string): string {
  return `${authority} (${filingName(id)}): "${lawText}", ${dueAt === null ? 'not yet running' : `due ${instantText(dueAt, zone)}`}`;
}

function lawWords({ markets, law, authority, says, citation }: LawThere): string {
  return `${markets.map(marketName).join(', ')}: ${law}${authority === null ? '' : `, to ${authority}`}: ${says} (${citation})`;
}

function documentWords({ name, sha256 }: DocumentRef): string {
  return `${name}, SHA-256 ${sha256}`;
}

function reasonWords(reason: Sha256 | null, attached: Attached): string {
  return reason === null ? 'no reason was given' : (attached.get(reason) ?? 'the text has been erased');
}

const VIA_WORDS: Record<PostVia, string> = {
  mail: 'by mail',
  sms: 'by text message',
  page: 'on the response page',
  call: 'in a call',
};

function replyWords(text: string | undefined, rest = 'recall replies'): string {
  if (text === undefined) return 'the text has been erased';
  return text.length > REPLY_SHOWN_MAX ? `${cut(text, REPLY_SHOWN_MAX)}… (the rest: ${rest})` : text;
}

/** The texts that would go out, and what the markets' rules find in them. */
function previewLines(document: string | undefined): Line[] {
  if (document === undefined) return [{ name: 'Notices', value: 'the preview has been erased' }];
  return previewSchema.parse(JSON.parse(document)).lines;
}

function pairs(values: Record<string, boolean | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

function layerWords({ layer, of }: Pick<EvidenceParts['takes'], 'layer' | 'of'>): string {
  return `those whom the recipients of ${of} have supplied (${layer}s)`;
}
