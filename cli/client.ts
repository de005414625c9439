import { answerOf, refusalOf, requestOf, type Request } from '../api/contract/request.js';
import type { AnswerOf, Given, JsonRoute, MediaRoute, RouteName, UploadRoute } from '../api/contract/routes.js';
import { RecallError } from '../engine/errors.js';

export type Api = { url: string; localKey: string | null; person: string | null };

const TIMEOUT_MS = 60_000;

/** Is told how many bytes of a request have gone out. */
export type Progress = (bytesSent: number) => void;

/** Sends a file and gives the answer, checked. Takes as long as bytes go out: nothing is read before it is its turn. */
export async function sendFile<N extends JsonRoute & UploadRoute>(
  api: Api,
  name: N,
  given: Given<N>,
  progress: Progress,
): Promise<AnswerOf<N>> {
  return answerOf(name, await send(api, name, given, progress));
}

/** Calls a route and gives its answer, checked. Throws what the API refused, or `service-missing` where nothing answers or something else does. */
export async function call<N extends JsonRoute>(api: Api, name: N, given: Given<N>): Promise<AnswerOf<N>> {
  return answerOf(name, await send(api, name, given));
}

/** The same for an answer as it is: an export, a PDF. */
export async function download<N extends MediaRoute>(api: Api, name: N, given: Given<N>): Promise<Buffer> {
  return Buffer.from(await (await send(api, name, given)).arrayBuffer());
}

/** The same as text that comes, for as long as it comes: an export may be larger than memory. */
export async function* streamed<N extends MediaRoute>(api: Api, name: N, given: Given<N>): AsyncGenerator<string> {
  const begun = new AbortController();
  const late = setTimeout(() => begun.abort(new DOMException('no answer', 'TimeoutError')), TIMEOUT_MS);
  const { body } = await send(api, name, given, { signal: begun.signal }).finally(() => clearTimeout(late));
  const decoder = new TextDecoder();
  try {
    for await (const part of body ?? []) yield decoder.decode(part as Uint8Array, { stream: true });
  } catch (failed) {
    throw unreachable(api.url, failed);
  }
}

async function send<N extends RouteName>(
  api: Api,
  name: N,
  given: Given<N>,
  how: Progress | { signal: AbortSignal } = { signal: AbortSignal.timeout(TIMEOUT_MS) },
): Promise<Response> {
  const { path, ...init } = requestOf(name, given, api);
  let response: Response;
  try {
    // How long a file takes, its size says.
    response = await fetch(`${api.url}${path}`, { ...init, ...(typeof how === 'function' ? counted(init, how) : how) });
  } catch (failed) {
    throw unreachable(api.url, failed);
  }
  if (!response.ok) throw await refusalOf(name, response);
  return response;
}

/** The same request with a body that tells how much of it has gone. */
function counted({ headers, body }: Omit<Request, 'path'>, progress: Progress): RequestInit {
  const encoded = new Response(body);
  let bytesSent = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytesSent += chunk.length;
      progress(bytesSent);
      controller.enqueue(chunk);
    },
  });
  return {
    headers: { ...headers, 'content-type': encoded.headers.get('content-type')! },
    body: encoded.body!.pipeThrough(count),
    duplex: 'half',
  };
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
