import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { PAGE_LANGUAGES } from '../documents/pages.js';
import type { Count } from './rates.js';
import type { Signed } from './sign-in/cookies.js';

/** A request and its reply as they are on the wire, for answers that are no JSON, and what counts them. */
export type Exchange = { request: FastifyRequest; reply: FastifyReply; count: Count };
/** The same of a page for those who have signed in. */
export type SignedExchange = Exchange & { signed: Signed };

export function html(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8');
}

/** The language of the pages that a reader's browser asks for, English where they speak none of its languages. */
export function languageOf(request: FastifyRequest): string {
  return new Negotiator(request).language(PAGE_LANGUAGES) ?? 'en';
}
