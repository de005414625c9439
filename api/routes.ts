import type { FastifyReply } from 'fastify';
import { evidenceLines } from '../documents/evidence.js';
import { lackingLines } from '../documents/missing-texts.js';
import { RecallError } from '../engine/errors.js';
import { particularsOf } from '../engine/particulars.js';
import { askToCall } from '../engine/steps/campaign/callers.js';
import type { AskId, PersonId } from '../engine/words.js';
import { loadRegimes } from '../regulations/regimes.js';
import { signingKeys } from '../store/checkpoints.js';
import { clock } from '../store/clock.js';
import { readDocument } from '../store/documents.js';
import { attachedTo } from '../store/evidence.js';
import { customersWithoutContact } from '../store/import/customers.js';
import { recallRow } from '../store/recalls.js';
import { revokeLinks as revoke } from '../store/links.js';
import { listPost, rawPost } from '../store/post.js';
import { discardUnread, unreadMail, unreadMails } from '../store/unread-mails.js';
import { readable, readableAsks, zoneOf } from './asks.js';
import type { Brand } from './brand.js';
import { calls, callsLeft, enterCall } from './calls.js';
import { cancel } from './cancel.js';
import { decodePayloads } from './codec.js';
import type {
  AnswerOf,
  JsonRoute,
  PartOf,
  PersonRoute,
  RouteName,
  SessionRoute,
  UploadRoute,
} from './contract/routes.js';
import { answer, askOf, decide, renew } from './decisions.js';
import type { ApiDeps } from './deps.js';
import { recordInjury } from './injuries.js';
import { assign, mark, recordPostInjury, trayOf } from './post.js';
import { answerPost, shownPost } from './post-answers.js';
import { advanceClock, moveClock, readClock } from './drill-clock.js';
import type { Exchange, SignedExchange } from './exchange.js';
import { attachFinding } from './findings.js';
import { health, readiness } from './health.js';
import { takeContacts, takeRoster, takeSales } from './imports.js';
import { letters, takeLetters } from './letters.js';
import { open, preview } from './opening.js';
import { showAskPage, showAskTo, takeAskOf, takeAskPage, type AskedBySession } from './pages/ask.js';
import { showCustomers, takeCustomers, takeCustomersFile } from './pages/customers.js';
import { showInbox } from './pages/inbox.js';
import { showResponse, takeResponse } from './pages/response.js';
import { noteHeard, sayNotice, takeCallStatus, takeCount, takeKey } from './inbound/spoken.js';
import { takeIncomingMessage, takeMessageStatus } from './inbound/text-messages.js';
import { sendPicture } from './pictures.js';
import { preflight } from './preflight.js';
import { sendFeed, sendPublicDocument } from './public/feeds.js';
import { enterOutlet, enterProof, publicOf } from './public/outlets.js';
import { showPublicIndex, showPublicPage } from './public/pages.js';
import { erase, exportLedger, list, replies, report, status } from './recalls.js';
import { recipients } from './recipients.js';
import { repair } from './repair.js';
import { traceAgain } from './trace-again.js';
import { beginSignIn, endSignIn, showSignIn, signOut } from './sign-in/sign-in.js';
import { sendTest } from './test-notice.js';
import { unreached } from './unreached.js';
import type { IncomingFile } from './upload.js';
import { secretOfPartner } from './webhook-secret.js';

/** What a handler is asked: the parts of the request as its route's schemas understood them, and who speaks. */
export type Asked<N extends RouteName> = {
  params: PartOf<N, 'params'>;
  query: PartOf<N, 'query'>;
  body: PartOf<N, 'body'>;
  upload: PartOf<N, 'upload'>;
  file: N extends UploadRoute ? IncomingFile : null;
  person: N extends PersonRoute ? PersonId : null;
  /** A request that is sent again with the same key is taken once; null where it has none. */
  key: string | null;
};

