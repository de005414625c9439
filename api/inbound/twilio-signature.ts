import type { FastifyRequest } from 'fastify';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { z } from 'zod';
import type { ApiDeps } from '../deps.js';

const fields = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/**
 * Whether Twilio has signed a form with our account's token: its address as we gave it out and every field as it came
 * (twilio.com/docs/usage/security). Nobody else can say that a message has arrived or failed.
 */
export function isSignedByTwilio({ twilioAuthToken, publicUrl }: ApiDeps, request: FastifyRequest): boolean {
  const given = request.headers['x-twilio-signature'];
  const form = fields.safeParse(request.body ?? {});
  if (twilioAuthToken === null || typeof given !== 'string' || !form.success) return false;
  return validateRequest(twilioAuthToken, given, `${publicUrl}${request.url}`, form.data);
}
