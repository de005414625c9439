import { z } from 'zod';
import {
  answerSchema,
  appliedSchema,
  askParams,
  askSchema,
  decisionSchema,
  renewalSchema,
  shownAskSchema,
} from './asks.js';
import { advanceSchema, clockSchema, movedSchema, moveSchema, steppedSchema } from './clock.js';
import { codecParams, payloadsSchema } from './codec.js';
import {
  contactsImportSchema,
  customerSchema,
  fileSchema,
  rosterImportSchema,
  salesFileSchema,
  salesImportSchema,
} from './imports.js';
import { openedSchema, openingSchema, previewRequestSchema, previewSchema } from './opening.js';
import { decisionForm, linkParams, responseForm } from './pages.js';
import {
  documentParams,
  erasedSchema,
  erasureSchema,
  haltSchema,
  ledgerQuery,
  recallSchema,
  repairedSchema,
  replySchema,
  signingKeySchema,
  statusSchema,
  unreachedSchema,
} from './recalls.js';
import { reportSchema } from './report.js';
import type { Route } from './route.js';
import { partnerParams, webhookSecretSchema } from './webhook-secret.js';
import { recallParams } from './words.js';

const SALES_BYTES_MAX = 256 * 1024 * 1024;
const CONTACTS_BYTES_MAX = 64 * 1024 * 1024;

