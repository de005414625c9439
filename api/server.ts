import formbody from '@fastify/formbody';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { renderMessage } from '../documents/pages.js';
import { RecallError } from '../engine/errors.js';
import type { PersonId } from '../engine/words.js';
import { isSame } from './codec.js';
import type { ApiDeps } from './deps.js';
import { startUnstarted } from './opening.js';
import { problemOf, type Problem } from './problem.js';
import { ROUTES, type Access } from './routes.js';

const PERSON = /^[a-z][a-z0-9-]{0,99}$/;

/** The API with its pages, not yet listening. */
export async function createApi(deps: ApiDeps): Promise<FastifyInstance> {
  const api = fastify({
    logger: false,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4000 },
  });
  await api.register(formbody);
  api.setErrorHandler((failed, request, reply) => answerProblem(deps, failed, request, reply));
  api.setNotFoundHandler((request, reply) => {
    const message = `there is no ${request.method} ${request.url.split('?')[0]!}`;
    return answerProblem(deps, new RecallError({ code: 'not-found', message }), request, reply);
  });
  // Pages carry personal data and signed links: nobody keeps them, and nothing they link to learns the link.
  api.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('x-content-type-options', 'nosniff');
    reply.header('content-security-policy', "default-src 'none'; style-src 'self'; form-action 'self'");
  });
  allowCodecFrom(api, deps);
  for (const { method, url, access, bodyBytesMax, handle } of ROUTES) {
    api.route({
      method,
      url,
      ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
      handler: async (request, reply) => handle(deps, { request, reply, person: identify(deps, access, request) }),
    });
  }
  // What an API that ended too early has written down and not started. Temporal may still be on its way up.
  void startUnstarted(deps).catch((failed: unknown) => deps.log.warn({ error: String(failed) }, 'unstarted recalls'));
  return api;
}

/** Who speaks. The development identity is a name that the local key vouches for. */
function identify({ localKey }: ApiDeps, access: Access, { headers }: FastifyRequest): PersonId {
  if (access === 'public') return '' as PersonId;
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
  if (access === 'key') return '' as PersonId;
  if (typeof person === 'string' && PERSON.test(person)) return person as PersonId;
  throw new RecallError({
    code: 'not-identified',
    message: 'nobody is named as the one who does this',
    where: 'header x-recall-person',
    expected: 'a person of the roster',
    remedy: 'add --as PERSON',
  });
}

function answerProblem({ log }: ApiDeps, failed: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
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
  if (isPage(request))
    return reply.type('text/html; charset=utf-8').send(renderMessage('This cannot be done', problem.message));
  return reply.type('application/problem+json').send(problem);
}

function isPage({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === '/d/:token' || routeOptions.url === '/r/:token';
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
