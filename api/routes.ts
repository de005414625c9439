import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { STYLE } from '../documents/pages.js';
import { RecallError } from '../engine/errors.js';
import type { AskId, PersonId, RecallId, Sha256 } from '../engine/words.js';
import { readDocument } from '../store/documents.js';
import { evidenceLines } from '../documents/evidence.js';
import { attachedTo } from '../store/evidence.js';
import { openAsks } from '../store/inbox.js';
import { decodePayloads, isSame, payloadsSchema } from './codec.js';
import { answer, askOf, decide, renew } from './decisions.js';
import type { ApiDeps } from './deps.js';
import { advanceClock, advanceSchema, moveClock, moveSchema, readClock } from './drill-clock.js';
import { fileSchema, missingContacts, salesSchema, takeContacts, takeRoster, takeSales } from './imports.js';
import { open, openingSchema, preview } from './opening.js';
import { showDecision, takeDecision } from './pages/decision.js';
import { showResponse, takeResponse } from './pages/response.js';
import { requireValid } from './problem.js';
import { exportLedger, list, replies, report, status } from './recalls.js';
import { scopeSchema } from './scope-schema.js';
import { unreached } from './unreached.js';
import { secretOfPartner } from './webhook-secret.js';

/** Who may use a route: everybody (links carry their own proof), whoever holds the local key, or a person who does. */
export type Access = 'public' | 'key' | 'person';
export type Asked = { request: FastifyRequest; reply: FastifyReply; person: PersonId };
export type Route = {
  method: 'GET' | 'POST';
  url: string;
  access: Access;
  bodyBytesMax?: number;
  handle: (deps: ApiDeps, asked: Asked) => Promise<unknown>;
};

const SALES_BYTES_MAX = 256 * 1024 * 1024;
const CONTACTS_BYTES_MAX = 64 * 1024 * 1024;

const recallParams = z.object({
  recall: z
    .string()
    .regex(/^RC-\d{4}-\d{4,}$/, 'expected an id such as RC-2026-0001')
    .transform((text) => text as RecallId),
});
const askText = z
  .string()
  .max(200)
  .transform((text) => text as AskId);
const decisionSchema = z.strictObject({
  ask: askText,
  outcome: z.enum(['approve', 'reject']),
  shown: z
    .string()
    .max(200)
    .transform((text) => text as Sha256),
  reason: z.string().max(2000).optional(),
});
const answerSchema = z.strictObject({
  ask: askText,
  values: z.record(z.string().max(100), z.union([z.string().max(2000), z.number(), z.boolean()])),
});
const renewalSchema = z.strictObject({ ask: askText });
const partnerParams = z.object({ code: z.string().min(1).max(200) });
const documentParams = z.object({ name: z.string().max(200) });
const ledgerQuery = z.object({ after: z.coerce.number().int().nonnegative().default(0) });
const askParams = z.object({ step: z.string(), round: z.string(), n: z.string() });

/** Every route. */
export const ROUTES: Route[] = [
  { method: 'GET', url: '/health', access: 'public', handle: health },
  {
    method: 'GET',
    url: '/style.css',
    access: 'public',
    handle: async (_deps, { reply }) => reply.type('text/css').send(STYLE),
  },
  { method: 'GET', url: '/d/:token', access: 'public', handle: (deps, { request, reply }) => showDecision(deps, request, reply) },
  { method: 'POST', url: '/d/:token', access: 'public', handle: (deps, { request, reply }) => takeDecision(deps, request, reply) },
  { method: 'GET', url: '/r/:token', access: 'public', handle: (deps, { request, reply }) => showResponse(deps, request, reply) },
  { method: 'POST', url: '/r/:token', access: 'public', handle: (deps, { request, reply }) => takeResponse(deps, request, reply) },
  { method: 'POST', url: '/codec/:access/decode', access: 'public', handle: decode },

  { method: 'POST', url: '/imports/sales', access: 'key', bodyBytesMax: SALES_BYTES_MAX, handle: (deps, { request }) => takeSales(deps, bodyOf(salesSchema, request)) },
  { method: 'POST', url: '/imports/contacts', access: 'key', bodyBytesMax: CONTACTS_BYTES_MAX, handle: (deps, { request }) => takeContacts(deps, bodyOf(fileSchema, request)) },
  { method: 'POST', url: '/imports/roster', access: 'key', handle: (deps, { request }) => takeRoster(deps, bodyOf(fileSchema, request)) },
  { method: 'GET', url: '/webhook-secrets/:code', access: 'key', handle: async (deps, { request }) => secretOfPartner(deps, requireValid(partnerParams, request.params, 'path').code) },
  { method: 'GET', url: '/imports/missing-contacts', access: 'key', handle: (deps) => missingContacts(deps) },

  { method: 'POST', url: '/recalls/preview', access: 'key', handle: (deps, { request }) => preview(deps, bodyOf(z.object({ scope: scopeSchema }), request).scope) },
  { method: 'POST', url: '/recalls', access: 'person', handle: (deps, { request, person }) => open(deps, bodyOf(openingSchema, request), person) },
  { method: 'GET', url: '/recalls', access: 'key', handle: (deps) => list(deps) },
  { method: 'GET', url: '/recalls/:recall', access: 'key', handle: (deps, { request }) => status(deps, recallOf(request)) },
  { method: 'GET', url: '/recalls/:recall/replies', access: 'key', handle: (deps, { request }) => replies(deps, recallOf(request)) },
  { method: 'GET', url: '/recalls/:recall/report', access: 'key', handle: (deps, { request }) => report(deps, recallOf(request)) },
  { method: 'GET', url: '/recalls/:recall/documents/:name', access: 'key', handle: sendDocument },
  { method: 'GET', url: '/recalls/:recall/ledger', access: 'key', handle: sendLedger },

  { method: 'GET', url: '/recalls/:recall/unreached', access: 'person', handle: (deps, { request, person }) => unreached(deps, recallOf(request), person) },
  { method: 'GET', url: '/inbox', access: 'person', handle: (deps, { person }) => openAsks(deps.pool, person, null) },
  { method: 'GET', url: '/asks/:recall/:step/:round/:n', access: 'person', handle: showAsk },
  { method: 'POST', url: '/recalls/:recall/decisions', access: 'person', handle: takeCommandDecision },
  { method: 'POST', url: '/recalls/:recall/renewals', access: 'person', handle: takeRenewal },
  { method: 'POST', url: '/recalls/:recall/answers', access: 'person', handle: takeAnswer },

  { method: 'GET', url: '/recalls/:recall/clock', access: 'key', handle: (deps, { request }) => readClock(deps, recallOf(request)) },
  { method: 'POST', url: '/recalls/:recall/clock/move', access: 'key', handle: (deps, { request }) => moveClock(deps, recallOf(request), bodyOf(moveSchema, request)) },
  { method: 'POST', url: '/recalls/:recall/clock/advance', access: 'key', handle: (deps, { request }) => advanceClock(deps, recallOf(request), bodyOf(advanceSchema, request)) },
]; // prettier-ignore

