import type { FastifyReply, FastifyRequest } from 'fastify';
import { RecallError } from '../../engine/errors.js';
import type { PersonId } from '../../engine/words.js';
import { renderSignIn, renderSignedOut } from '../../documents/sign-in-pages.js';
import { beginSession, bindIdentity, endSession, endSessionsOf, sessionOf } from '../../store/sessions.js';
import { keepBegun, takeBegun } from '../../store/sign-ins.js';
import { rosterPeople } from '../../store/roster.js';
import { isSame } from '../codec.js';
import type { ApiDeps } from '../deps.js';
import { proofForm } from '../contract/pages.js';
import { html, type Exchange, type SignedExchange } from '../exchange.js';
import { requireValid } from '../problem.js';
import { cookieOf, dropCookie, formProof, newToken, setCookie, tokenHash, type Signed } from './cookies.js';
import type { Claims, IdentityProvider } from './provider.js';

/** Where people are that have signed in, unless they were on their way to another page of it. */
const INBOX = '/my';
const NOWHERE = 'https://nowhere.invalid';
const RETURN_PATH = '/sign-in/done';
const BROWSER_CHARS_MAX = 200;

/** Whom the cookie of a request speaks for; null where it has none that holds, or its person has left the roster. */
export async function signedIn(deps: ApiDeps, request: FastifyRequest): Promise<Signed | null> {
  const { pool, publicUrl } = deps;
  const token = cookieOf(request, publicUrl, 'session');
  if (token === null) return null;
  const session = await sessionOf(pool, tokenHash(token));
  if (session === null || !(await rosterPeople(pool)).some(({ id }) => id === session.person)) return null;
  return { person: session.person, tokenHash: session.tokenHash, proof: formProof(token) };
}

/**
 * Who has signed in and uses a page of theirs. Null where nobody has and only looks: their browser has been sent to sign in.
 * Throws `not-identified`, and `not-allowed` for a form that was on no page of ours, as another site makes one.
 */
export async function requireSignedIn(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Signed | null> {
  const signed = await signedIn(deps, request);
  if (request.method === 'GET') {
    if (signed === null) await reply.redirect(`/sign-in?to=${encodeURIComponent(request.url)}`, 303);
    return signed;
  }
  if (signed === null)
    throw new RecallError({
      code: 'not-identified',
      message: 'you are not signed in any more: nothing was recorded',
      remedy: 'sign in, and send it again',
    });
  const { proof } = requireValid(proofForm.pick({ proof: true }), request.body, 'form');
  if (isSame(proof, signed.proof)) return signed;
  throw new RecallError({
    code: 'not-allowed',
    message: 'this form was not on a page of yours: nothing was recorded',
    remedy: 'open /my and fill it in there',
  });
}

/** The page that leads to the identity provider. Who has signed in already goes on. */
export async function showSignIn(deps: ApiDeps, to: string, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const provider = requireProvider(deps);
  if ((await signedIn(deps, request)) !== null) return reply.redirect(within(to), 303);
  const { brand } = deps;
  const begin = `/sign-in/begin?to=${encodeURIComponent(within(to))}`;
  return html(reply).send(renderSignIn({ brand, begin, isDevelopment: provider.isDevelopment }));
}

/** Sends a browser to the identity provider, and notes which browser it was: the same in all of its windows, each of which comes back. */
export async function beginSignIn(deps: ApiDeps, to: string, { request, reply }: Exchange): Promise<FastifyReply> {
  const { pool, publicUrl } = deps;
  const { url, state, nonce, verifier } = await requireProvider(deps).begin(`${publicUrl}${RETURN_PATH}`);
  const browser = cookieOf(request, publicUrl, 'begun') ?? newToken();
  await keepBegun(pool, tokenHash(state), {
    browserHash: tokenHash(browser),
    nonce,
    verifier,
    destination: within(to),
  });
  setCookie(reply, publicUrl, 'begun', browser);
  return reply.redirect(url.href, 303);
}

/**
 * Takes a browser back from the identity provider and begins a session, under a token of its own whatever cookie came. Throws
 * `not-identified` where it did not go from here, has come back before, or nobody is proved, and `not-allowed` where the account
 * is nobody's of the roster.
 */
export async function endSignIn(deps: ApiDeps, { request, reply }: Exchange): Promise<FastifyReply> {
  const { pool, publicUrl } = deps;
  const provider = requireProvider(deps);
  const address = new URL(request.url, publicUrl);
  const state = address.searchParams.get('state') ?? '';
  const browser = cookieOf(request, publicUrl, 'begun');
  const begun = browser === null ? null : await takeBegun(pool, tokenHash(state), tokenHash(browser));
  if (begun === null)
    throw new RecallError({
      code: 'not-identified',
      message: 'this sign-in was not begun in this browser, or is over',
      remedy: 'sign in again',
    });
  const claims = await provider.finish(address, { state, ...begun });
  const person = await personOf(deps, claims);
  const token = newToken();
  const { issuer, subject } = claims;
  const browserName = (request.headers['user-agent'] ?? '').slice(0, BROWSER_CHARS_MAX);
  await beginSession(pool, { tokenHash: tokenHash(token), person, issuer, subject, browser: browserName });
  setCookie(reply, publicUrl, 'session', token);
  return reply.redirect(begun.destination, 303);
}

/** Ends the session of this browser, or with it those on all other devices. */
export async function signOut(
  deps: ApiDeps,
  { signed: { person, tokenHash: hash }, request, reply }: SignedExchange,
): Promise<FastifyReply> {
  const { pool, publicUrl, brand } = deps;
  const isEverywhere = requireValid(proofForm, request.body, 'form').everywhere === 'yes';
  await (isEverywhere ? endSessionsOf(pool, person) : endSession(pool, hash));
  dropCookie(reply, publicUrl, 'session');
  return html(reply).send(renderSignedOut(brand, isEverywhere));
}

/** The person that an account is, by its binding or, when it first comes, by an address that the provider has seen answered. */
async function personOf({ pool }: ApiDeps, { issuer, subject, email, name }: Claims): Promise<PersonId> {
  const people = await rosterPeople(pool);
  const same = people.filter((one) => email !== null && one.email.toLowerCase() === email.toLowerCase());
  const who = name ?? email ?? 'this account';
  if (same.length > 1)
    throw refused(`${same.length} people of the roster have the address ${email}`, 'give each an address of their own');
  const bound = await bindIdentity(pool, { issuer, subject }, same[0]?.id ?? null);
  if (bound !== null && people.some(({ id }) => id === bound)) return bound;
  if (bound === null && same.length === 1)
    throw refused(`${same[0]!.name} signs in with another account`, 'use that one, or have it taken from them');
  throw refused(`${who} is not in the roster`, 'ask to be entered there, under the address of your account');
}

function refused(message: string, remedy: string): RecallError {
  return new RecallError({ code: 'not-allowed', message, remedy });
}

function requireProvider({ identityProvider }: ApiDeps): IdentityProvider {
  if (identityProvider !== null) return identityProvider;
  throw new RecallError({
    code: 'not-found',
    message: 'nobody signs in here: no identity provider is set',
    remedy: 'set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET',
  });
}

/** A page of ours for those who have signed in: nobody is led elsewhere by an address that somebody gave them. */
function within(to: string): string {
  // As a browser reads it, `..` and backslashes included.
  const path = URL.canParse(to, NOWHERE) ? new URL(to, NOWHERE) : null;
  return path?.origin === NOWHERE && /^\/my(\/[A-Za-z0-9._~%-]+)*$/.test(path.pathname) ? path.pathname : INBOX;
}