/** A form is left to its page, which judges the link first: what is wrong with that counts, whatever came with it. */
export type Handler<N extends RouteName> = N extends JsonRoute
  ? (deps: ApiDeps, asked: Asked<N>) => Promise<AnswerOf<N>>
  : N extends SessionRoute
    ? (deps: ApiDeps, asked: Asked<N>, exchange: SignedExchange) => Promise<FastifyReply>
    : (deps: ApiDeps, asked: Asked<N>, exchange: Exchange) => Promise<FastifyReply>;
export type Handlers = { [N in RouteName]: Handler<N> };

/** Handlers that give what the schemas of their answers name and nothing beside it: what no schema names, no caller would read. */
export type Exactly<Given extends Handlers> = {
  [N in RouteName]: N extends JsonRoute
    ? AnswerOf<N> extends Awaited<ReturnType<Given[N]>>
      ? Given[N]
      : 'gives what the schema of the answer does not say'
    : Given[N];
};

// What these functions give is inferred up to here: a type of the contract's would hide what it does not name.
const EACH = {
  checkHealth: (deps) => health(deps),
  checkLive: async () => ({ status: 'ok' as const }),
  checkReady: (deps) => readiness(deps),
  readStyle: async ({ brand }, _asked, { reply }) => reply.type('text/css').send(brand.style),
  readLogo: async ({ brand }, _asked, { reply }) => sendLogo(brand, reply),
  readPicture: (deps, { params }, exchange) => sendPicture(deps, params, exchange),
  showPublicIndex: (deps, { query }, exchange) => showPublicIndex(deps, query.drills === 'only', exchange),
  showPublicPage: (deps, { params, query }, exchange) =>
    showPublicPage(deps, { ...params, language: null }, query, exchange),
  showPublicPageIn: (deps, { params, query }, exchange) => showPublicPage(deps, params, query, exchange),
  readPublicDocument: (deps, { params }, exchange) => sendPublicDocument(deps, params, exchange),
  readAtomFeed: (deps, { query }, exchange) =>
    sendFeed(deps, { feed: 'atom', drills: query.drills === 'only' }, exchange),
  readJsonFeed: (deps, { query }, exchange) =>
    sendFeed(deps, { feed: 'json', drills: query.drills === 'only' }, exchange),
  showDecisionPage: (deps, { params }, exchange) => showAskPage(deps, params.id, exchange),
  sendDecisionPage: (deps, { params }, exchange) => takeAskPage(deps, params.id, exchange),
  showSignIn: (deps, { query }, exchange) => showSignIn(deps, query.to, exchange),
  beginSignIn: (deps, { query }, exchange) => beginSignIn(deps, query.to, exchange),
  endSignIn: (deps, _asked, exchange) => endSignIn(deps, exchange),
  signOut: (deps, _asked, exchange) => signOut(deps, exchange),
  showInbox: (deps, _asked, exchange) => showInbox(deps, exchange),
  showInboxAsk: (deps, { params }, exchange) => showAskTo(deps, askedIn(params), exchange),
  sendInboxAsk: (deps, { params }, exchange) => takeAskOf(deps, askedIn(params), exchange),
  showResponsePage: (deps, { params }, exchange) => showResponse(deps, params.id, exchange),
  sendResponsePage: (deps, { params }, exchange) => takeResponse(deps, params.id, exchange),
  showCustomersPage: (deps, { params }, exchange) => showCustomers(deps, params.id, exchange),
  sendCustomersPage: (deps, { params }, exchange) => takeCustomers(deps, params.id, exchange),
  sendCustomersFile: (deps, { params }, exchange) => takeCustomersFile(deps, params.id, exchange),
  takeMessageStatus: (deps, { params }, exchange) => takeMessageStatus(deps, params.id, exchange),
  takeIncomingMessage: (deps, _asked, exchange) => takeIncomingMessage(deps, exchange),
  sayNotice: (deps, { params }, exchange) => sayNotice(deps, params.id, exchange),
  takeKey: (deps, { params }, exchange) => takeKey(deps, params.id, exchange),
  takeCount: (deps, { params }, exchange) => takeCount(deps, params.id, exchange),
  noteHeard: (deps, { params }, exchange) => noteHeard(deps, params.id, exchange),
  takeCallStatus: (deps, { params }, exchange) => takeCallStatus(deps, params.id, exchange),
  decodePayloads: (deps, { body }) => decodePayloads(deps, body),

  importSales: (deps, { upload, file }) => takeSales(deps, upload, file),
  importContacts: (deps, { upload, file }) => takeContacts(deps, upload, file),
  importRoster: (deps, { body }) => takeRoster(deps, body),
  listMissingContacts: ({ pool }) => customersWithoutContact(pool),
  showWebhookSecret: async (deps, { params }) => secretOfPartner(deps, params.code),

  previewRecall: (deps, { body }) => preview(deps, body.scope),
  preflight: (deps, { body }) => preflight(deps, body),
  openRecall: (deps, { body, person }) => open(deps, body, person),
  listRecalls: (deps) => list(deps),
  showRecall: (deps, { params }) => status(deps, params.recall),
  repair: (deps, { params }) => repair(deps, params.recall),
  listReplies: (deps, { params }) => replies(deps, params.recall),
  showReport: (deps, { params }) => report(deps, params.recall),
  readDocument: sendDocument,
  listLetters: (deps, { params }) => letters(deps, params.recall),
  importDispatched: (deps, { params, file, person }) =>
    takeLetters(deps, { recallId: params.recall, news: 'dispatched', by: person }, file),
  importReturned: (deps, { params, file, person }) =>
    takeLetters(deps, { recallId: params.recall, news: 'returned', by: person }, file),
  exportLedger: sendLedger,
  listSigningKeys: ({ pool }) => signingKeys(pool),
  eraseRows: (deps, { params, body, person }) => erase(deps, params.recall, { ...body, by: person }),

  listUnreadMails: ({ pool }) => unreadMails(pool),
  readUnreadMail: async ({ pool }, { params }, { reply }) =>
    reply.type('application/octet-stream').send(await unreadMail(pool, params.digest)),
  discardUnreadMail: async ({ pool }, { params }) => {
    await discardUnread(pool, params.digest);
    return { discarded: params.digest };
  },

  listPost: (deps, { params }) => trayOf(deps, params.recall),
  listGeneralPost: ({ pool }) => listPost(pool, { recall: null }),
  listPostInjuries: ({ pool }) => listPost(pool, 'injuries'),
  showPost: (deps, { params }) => shownPost(deps, params.post),
  readPost: async ({ pool }, { params }, { reply }) =>
    reply.type('application/octet-stream').send(await rawPost(pool, params.post)),
  assignPost: (deps, { params, body, person }) => assign(deps, params.post, body.recall, person),
  answerPost: (deps, { params, body, person, key }) => answerPost(deps, params.post, { ...body, by: person, key }),
  markPost: (deps, { params, body, person }) => mark(deps, params.post, { ...body, by: person }),
  recordPostInjury: (deps, { params, body, person, key }) =>
    recordPostInjury(deps, params.post, { ...body, by: person, idempotencyKey: key }),

  listUnreached: (deps, { params, person }) => unreached(deps, params.recall, person),
  listRecipients: (deps, { params, query, person }) => recipients(deps, params.recall, query, person),
  listCalls: async (deps, { params, query, person }) => {
    const ask = query.ask === undefined ? null : await askOf(deps, params.recall, query.ask);
    return calls(deps, params.recall, person, ask);
  },
  enterCall: (deps, { params, body, person, key }) =>
    enterCall(deps, { ...body, recallId: params.recall, by: person, idempotencyKey: key }),
  recordInjury: (deps, { params, body, person, key }) =>
    recordInjury(deps, { ...body, recallId: params.recall, by: person, about: null, idempotencyKey: key }),
  showPublic: (deps, { params }) => publicOf(deps, params.recall),
  addOutlet: (deps, { params, body, person }) => enterOutlet(deps, { ...body, recallId: params.recall, by: person }),
  proveOutlet: (deps, { params, body, person }) =>
    enterProof(deps, { ...body, recallId: params.recall, outlet: params.outlet, by: person }),
  revokeLinks,
  readInbox: (deps, { person }) => readableAsks(deps, person, null),
  showAsk,
  sendTestNotice: (deps, { body, person }) => sendTest(deps, body, person),
  decide: takeDecisionByCommand,
  renew: (deps, { params, body, person, key }) =>
    renew(deps, { ...body, recallId: params.recall, by: person, idempotencyKey: key }),
  cancelRecall: (deps, { params, body, person, key }) =>
    cancel(deps, { recallId: params.recall, by: person, reasonText: body.reason, idempotencyKey: key }),
  traceAgain: (deps, { params, person, key }) =>
    traceAgain(deps, { recallId: params.recall, by: person, idempotencyKey: key }),
  attachFinding: (deps, { params, body, person, key }) => {
    const { kind, text: words, file = null } = body;
    return attachFinding(deps, { recallId: params.recall, by: person, kind, words, file, idempotencyKey: key });
  },
  answer: (deps, { params, body, person, key }) =>
    answer(deps, { ...body, recallId: params.recall, by: person, idempotencyKey: key }),

  readClock: (deps, { params }) => readClock(deps, params.recall),
  moveClock: (deps, { params, body }) => moveClock(deps, params.recall, body),
  advanceClock: (deps, { params, body }) => advanceClock(deps, params.recall, body),
} satisfies Handlers;