function bodyOf<S extends z.ZodType>(schema: S, request: FastifyRequest): z.output<S> {
  return requireValid(schema, request.body, 'body');
}

function recallOf(request: FastifyRequest): RecallId {
  return requireValid(recallParams, request.params, 'path').recall;
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key.slice(0, 200) : null;
}

async function health({ pool, client }: ApiDeps): Promise<object> {
  await pool.query('select 1');
  await client.connection.ensureConnected();
  return { status: 'ok' };
}

async function takeCommandDecision(deps: ApiDeps, { request, person }: Asked): Promise<object> {
  const { ask, outcome, shown, reason } = bodyOf(decisionSchema, request);
  const recallId = recallOf(request);
  const reasonText = reason ?? null;
  return decide(deps, {
    recallId,
    ask,
    outcome,
    by: person,
    shown,
    reasonText,
    via: 'command',
    idempotencyKey: keyOf(request),
  });
}

async function takeAnswer(deps: ApiDeps, { request, person }: Asked): Promise<object> {
  const { ask, values } = bodyOf(answerSchema, request);
  return answer(deps, { recallId: recallOf(request), ask, by: person, values, idempotencyKey: keyOf(request) });
}

async function takeRenewal(deps: ApiDeps, { request, person }: Asked): Promise<object> {
  const { ask } = bodyOf(renewalSchema, request);
  return renew(deps, { recallId: recallOf(request), ask, by: person, idempotencyKey: keyOf(request) });
}

async function showAsk(deps: ApiDeps, { request }: Asked): Promise<object> {
  const recallId = recallOf(request);
  const { step, round, n } = requireValid(askParams, request.params, 'path');
  const ask = await askOf(deps, recallId, `${step}/${round}/${n}` as AskId);
  const { evidence, evidenceNow, ...rest } = ask;
  const attached = await attachedTo(deps.pool, recallId, [evidence, evidenceNow]);
  return { ...rest, data: evidence, evidence: evidenceLines(ask, attached) };
}

async function sendDocument({ pool }: ApiDeps, { request, reply }: Asked): Promise<unknown> {
  const { name } = requireValid(documentParams, request.params, 'path');
  const { mediaType, bytes } = await readDocument(pool, recallOf(request), name);
  return reply.type(mediaType).send(bytes);
}

async function sendLedger(deps: ApiDeps, { request, reply }: Asked): Promise<unknown> {
  const { after } = requireValid(ledgerQuery, request.query, 'query');
  return reply.type('application/x-ndjson').send(await exportLedger(deps, recallOf(request), after));
}

async function decode(deps: ApiDeps, { request }: Asked): Promise<object> {
  const { access } = requireValid(z.object({ access: z.string() }), request.params, 'path');
  if (deps.codecAccess === null || !isSame(access, deps.codecAccess))
    throw new RecallError({ code: 'not-found', message: 'there is nothing here' });
  return decodePayloads(deps, bodyOf(payloadsSchema, request));
}
