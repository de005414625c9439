import { RecallError } from '../engine/errors.js';
import { webhookSecret } from '../trust/webhook-secrets.js';
import type { ApiDeps } from './deps.js';

/** The secret that a partner checks our webhooks with, to be handed to that partner alone. Throws `channel-not-configured`. */
export function secretOfPartner({ webhookKey }: ApiDeps, code: string): { code: string; secret: string } {
  if (webhookKey !== null) return { code, secret: webhookSecret(webhookKey, code) };
  throw new RecallError({
    code: 'channel-not-configured',
    message: 'this deployment has not configured webhook',
    where: 'WEBHOOK_KEY',
    expected: '32 bytes or more in base64',
    remedy: 'set WEBHOOK_KEY for the API and the workers',
  });
}
