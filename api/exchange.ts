import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request and its reply as they are on the wire, for answers that are no JSON. */
export type Exchange = { request: FastifyRequest; reply: FastifyReply };

export function html(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8');
}
