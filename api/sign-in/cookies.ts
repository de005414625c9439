import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PersonId, Sha256 } from '../../engine/words.js';
import { sha256Hex } from '../../trust/canonical.js';

const TOKEN_BYTES = 32;
/** `session`: who has signed in. `begun`: who has gone to the identity provider. */
const NAMES = { session: 'recall', begun: 'recall-sign-in' } as const;
type Cookie = keyof typeof NAMES;

/** Who has signed in, and what stands in the forms of their pages. */
export type Signed = { person: PersonId; tokenHash: Sha256; proof: string };

export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

export function tokenHash(token: string): Sha256 {
  return sha256Hex(token);
}

/** What stands in a form to show that its page was ours: it follows from the session's token, which no other site can read. */
export function formProof(token: string): string {
  return sha256Hex(`form ${token}`);
}

/**
 * A cookie that goes to us alone and to no script; where we speak over TLS its name begins with `__Host-`, so that no
 * neighbouring domain can have set it (RFC 6265bis, 4.1.3.2). What other sites send here does not carry it, but a link that is
 * followed to us does.
 */
export function setCookie(reply: FastifyReply, publicUrl: string, cookie: Cookie, token: string): void {
  void reply.setCookie(nameOf(publicUrl, cookie), token, optionsOf(publicUrl));
}

export function dropCookie(reply: FastifyReply, publicUrl: string, cookie: Cookie): void {
  void reply.clearCookie(nameOf(publicUrl, cookie), optionsOf(publicUrl));
}

export function cookieOf({ cookies }: FastifyRequest, publicUrl: string, cookie: Cookie): string | null {
  return cookies[nameOf(publicUrl, cookie)] ?? null;
}

function nameOf(publicUrl: string, cookie: Cookie): string {
  return isOverTls(publicUrl) ? `__Host-${NAMES[cookie]}` : NAMES[cookie];
}

function optionsOf(publicUrl: string) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: isOverTls(publicUrl) } as const;
}

function isOverTls(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}