/** Who answers each route of the contract. */
export const HANDLERS: Exactly<typeof EACH> = EACH;

async function takeDecisionByCommand(deps: ApiDeps, { params, body, person, key }: Asked<'decide'>) {
  const { ask, outcome: verb, shown, reason, accept = [] } = body;
  return decide(deps, {
    recallId: params.recall,
    ask,
    verb,
    by: person,
    shown,
    reasonText: reason ?? null,
    accepted: accept,
    via: 'command',
    idempotencyKey: key,
  });
}

async function revokeLinks({ pool }: ApiDeps, { params, body, person }: Asked<'revokeLinks'>) {
  const { recall: recallId } = params;
  const at = await clock(pool, recallId).now();
  return { links: await revoke(pool, { recallId, by: person, of: body.of, at }) };
}

async function showAsk(deps: ApiDeps, { params, person }: Asked<'showAsk'>) {
  const { recall, step, round, n } = params;
  const ask = await askOf(deps, recall, `${step}/${round}/${n}` as AskId);
  const [known] = await readable(deps, [ask]);
  const { evidence, evidenceNow, left: _left, ...rest } = known!;
  const row = await recallRow(deps.pool, recall);
  const reading = {
    attached: await attachedTo(deps.pool, recall, [evidence, evidenceNow]),
    zone: await zoneOf(deps.pool, person),
    calls: askToCall(row.playbook, ask),
  };
  const lacking = lackingLines(evidence, particularsOf(row.caseFile), loadRegimes);
  const lines = [...evidenceLines(ask, reading), ...lacking];
  if (reading.calls !== null && ask.status === 'open')
    lines.push({
      name: 'Left to call',
      value: `${await callsLeft(deps, ask)}; see \`recall calls ${recall} --ask ${ask.ask}\``,
    });
  return { ...rest, data: evidence, evidence: lines };
}

async function sendLogo({ logo }: Brand, reply: FastifyReply) {
  if (logo === null) throw new RecallError({ code: 'not-found', message: 'the brand of these pages has no logo' });
  return reply.type(logo.mediaType).send(logo.bytes);
}

function askedIn({ recall: recallId, step, round, n, shown }: PartOf<'showInboxAsk', 'params'>): AskedBySession {
  return { recallId, ask: `${step}/${round}/${n}` as AskId, shown };
}

async function sendDocument({ pool }: ApiDeps, { params }: Asked<'readDocument'>, { reply }: Exchange) {
  const { mediaType, bytes } = await readDocument(pool, params.recall, params.name);
  return reply.type(mediaType).send(bytes);
}

async function sendLedger(deps: ApiDeps, { params, query }: Asked<'exportLedger'>, { reply }: Exchange) {
  return reply.type('application/x-ndjson').send(await exportLedger(deps, params.recall, query.after));
}
