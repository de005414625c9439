import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { renderAway, renderClosedLink, renderRefused, renderTooFast } from '../documents/pages.js';
import { RecallError } from '../engine/errors.js';
import type { PersonId } from '../engine/words.js';
import { migrationLack } from '../store/migrate.js';
import { linkHash } from '../trust/links.js';
import { isSame } from './codec.js';
import { codecParams } from './contract/codec.js';
import { linkParams } from './contract/pages.js';
import type { Problem } from './contract/problem.js';
import type { Route } from './contract/route.js';
import { ROUTES, type RouteName } from './contract/routes.js';
import type { ApiDeps } from './deps.js';
import { html, languageOf, type Exchange, type SignedExchange } from './exchange.js';
import {
  DOOR_LIMITS,
  limitDoor,
  readJsonStrictly,
  serverLimits,
  type DoorLimits,
  type UploadConfig,
} from './limits.js';
import { addressKey, createRates, type Rates } from './rates.js';
import { startUnstarted } from './opening.js';
import { problemOf, requireValid } from './problem.js';
import { isSignedByTwilio } from './inbound/twilio-signature.js';
import { HANDLERS, type Asked } from './routes.js';
import { requireSignedIn } from './sign-in/sign-in.js';
import { admitted } from './text.js';
import { takeUpload, UPLOAD_LIMITS } from './upload.js';

const RETRY_SECONDS = 5;
const KEY_LENGTH_MAX = 200;
/** Pages are text, a style, a logo and a form: no script, no frame around them, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** What an address that leads nowhere is answered in; programs take anything, and get the first. */
const MEDIA = ['application/problem+json', 'text/html'];
const PERSON = /^[a-z][a-z0-9-]{0,99}$/;

/** The API with its pages, not yet listening. */
export async function createApi(deps: ApiDeps, limits: DoorLimits = DOOR_LIMITS): Promise<FastifyInstance> {
  const api = fastify({
    logger: false,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: true,
    ...serverLimits(limits),
    routerOptions: { maxParamLength: 4000 },
    // Whom a request comes from is what a proxy says only where the proxy is ours.
    trustProxy: deps.trustedProxies.length === 0 ? false : deps.trustedProxies,
  });
  await api.register(cookie);
  await api.register(formbody);
  await api.register(multipart, UPLOAD_LIMITS);
  limitDoor(api, limits);
  readJsonStrictly(api);
  api.setErrorHandler((failed, request, reply) => answerProblem(deps, failed, request, reply));
  api.setNotFoundHandler((request, reply) => {
    // A link that lost its end on the way is a link that nobody knows; who reads it is no program.
    const { brand, helpContact: contact } = deps;
    const isRead = request.method === 'GET' && new Negotiator(request).mediaType(MEDIA) === 'text/html';
    if (isRead)
      return html(reply.code(404)).send(renderClosedLink('unknown', { brand, language: languageOf(request), contact }));
    const message = `there is no ${request.method} ${request.url.split('?')[0]!}`;
    return answerProblem(deps, new RecallError({ code: 'not-found', message }), request, reply);
  });
  // Pages carry personal data and signed links: nobody keeps them, and nothing they link to learns the link. What is public says so.
  api.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control') || reply.statusCode >= 400) reply.header('cache-control', 'no-store');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('x-content-type-options', 'nosniff');
    reply.header('content-security-policy', POLICY);
  });
  allowCodecFrom(api, deps);
  const rates = createRates();
  api.addHook('onResponse', async (request, { statusCode }) => {
    if (statusCode === 503) await rates.takeBack(request);
  });
  const requireMigrated = migratedOnce(deps);
  for (const name of Object.keys(ROUTES) as RouteName[]) serve(api, deps, name, { requireMigrated, rates });
  // What an API that ended too early has written down and not started. Temporal may still be on its way up.
  void startUnstarted(deps).catch((failed: unknown) => deps.log.warn({ error: String(failed) }, 'unstarted recalls'));
  return api;
}

/**
 * Serves a route: finds out who speaks, has its schemas read the request, and hands both to its handler. The answer is not
 * checked again on its way out. The compiler has checked it, tests check every one, and so does whoever reads it; here a
 * check could only turn an answer with one odd field into none at all, in the middle of a recall.
 */
function serve(
  api: FastifyInstance,
  deps: ApiDeps,
  name: RouteName,
  { requireMigrated, rates }: { requireMigrated: () => Promise<void>; rates: Rates },
): void {
  const route: Route = ROUTES[name];
  const { method, url, bodyBytesMax } = route;
  const handle = HANDLERS[name] as AnyHandler;
  api.route({
    method,
    url,
    ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
    config: { upload: route.upload !== undefined } satisfies UploadConfig,
    // Before the body is read: what is too much is not worth that.
    onRequest: async (request, reply) => {
      const count = rates.countOf(route.limit, request, reply);
      await count('address', addressKey(request.ip));
      if (route.params === linkParams) await count('link', linkHash(linkParams.parse(request.params).id));
    },
    handler: async (request, reply) => {
      const count = rates.countOf(route.limit, request, reply);
      const named = identify(deps, route, request);
      if (!route.standsAlone) await requireMigrated();
      const [params, query] = [admitted(request.params, 'path'), admitted(request.query, 'query')];
      const body = admitted(request.body, route.form ? 'form' : 'body');
      // A form is read by its page.
      request.body = body;
      const upload = route.upload ? await takeUpload(request, route.upload) : { documents: null, file: null };
      const asked = {
        params: route.params ? requireValid(route.params, params, 'path') : null,
        query: route.query ? requireValid(route.query, query, 'query') : null,
        body: route.body ? requireValid(route.body, body, 'body') : null,
        upload: upload.documents,
        file: upload.file,
        person: named,
        key: route.keyed ? keyOf(request) : null,
      };
      const signed = route.access === 'session' ? await requireSignedIn(deps, request, reply) : null;
      if (route.access === 'session' && signed === null) return reply;
      const person = named ?? signed?.person ?? null;
      if (person !== null) await count('person', `${person} ${JSON.stringify(asked.params)}`);
      return handle(deps, asked as Asked<RouteName>, { request, reply, count, ...(signed && { signed }) });
    },
  });
}

