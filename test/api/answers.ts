import type { Ask, ShownAsk } from '../../api/contract/asks.js';
import type { AnswerOf } from '../../api/contract/routes.js';
import type { Recall, Reply, Status, Unreached } from '../../api/contract/recalls.js';
import { DECISION } from '../../engine/form.js';
import type {
  AskId,
  IsoDate,
  IsoInstant,
  Language,
  Market,
  PersonId,
  RecallId,
  RecipientId,
  RoleName,
  Sha256,
  StepName,
} from '../../engine/words.js';

/** Answers as the API gives them, for stand-ins of it. */

export const SHOWN = 'a'.repeat(64) as Sha256;

export const RECALL: Recall = {
  recallId: 'RC-2026-0001' as RecallId,
  mode: 'drill',
  action: 'recall',
  playbook: { playbook: 'consumer-product-gb-eu', version: 1, title: 'Consumer product recall' },
  scope: { kind: 'window', version: 1, item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate },
  openedAt: '2026-09-10T08:00:00.000Z' as IsoInstant,
  phase: 'open',
  closedAt: null,
  endedAt: null,
  nextDue: '2026-09-10T10:00:00.000Z' as IsoInstant,
};

export const ASK: Ask = {
  recallId: RECALL.recallId,
  ask: 'decide/1/1' as AskId,
  step: 'decide' as StepName,
  question: 'decide',
  role: 'quality',
  status: 'open',
  people: ['quality-head' as PersonId],
  names: { 'quality-head': 'Imogen Farrow' },
  openedAt: RECALL.openedAt,
  dueAt: '2026-09-10T16:00:00.000Z' as IsoInstant,
  now: '2026-09-10T14:00:00.000Z' as IsoInstant,
  nextRungAt: null,
  about: null,
  form: DECISION,
  shown: SHOWN,
};

export const SHOWN_ASK: ShownAsk = {
  ...ASK,
  data: {
    playbook: { name: 'consumer-product-gb-eu', version: 1 },
    step: ASK.step,
    round: 1,
    question: 'decide',
    about: null,
    scope: RECALL.scope,
  },
  evidence: [{ name: 'Scope', value: 'item 22423' }],
  correction: null,
};

export const STATUS: Status = {
  ...RECALL,
  now: '2026-09-10T12:30:00.000Z' as IsoInstant,
  halts: [],
  outages: [],
  publicity: { published: 0, languages: [], firstAt: null, outlets: 0, proved: 0, proofs: 0 },
  steps: [
    {
      step: 'decide',
      kind: 'gate',
      title: 'Decide',
      status: 'active',
      round: 1,
      startedAt: RECALL.openedAt,
      endedAt: null,
      words: 'active, 0 of 2 votes',
    },
  ],
  asks: [ASK, { ...ASK, ask: 'assess/1/1' as AskId, status: 'answered' }],
  corrections: [
    {
      at: RECALL.openedAt,
      ask: 'assess/1/1' as AskId,
      by: 'quality-head' as PersonId,
      was: { injuries: 2 },
      values: { injuries: 3 },
    },
  ],
  findings: [
    {
      at: RECALL.openedAt,
      kind: 'root-cause',
      by: 'quality-head' as PersonId,
      role: 'quality' as RoleName,
      text: SHOWN,
      file: { name: 'finding-root-cause-0a1b2c3d4e5f.pdf', sha256: SHOWN },
      words: 'a batch of steel that was too brittle',
    },
  ],
  mail: { replies: 3, automatic: 1, unread: 2, injuries: 1, injuriesSaid: 1 },
};

export const REPLY: Reply = {
  at: '2026-09-11T10:00:00.000Z' as IsoInstant,
  about: { kind: 'notice', id: 'c12346' as RecipientId },
  automatic: false,
  via: 'mail',
  injury: false,
  hash: SHOWN,
  text: 'Re: recall\nOne of us was cut.\n',
};

export const UNREACHED: Unreached = {
  step: 'tell' as StepName,
  recipient: 'c12345' as RecipientId,
  name: 'Elm Lane tea room',
  phone: '+441632960123',
  markets: ['GB' as Market],
  language: 'en' as Language,
  units: 12,
  why: 'returned',
  answerPath: '/r/token',
};

export const PREVIEW: AnswerOf<'previewRecall'> = {
  scope: { kind: 'window', item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate },
  trace: {
    saleLines: 567,
    unitsSold: 3710,
    consignees: 383,
    unidentifiedLines: 71,
    unidentifiedUnits: 320,
    creditLines: 9,
    unitsCredited: 20,
    unitsCreditedMatched: 18,
    markets: [{ market: 'GB' as Market, units: 3710, consignees: 383 }],
    unmarked: null,
  },
  siblings: [{ item: '22423b', lines: 12, units: 30 }],
};
