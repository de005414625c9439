import { z } from 'zod';
import {
  answerSchema,
  appliedSchema,
  askParams,
  askSchema,
  decisionSchema,
  cancellationSchema,
  renewalSchema,
  shownAskSchema,
} from './asks.js';
import { advanceSchema, clockSchema, movedSchema, moveSchema, steppedSchema } from './clock.js';
import { codecParams, payloadsSchema } from './codec.js';
import {
  contactsImportSchema,
  contactsUpload,
  customerSchema,
  fileSchema,
  rosterImportSchema,
  salesImportSchema,
  salesUpload,
  type SentFile,
} from './imports.js';
import { FINDING_BYTES_MAX, findingSchema } from './findings.js';
import { revocationSchema, revokedSchema } from './links.js';
import { discardedSchema, mailParams, unreadMailSchema } from './mails.js';
import {
  assignmentSchema,
  markSchema,
  postInjuryAnswer,
  postInjurySchema,
  postParams,
  postSchema,
  shownPostSchema,
} from './post.js';
import { openedSchema, openingSchema, previewRequestSchema, previewSchema } from './opening.js';
import { askForm, linkParams, responseForm } from './pages.js';
import { preflightRequestSchema, preflightSchema } from './preflight.js';
import {
  calledSchema,
  calleeSchema,
  callEntrySchema,
  injuryEntrySchema,
  injurySchema,
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
import { testNoticeSchema, testNoticeSentSchema } from './test-notice.js';
import { incomingMessageForm, messageStatusForm, twilioParams } from './twilio.js';
import { partnerParams, webhookSecretSchema } from './webhook-secret.js';
import { recallParams } from './words.js';

/** The form of a page: a few numbers and a text of a person. */
const FORM_BYTES_MAX = 65_536;

/** How long the oldest waits of what doors have seen and no workflow was told, and of the events that this API waits for. */
const readySchema = z.object({ status: z.literal('ok'), relayLagMs: z.number(), appendLagMs: z.number() });

/** Every route, by its operation id. The API has a handler for each; the command and drills call them by these names. */
export const ROUTES = {
  checkHealth: {
    method: 'GET',
    url: '/health',
    access: 'public',
    limit: 'open',
    standsAlone: true,
    summary:
      'Whether all is there that a recall needs, and what of which recall stands still, and what last signed ledgers.',
    answer: readySchema.extend({
      halts: z.array(haltSchema),
      /** Links that nobody gave out, tried within an hour. */
      unknownLinks: z.int(),
      /** Null where no worker has had a key: ledgers are not signed. */
      checkpoints: signingKeySchema.omit({ publicKey: true }).nullable(),
    }),
  },
  checkLive: {
    method: 'GET',
    url: '/health/live',
    access: 'public',
    limit: 'open',
    standsAlone: true,
    summary: 'Whether this process answers. It looks at nothing else.',
    answer: z.object({ status: z.literal('ok') }),
  },
  checkReady: {
    method: 'GET',
    url: '/health/ready',
    access: 'public',
    limit: 'open',
    standsAlone: true,
    summary:
      'Whether database, migrations, Temporal, a worker and the mail door are there, and relay and ledger not behind.',
    answer: readySchema,
  },
  readStyle: {
    method: 'GET',
    url: '/style.css',
    access: 'public',
    limit: 'open',
    standsAlone: true,
    summary: 'The style of the pages.',
    answer: 'text/css',
  },
  readLogo: {
    method: 'GET',
    url: '/logo',
    access: 'public',
    limit: 'open',
    standsAlone: true,
    summary: 'The logo of the pages, where their brand has one.',
    answer: 'image/*',
  },
  showDecisionPage: {
    method: 'GET',
    url: '/d/:id',
    access: 'public',
    limit: 'look',
    summary: 'The page on which the holder of a link reads what is asked, decided or answered. Decides nothing.',
    params: linkParams,
    answer: 'text/html',
  },
  sendDecisionPage: {
    method: 'POST',
    url: '/d/:id',
    access: 'public',
    limit: 'send',
    summary: 'Takes the decision or the answer of the holder of a link, or has the question put anew.',
    params: linkParams,
    form: askForm,
    bodyBytesMax: FORM_BYTES_MAX,
    answer: 'text/html',
  },
  showResponsePage: {
    method: 'GET',
    url: '/r/:id',
    access: 'public',
    limit: 'look',
    summary: 'The page on which a recipient says what became of what they received. Records nothing.',
    params: linkParams,
    answer: 'text/html',
  },
  sendResponsePage: {
    method: 'POST',
    url: '/r/:id',
    access: 'public',
    limit: 'send',
    summary: 'Takes what a recipient reports.',
    params: linkParams,
    form: responseForm,
    bodyBytesMax: FORM_BYTES_MAX,
    answer: 'text/html',
  },
  takeMessageStatus: {
    method: 'POST',
    url: '/twilio/messages/:id',
    access: 'twilio',
    limit: 'open',
    summary: 'Takes what Twilio says of a text message that it has.',
    params: twilioParams,
    form: messageStatusForm,
    bodyBytesMax: FORM_BYTES_MAX,
    answer: 'text/xml',
  },
  takeIncomingMessage: {
    method: 'POST',
    url: '/twilio/incoming',
    access: 'twilio',
    limit: 'open',
    summary: 'Takes a text message that somebody has written to us, and answers it.',
    form: incomingMessageForm,
    bodyBytesMax: FORM_BYTES_MAX,
    answer: 'text/xml',
  },
  decodePayloads: {
    method: 'POST',
    url: '/codec/:access/decode',
    access: 'codec',
    limit: 'key',
    summary: "Decrypts payloads for Temporal's UI.",
    params: codecParams,
    body: payloadsSchema,
    answer: payloadsSchema,
  },

  importSales: {
    method: 'POST',
    url: '/imports/sales',
    access: 'key',
    limit: 'key',
    summary: 'Takes a file of invoice lines, whole or not at all.',
    upload: salesUpload,
    answer: salesImportSchema,
  },
  importContacts: {
    method: 'POST',
    url: '/imports/contacts',
    access: 'key',
    limit: 'key',
    summary: 'Takes a file of contacts, whole or not at all.',
    upload: contactsUpload,
    answer: contactsImportSchema,
  },
  importRoster: {
    method: 'POST',
    url: '/imports/roster',
    access: 'key',
    limit: 'key',
    summary: 'Takes the roster: people, roles, deputies and absences.',
    body: fileSchema,
    answer: rosterImportSchema,
  },
  listMissingContacts: {
    method: 'GET',
    url: '/imports/missing-contacts',
    access: 'key',
    limit: 'key',
    summary: 'Customers of the sales of whom no contact is on file.',
    answer: z.array(customerSchema),
  },

  showWebhookSecret: {
    method: 'GET',
    url: '/webhook-secrets/:code',
    access: 'key',
    limit: 'key',
    summary: 'The secret that a partner checks our webhooks with, to be handed to that partner alone.',
    params: partnerParams,
    answer: webhookSecretSchema,
  },

  previewRecall: {
    method: 'POST',
    url: '/recalls/preview',
    access: 'key',
    limit: 'key',
    summary: 'How much of the sales a scope affects. Opens nothing.',
    body: previewRequestSchema,
    answer: previewSchema,
  },
  preflight: {
    method: 'POST',
    url: '/preflight',
    access: 'key',
    limit: 'key',
    summary:
      'All that stands in the way of a recall from a playbook, and all that whoever opens it has to know. Opens nothing.',
    body: preflightRequestSchema,
    answer: preflightSchema,
  },
  sendTestNotice: {
    method: 'POST',
    url: '/notices/tests',
    access: 'person',
    limit: 'voice',
    summary: 'Mails one text of a notice, marked as a test. It is of no recall and in no figure.',
    body: testNoticeSchema,
    answer: testNoticeSentSchema,
  },
  openRecall: {
    method: 'POST',
    url: '/recalls',
    access: 'person',
    limit: 'key',
    summary: 'Opens a recall or a drill. The same idempotency key opens one.',
    body: openingSchema,
    answer: openedSchema,
  },
  listRecalls: {
    method: 'GET',
    url: '/recalls',
    access: 'key',
    limit: 'key',
    summary: 'All recalls.',
    answer: z.array(recallSchema),
  },
  showRecall: {
    method: 'GET',
    url: '/recalls/:recall',
    access: 'key',
    limit: 'key',
    summary: 'How the steps of a recall stand, who is asked, what is due next.',
    params: recallParams,
    answer: statusSchema,
  },
  repair: {
    method: 'POST',
    url: '/recalls/:recall/repair',
    access: 'key',
    limit: 'key',
    summary: 'Tries again what of a recall stands still, once its cause has been mended.',
    params: recallParams,
    answer: repairedSchema,
  },
  listReplies: {
    method: 'GET',
    url: '/recalls/:recall/replies',
    access: 'key',
    limit: 'key',
    summary: 'Mails that answer ours and are no receipts, with their texts.',
    params: recallParams,
    answer: z.array(replySchema),
  },
  showReport: {
    method: 'GET',
    url: '/recalls/:recall/report',
    access: 'key',
    limit: 'key',
    summary: 'The measures of a recall as its ledger gives them now, and the documents there are.',
    params: recallParams,
    answer: reportSchema,
  },
  readDocument: {
    method: 'GET',
    url: '/recalls/:recall/documents/:name',
    access: 'key',
    limit: 'key',
    summary: 'A document of a recall: a report to an authority, a preview, the closing report.',
    params: documentParams,
    answer: '*/*',
  },
  exportLedger: {
    method: 'GET',
    url: '/recalls/:recall/ledger',
    access: 'key',
    limit: 'key',
    summary: 'Every event and fact, one JSON line each, from the beginning or after a link of the chain.',
    params: recallParams,
    query: ledgerQuery,
    answer: 'application/x-ndjson',
  },
  listSigningKeys: {
    method: 'GET',
    url: '/signing-keys',
    access: 'key',
    limit: 'key',
    summary: 'The public keys that ledgers were signed with, to be compared with what one was given.',
    answer: z.array(signingKeySchema),
  },
  eraseRows: {
    method: 'POST',
    url: '/recalls/:recall/erasures',
    access: 'person',
    limit: 'voice',
    summary: 'Erases the rows of an entry of the ledger, which name recipients, and records who had that done.',
    params: recallParams,
    body: erasureSchema,
    answer: erasedSchema,
  },

  listUnreadMails: {
    method: 'GET',
    url: '/mails/unread',
    access: 'key',
    limit: 'key',
    summary: 'Mails that the mail door could not read, kept for a person.',
    answer: z.array(unreadMailSchema),
  },
  readUnreadMail: {
    method: 'GET',
    url: '/mails/unread/:digest',
    access: 'key',
    limit: 'key',
    summary: 'Such a mail as it came.',
    params: mailParams,
    answer: '*/*',
  },
  discardUnreadMail: {
    method: 'POST',
    url: '/mails/unread/:digest/discard',
    access: 'key',
    limit: 'key',
    summary: 'Takes out such a mail once a person has read it.',
    params: mailParams,
    answer: discardedSchema,
  },

  listPost: {
    method: 'GET',
    url: '/recalls/:recall/post',
    access: 'key',
    limit: 'key',
    summary: 'Mails that belong to a recall, the newest first: what came back, answers of people and of programs.',
    params: recallParams,
    answer: z.array(postSchema),
  },
  listGeneralPost: {
    method: 'GET',
    url: '/post',
    access: 'key',
    limit: 'key',
    summary: 'Mails that belong to no recall as far as the product can tell, the newest first.',
    answer: z.array(postSchema),
  },
  listPostInjuries: {
    method: 'GET',
    url: '/post/injuries',
    access: 'key',
    limit: 'key',
    summary:
      'Mails of all trays that speak of somebody who is hurt, and that nobody has judged yet: the entries for quality.',
    answer: z.array(postSchema),
  },
  showPost: {
    method: 'GET',
    url: '/post/:post',
    access: 'key',
    limit: 'key',
    summary: 'A mail with its text.',
    params: postParams,
    answer: shownPostSchema,
  },
  readPost: {
    method: 'GET',
    url: '/post/:post/raw',
    access: 'key',
    limit: 'key',
    summary: 'A mail as it came, with what is attached to it.',
    params: postParams,
    answer: '*/*',
  },
  assignPost: {
    method: 'POST',
    url: '/post/:post/assign',
    access: 'person',
    limit: 'voice',
    summary: 'Puts a mail into the tray of a recall.',
    params: postParams,
    body: assignmentSchema,
    answer: postSchema,
  },
  markPost: {
    method: 'POST',
    url: '/post/:post/mark',
    access: 'person',
    limit: 'voice',
    summary: 'Says that a mail was read or answered, and whether it speaks of somebody who is hurt.',
    params: postParams,
    body: markSchema,
    answer: postSchema,
  },
  recordPostInjury: {
    method: 'POST',
    url: '/post/:post/injury',
    access: 'person',
    limit: 'voice',
    summary: 'Records what a mail tells as an injury of its recall.',
    params: postParams,
    body: postInjurySchema,
    keyed: true,
    answer: postInjuryAnswer,
  },

  listUnreached: {
    method: 'GET',
    url: '/recalls/:recall/unreached',
    access: 'person',
    limit: 'key',
    summary: 'Whom no notice reached, for the person who is asked to telephone them.',
    params: recallParams,
    answer: z.array(unreachedSchema),
  },
  listCalls: {
    method: 'GET',
    url: '/recalls/:recall/calls',
    access: 'person',
    limit: 'key',
    summary: 'Who is to be called, the most units first, and what became of the calls so far.',
    params: recallParams,
    answer: z.array(calleeSchema),
  },
  enterCall: {
    method: 'POST',
    url: '/recalls/:recall/calls',
    access: 'person',
    limit: 'key',
    summary: 'Enters what became of a call to somebody on the call list.',
    params: recallParams,
    body: callEntrySchema,
    keyed: true,
    answer: calledSchema,
  },
  recordInjury: {
    method: 'POST',
    url: '/recalls/:recall/injuries',
    access: 'person',
    limit: 'voice',
    summary: 'Records somebody who was hurt, without a name; counts and reports of accidents follow from it.',
    params: recallParams,
    body: injuryEntrySchema,
    keyed: true,
    answer: injurySchema,
  },
  revokeLinks: {
    method: 'POST',
    url: '/recalls/:recall/links/revoke',
    access: 'person',
    limit: 'voice',
    summary: 'Ends the links that a person or a recipient has been given in a recall, as when a mail went astray.',
    params: recallParams,
    body: revocationSchema,
    answer: revokedSchema,
  },
  readInbox: {
    method: 'GET',
    url: '/inbox',
    access: 'person',
    limit: 'key',
    summary: 'What a person is asked, the most pressing first.',
    answer: z.array(askSchema),
  },
  showAsk: {
    method: 'GET',
    url: '/asks/:recall/:step/:round/:n',
    access: 'person',
    limit: 'key',
    summary: 'An ask with all that the asked person is shown.',
    params: askParams,
    answer: shownAskSchema,
  },
  decide: {
    method: 'POST',
    url: '/recalls/:recall/decisions',
    access: 'person',
    limit: 'voice',
    summary: 'Approves or rejects, on what was shown.',
    params: recallParams,
    body: decisionSchema,
    keyed: true,
    answer: appliedSchema,
  },
  cancelRecall: {
    method: 'POST',
    url: '/recalls/:recall/cancellation',
    access: 'person',
    limit: 'voice',
    summary: 'Ends a recall or drill before anybody outside has been told.',
    params: recallParams,
    body: cancellationSchema,
    keyed: true,
    answer: appliedSchema,
  },
  traceAgain: {
    method: 'POST',
    url: '/recalls/:recall/trace',
    access: 'person',
    limit: 'voice',
    summary: 'Traces the sales of the scope again, as long as recipients are not frozen.',
    params: recallParams,
    keyed: true,
    answer: appliedSchema,
  },
  attachFinding: {
    method: 'POST',
    url: '/recalls/:recall/findings',
    access: 'person',
    limit: 'voice',
    summary: 'Attaches what was tested, a root cause or a corrective action, with a file as evidence.',
    params: recallParams,
    body: findingSchema,
    bodyBytesMax: FINDING_BYTES_MAX,
    keyed: true,
    answer: appliedSchema,
  },
  renew: {
    method: 'POST',
    url: '/recalls/:recall/renewals',
    access: 'person',
    limit: 'voice',
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
    limit: 'voice',
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
    limit: 'key',
    summary: 'Recall time, and how much doors have told the workflow so far.',
    params: recallParams,
    answer: clockSchema,
  },
  moveClock: {
    method: 'POST',
    url: '/recalls/:recall/clock/move',
    access: 'key',
    limit: 'key',
    summary: "Moves a drill's clock to an instant at which nothing of the recall is due.",
    params: recallParams,
    body: moveSchema,
    answer: movedSchema,
  },
  advanceClock: {
    method: 'POST',
    url: '/recalls/:recall/clock/advance',
    access: 'key',
    limit: 'key',
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
export type PartOf<N extends RouteName, Part extends 'params' | 'query' | 'body' | 'upload'> =
  Spec<N> extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : null;
/** The routes that take a file of any size. */
export type UploadRoute = { [N in RouteName]: Spec<N> extends { upload: z.ZodObject } ? N : never }[RouteName];
/** The routes that know who speaks. */
export type PersonRoute = { [N in RouteName]: Spec<N>['access'] extends 'person' ? N : never }[RouteName];

type GivenPart<N extends RouteName, Part extends 'params' | 'query' | 'body' | 'form'> =
  Spec<N> extends Record<Part, infer Schema extends z.ZodType> ? Record<Part, z.input<Schema>> : unknown;
/** What a caller sends with a request: each part that its route has. What a query leaves out has a default. */
export type Given<N extends RouteName> = GivenPart<N, 'params'> &
  Partial<GivenPart<N, 'query'>> &
  GivenPart<N, 'body'> &
  GivenPart<N, 'form'> &
  (Spec<N> extends { upload: infer Documents extends z.ZodObject }
    ? { upload: z.input<Documents> & { file: SentFile } }
    : unknown);