/** Throws `service-missing` until the database has been seen with the migrations of this build, and looks no more after that. */
function migratedOnce({ pool }: ApiDeps): () => Promise<void> {
  let isMigrated = false;
  return async () => {
    if (isMigrated) return;
    const lack = await migrationLack(pool);
    isMigrated = lack === null;
    if (lack === null) return;
    const remedy = 'run the migrations of this build, or start the build that fits';
    throw new RecallError({ code: 'service-missing', message: lack, expected: 'the migrations of this build', remedy });
  };
}

/** A handler as the loop over all routes sees it: what it is asked has been read by its own route's schemas. */
type AnyHandler = (
  deps: ApiDeps,
  asked: Asked<RouteName>,
  exchange: Exchange & Partial<SignedExchange>,
) => Promise<unknown>;

/** Two keys that are one only in their beginning are two, so what is too long is refused and not cut. */
function keyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return null;
  if (key.length <= KEY_LENGTH_MAX) return key;
  throw new RecallError({
    code: 'wrong-use',
    message: 'the idempotency key is too long',
    where: 'header idempotency-key',
    expected: `at most ${KEY_LENGTH_MAX} characters`,
    remedy: 'send a shorter key; nothing was changed',
  });
}

/** Who speaks; null where the route does not ask. The development identity is a name that the local key vouches for. */
function identify(deps: ApiDeps, { access }: Route, request: FastifyRequest): PersonId | null {
  const { localKey, codecAccess } = deps;
  const { headers } = request;
  if (access === 'public' || access === 'session') return null;
  if (access === 'twilio') {
    if (isSignedByTwilio(deps, request)) return null;
    throw new RecallError({
      code: 'not-allowed',
      message: 'this is not signed by Twilio for our account',
      where: 'header x-twilio-signature',
      expected: 'the signature of this request with TWILIO_AUTH_TOKEN, for the address under PUBLIC_URL',
      remedy: 'compare TWILIO_AUTH_TOKEN and PUBLIC_URL with what Twilio has; nothing was changed',
    });
  }
  if (access === 'codec') {
    const { access: given } = requireValid(codecParams, request.params, 'path');
    if (codecAccess !== null && isSame(given, codecAccess)) return null;
    throw new RecallError({ code: 'not-found', message: 'there is nothing here' });
  }
  const given = /^Local (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (localKey === null || given === undefined || !isSame(given, localKey)) {
    throw new RecallError({
      code: 'not-identified',
      message: localKey === null ? 'this API has no development identity' : 'the local key is missing or wrong',
      where: 'header authorization',
      expected: 'Local KEY',
      remedy: 'set RECALL_LOCAL_KEY, or run the command in the checkout of the running stack',
    });
  }
  const person = headers['x-recall-person'];
  if (access === 'key') return null;
  if (typeof person === 'string' && PERSON.test(person)) return person as PersonId;
  throw new RecallError({
    code: 'not-identified',
    message: 'nobody is named as the one who does this',
    where: 'header x-recall-person',
    expected: 'a person of the roster',
    remedy: 'add --as PERSON',
  });
}

function answerProblem(
  { log, brand }: ApiDeps,
  failed: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = problemOf(failed);
  if (!known) log.error({ route: request.routeOptions.url, error: stackOf(failed) }, 'a request failed');
  const problem: Problem = known ?? {
    type: 'about:blank',
    title: 'engine-fault',
    status: 500,
    code: 'engine-fault',
    message: 'something went wrong here; it has been logged',
  };
  reply.code(problem.status);
  if (problem.status === 503) {
    log.warn({ route: request.routeOptions.url, error: stackOf(failed) }, 'a service is missing');
    reply.header('retry-after', RETRY_SECONDS);
    if (isPage(request)) return html(reply).send(renderAway(brand, languageOf(request), request.method === 'POST'));
  }
  if (isPage(request) && problem.status === 429) return html(reply).send(renderTooFast(brand, languageOf(request)));
  if (isPage(request)) return html(reply).send(renderRefused(brand, languageOf(request), problem.message));
  return reply.type('application/problem+json').send(problem);
}

function isPage({ routeOptions }: FastifyRequest): boolean {
  return Object.values<Route>(ROUTES).some(({ url, answer }) => answer === 'text/html' && url === routeOptions.url);
}

function stackOf(failed: unknown): string {
  return failed instanceof Error ? (failed.stack ?? failed.message) : String(failed);
}

/** Temporal's UI asks the codec endpoint from its own origin, and only from there. */
function allowCodecFrom(api: FastifyInstance, { temporalUi }: ApiDeps): void {
  if (temporalUi === null) return;
  const { origin } = new URL(temporalUi);
  api.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/codec/')) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-allow-headers', 'content-type,x-namespace,authorization');
    reply.header('access-control-allow-methods', 'POST,OPTIONS');
    if (request.method === 'OPTIONS') await reply.code(204).send();
  });
  api.options('/codec/:access/decode', async (_request, reply) => reply.code(204).send());
}