/** Every route, by its operation id. The API has a handler for each; the command and drills call them by these names. */
export const ROUTES = {
  checkHealth: {
    method: 'GET',
    url: '/health',
    access: 'public',
    summary:
      'Whether the API reaches its database and Temporal, which recalls stand still, and what last signed ledgers.',
    answer: z.object({
      status: z.literal('ok'),
      halts: z.array(haltSchema),
      /** Null where no worker has had a key: ledgers are not signed. */
      checkpoints: signingKeySchema.omit({ publicKey: true }).nullable(),
    }),
  },
  readStyle: {
    method: 'GET',
    url: '/style.css',
    access: 'public',
    summary: 'The style of the pages.',
    answer: 'text/css',
  },
  showDecisionPage: {
    method: 'GET',
    url: '/d/:token',
    access: 'public',
    summary: 'The page on which the holder of a signed link reads what is decided on. Decides nothing.',
    params: linkParams,
    answer: 'text/html',
  },
  sendDecisionPage: {
    method: 'POST',
    url: '/d/:token',
    access: 'public',
    summary: 'Takes the decision of the holder of a signed link, or has the question put anew.',
    params: linkParams,
    form: decisionForm,
    answer: 'text/html',
  },
  showResponsePage: {
    method: 'GET',
    url: '/r/:token',
    access: 'public',
    summary: 'The page on which a recipient says what became of what they received. Records nothing.',
    params: linkParams,
    answer: 'text/html',
  },
  sendResponsePage: {
    method: 'POST',
    url: '/r/:token',
    access: 'public',
    summary: 'Takes what a recipient reports.',
    params: linkParams,
    form: responseForm,
    answer: 'text/html',
  },
  decodePayloads: {
    method: 'POST',
    url: '/codec/:access/decode',
    access: 'codec',
    summary: "Decrypts payloads for Temporal's UI.",
    params: codecParams,
    body: payloadsSchema,
    answer: payloadsSchema,
  },

  importSales: {
    method: 'POST',
    url: '/imports/sales',
    access: 'key',
    summary: 'Takes a file of invoice lines, whole or not at all.',
    body: salesFileSchema,
    bodyBytesMax: SALES_BYTES_MAX,
    answer: salesImportSchema,
  },
  importContacts: {
    method: 'POST',
    url: '/imports/contacts',
    access: 'key',
    summary: 'Takes a file of contacts, whole or not at all.',
    body: fileSchema,
    bodyBytesMax: CONTACTS_BYTES_MAX,
    answer: contactsImportSchema,
  },
  importRoster: {
    method: 'POST',
    url: '/imports/roster',
    access: 'key',
    summary: 'Takes the roster: people, roles, deputies and absences.',
    body: fileSchema,
    answer: rosterImportSchema,
  },
  listMissingContacts: {
    method: 'GET',
    url: '/imports/missing-contacts',
    access: 'key',
    summary: 'Customers of the sales of whom no contact is on file.',
    answer: z.array(customerSchema),
  },

  showWebhookSecret: {
    method: 'GET',
    url: '/webhook-secrets/:code',
    access: 'key',
    summary: 'The secret that a partner checks our webhooks with, to be handed to that partner alone.',
    params: partnerParams,
    answer: webhookSecretSchema,
  },

  previewRecall: {
    method: 'POST',
    url: '/recalls/preview',
    access: 'key',
    summary: 'How much of the sales a scope affects. Opens nothing.',
    body: previewRequestSchema,
    answer: previewSchema,
  },
  openRecall: {
    method: 'POST',
    url: '/recalls',
    access: 'person',
    summary: 'Opens a recall or a drill. The same idempotency key opens one.',
    body: openingSchema,
    answer: openedSchema,
  },
  listRecalls: {
    method: 'GET',
    url: '/recalls',
    access: 'key',
    summary: 'All recalls.',
    answer: z.array(recallSchema),
  },
  showRecall: {
    method: 'GET',
    url: '/recalls/:recall',
    access: 'key',
    summary: 'How the steps of a recall stand, who is asked, what is due next.',
    params: recallParams,
    answer: statusSchema,
  },
  repair: {
    method: 'POST',
    url: '/recalls/:recall/repair',
    access: 'key',
    summary: 'Tries again what of a recall stands still, once its cause has been mended.',
    params: recallParams,
    answer: repairedSchema,
  },
  listReplies: {
    method: 'GET',
    url: '/recalls/:recall/replies',
    access: 'key',
    summary: 'Mails that answer ours and are no receipts, with their texts.',
    params: recallParams,
    answer: z.array(replySchema),
  },
  showReport: {
    method: 'GET',
    url: '/recalls/:recall/report',
    access: 'key',
    summary: 'The measures of a recall as its ledger gives them now, and the documents there are.',
    params: recallParams,
    answer: reportSchema,
  },
  readDocument: {
    method: 'GET',
    url: '/recalls/:recall/documents/:name',
    access: 'key',
    summary: 'A document of a recall: a report to an authority, a preview, the closing report.',
    params: documentParams,
    answer: '*/*',
  },
  exportLedger: {
    method: 'GET',
    url: '/recalls/:recall/ledger',
    access: 'key',
    summary: 'Every event and fact, one JSON line each, from the beginning or after a link of the chain.',
    params: recallParams,
    query: ledgerQuery,
    answer: 'application/x-ndjson',
  },
  listSigningKeys: {
    method: 'GET',
    url: '/signing-keys',
    access: 'key',
    summary: 'The public keys that ledgers were signed with, to be compared with what one was given.',
    answer: z.array(signingKeySchema),
  },
  eraseRows: {
    method: 'POST',
    url: '/recalls/:recall/erasures',
    access: 'person',
    summary: 'Erases the rows of an entry of the ledger, which name recipients, and records who had that done.',
    params: recallParams,
    body: erasureSchema,
    answer: erasedSchema,
  },

  listUnreached: {
    method: 'GET',
    url: '/recalls/:recall/unreached',
    access: 'person',
    summary: 'Whom no notice reached, for the person who is asked to telephone them.',
    params: recallParams,
    answer: z.array(unreachedSchema),
  },
  readInbox: {
    method: 'GET',
    url: '/inbox',
    access: 'person',
    summary: 'What a person is asked, the most pressing first.',
    answer: z.array(askSchema),
  },
  showAsk: {
    method: 'GET',
    url: '/asks/:recall/:step/:round/:n',
    access: 'person',
    summary: 'An ask with all that the asked person is shown.',
    params: askParams,
    answer: shownAskSchema,
  },
  decide: {
    method: 'POST',
    url: '/recalls/:recall/decisions',
    access: 'person',
    summary: 'Approves or rejects, on what was shown.',
    params: recallParams,
    body: decisionSchema,
    keyed: true,
    answer: appliedSchema,
  },
  renew: {
    method: 'POST',
    url: '/recalls/:recall/renewals',
    access: 'person',
    summary: 'Has a question put anew to all who are asked, on what is known now.',
    params: recallParams,
    body: renewalSchema,
    keyed: true,
    answer: appliedSchema,
  },
  answer: {
    method: 'POST',
    url: '/recalls/:recall/answers',
    access: 'person',
    summary: 'Answers a form, a task or a filing.',
    params: recallParams,
    body: answerSchema,
    keyed: true,
    answer: appliedSchema,
  },

  readClock: {
    method: 'GET',
    url: '/recalls/:recall/clock',
    access: 'key',
    summary: 'Recall time, and how much doors have told the workflow so far.',
    params: recallParams,
    answer: clockSchema,
  },
  moveClock: {
    method: 'POST',
    url: '/recalls/:recall/clock/move',
    access: 'key',
    summary: "Moves a drill's clock to an instant at which nothing of the recall is due.",
    params: recallParams,
    body: moveSchema,
    answer: movedSchema,
  },
  advanceClock: {
    method: 'POST',
    url: '/recalls/:recall/clock/advance',
    access: 'key',
    summary: "Moves a drill's clock, does what is due by then, and answers when all that follows has been done.",
    params: recallParams,
    body: advanceSchema,
    answer: steppedSchema,
  },
} satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
type Spec<N extends RouteName> = (typeof ROUTES)[N];

/** The routes that answer in JSON. */
export type JsonRoute = {
  [N in RouteName]: Spec<N>['answer'] extends z.ZodType ? N : never;
}[RouteName];
/** The routes that answer with a page, lines or a document. */
export type MediaRoute = Exclude<RouteName, JsonRoute>;
export type AnswerOf<N extends JsonRoute> = z.output<Spec<N>['answer']>;

/** A part of a request as its route's schema understands it; null where the route has no such part. */
export type PartOf<N extends RouteName, Part extends 'params' | 'query' | 'body'> =
  Spec<N> extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : null;
/** The routes that know who speaks. */
export type PersonRoute = { [N in RouteName]: Spec<N>['access'] extends 'person' ? N : never }[RouteName];

type GivenPart<N extends RouteName, Part extends 'params' | 'query' | 'body' | 'form'> =
  Spec<N> extends Record<Part, infer Schema extends z.ZodType> ? Record<Part, z.input<Schema>> : unknown;
/** What a caller sends with a request: each part that its route has. What a query leaves out has a default. */
export type Given<N extends RouteName> = GivenPart<N, 'params'> &
  Partial<GivenPart<N, 'query'>> &
  GivenPart<N, 'body'> &
  GivenPart<N, 'form'>;
