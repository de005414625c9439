import { answerOf, refusalOf, requestOf } from '../api/contract/request.js';
import type { AnswerOf, Given, JsonRoute, MediaRoute, RouteName } from '../api/contract/routes.js';
import { RecallError } from '../engine/errors.js';

export type Api = { url: string; localKey: string | null; person: string | null };

const TIMEOUT_MS = 60_000;

/** Calls a route and gives its answer, checked. Throws what the API refused, or `service-missing` where nothing answers or something else does. */
export async function call<N extends JsonRoute>(api: Api, name: N, given: Given<N>): Promise<AnswerOf<N>> {
  return answerOf(name, await send(api, name, given));
}

/** The same for an answer as it is: an export, a PDF. */
export async function download<N extends MediaRoute>(api: Api, name: N, given: Given<N>): Promise<Buffer> {
  return Buffer.from(await (await send(api, name, given)).arrayBuffer());
}

async function send<N extends RouteName>(api: Api, name: N, given: Given<N>): Promise<Response> {
  const { path, ...init } = requestOf(name, given, api);
  let response: Response;
  try {
    response = await fetch(`${api.url}${path}`, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (failed) {
    throw unreachable(api.url, failed);
  }
  if (!response.ok) throw await refusalOf(name, response);
  return response;
}

function unreachable(url: string, failed: unknown): RecallError {
  const timedOut = failed instanceof DOMException && failed.name === 'TimeoutError';
  return new RecallError({
    code: 'service-missing',
    message: timedOut ? `the API did not answer within ${TIMEOUT_MS / 1000} s` : 'there is no API to talk to',
    where: url,
    expected: 'a running stack',
    remedy: 'start one with `npm start`, or name its address with RECALL_API or --api',
  });
}
