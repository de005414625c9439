import type { FastifyReply } from 'fastify';
import type { Bounced } from '../../engine/channels.js';
import type { ApiDeps } from '../deps.js';

/** What a failure that a provider reports later means for the address. */
export const HOW_BOUNCED: Record<'failed for good' | 'failed for now', Bounced> = {
  'failed for good': 'for-good',
  'failed for now': 'for-now',
};

/** The Message-ID of the notice whose own part stands in an address that Twilio was given. */
export function messageIdOf({ mailDomain }: ApiDeps, id: string): string {
  return `<${id}@${mailDomain}>`;
}

export function xml(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/xml; charset=utf-8').send(text);
}
