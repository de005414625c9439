import { answerOf, headed, refusalOf, requestOf, type Request } from '../api/contract/request.js';
import type { AnswerOf, Given, JsonRoute, MediaRoute, PersonRoute, RouteName } from '../api/contract/routes.js';

export type Door = { url: string; localKey: string };
/** What is given for a route, and who speaks where it asks that; the same key makes a request that is sent again harmless. */
export type Said<N extends RouteName> = Given<N> &
  (N extends PersonRoute ? { person: string } : unknown) & { key?: string };

/** As long as a service may be away in the middle of a drill, and a little longer. */
const TRIES_MAX = 1_200;
const TRY_AGAIN_MS = 100;

/** Calls a route of the product and gives its answer, checked; throws what the product refused. */
export async function ask<N extends JsonRoute>(door: Door, name: N, said: Said<N>): Promise<AnswerOf<N>> {
  const response = await send(door, name, said);
  if (!response.ok) throw await refusalOf(name, response);
  return answerOf(name, response);
}

/** The same for an answer that is text: the lines of a ledger, a document. */
export async function read<N extends MediaRoute>(door: Door, name: N, said: Said<N>): Promise<string> {
  const response = await send(door, name, said);
  if (!response.ok) throw await refusalOf(name, response);
  return response.text();
}

/** Calls a route and gives whatever is answered. */
export async function send<N extends RouteName>(door: Door, name: N, said: Said<N>): Promise<Response> {
  return knock(door, requestOf(name, said, { ...said, localKey: door.localKey }));
}

/** Opens a link as somebody does who got it by mail; with a form, sends what its page asks. */
export async function follow(door: Door, link: string, form?: Record<string, string>): Promise<Response> {
  return knock(door, { method: form ? 'POST' : 'GET', path: link, ...headed({ form }, { localKey: null }) });
}

/** A request through the product's HTTP door. Where nobody answers, or it came too soon, it is sent again, as people and programs do. */
export async function knock(door: Door, { path, ...init }: Request): Promise<Response> {
  const url = path.startsWith('http') ? path : `${door.url}${path}`;
  return persistently(
    async () => {
      const response = await fetch(url, init);
      if (response.status === 429) await waitFor(1_000 * Number(response.headers.get('retry-after')));
      return response;
    },
    ({ status }) => status !== 429 && status !== 503,
  );
}

/** Does what may meet a service that is away until it comes to something; `isDone` judges what came. Throws what it meets last. */
export async function persistently<T>(work: () => Promise<T>, isDone: (came: T) => boolean = () => true): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      const came = await work();
      if (isDone(came) || tries === TRIES_MAX) return came;
    } catch (failed) {
      if (tries === TRIES_MAX) throw failed;
    }
    await waitFor(TRY_AGAIN_MS);
  }
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
