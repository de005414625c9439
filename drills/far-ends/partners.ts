import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { bodyOf } from './body.js';

/** The event as a partner's system checks it: CloudEvents 1.0, and of the data what a drill needs. */
const eventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.url(),
  type: z.literal('recall.notice'),
  subject: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  data: z.object({
    // An exercise that does not say so would stop a shop.
    drill: z.literal(true),
    subject: z.string().regex(/\bDRILL\b/),
    text: z.string().regex(/\bDRILL\b/),
    /** Step, revision, recipient and rung. */
    notice: z.string(),
    responseUrl: z.url(),
  }),
});
export type PartnerNotice = z.output<typeof eventSchema>;

export type Partners = { url: string; accepted: () => number; refused: () => number; stop: () => Promise<void> };

/**
 * The systems of the partners of a drill, one path each by their customer code. Each checks the signature with the secret
 * it was given; `onNotice` has done all that follows from a notice before its sender hears 2xx, or says that the partner
 * does not want it. Counts are the far end's own.
 */
export async function startPartners({
  secretOf,
  onNotice,
}: {
  secretOf: (code: string) => string;
  onNotice: (notice: PartnerNotice) => 'taken' | 'gone';
}): Promise<Partners> {
  let accepted = 0;
  let refused = 0;
  const answerTo = async (request: IncomingMessage): Promise<number> => {
    const code = /^\/partners\/([^/]+)$/.exec(request.url ?? '')?.[1];
    if (request.method !== 'POST' || code === undefined) return 404;
    const { headers } = request;
    if (!headers['content-type']?.startsWith('application/cloudevents+json')) return 415;
    const event = eventSchema.safeParse(verified(secretOf(decodeURIComponent(code)), await bodyOf(request), headers));
    if (!event.success) return 401;
    if (event.data.id !== headers['webhook-id']) return 400;
    return onNotice(event.data) === 'taken' ? 204 : 410;
  };
  const server = createServer((request, response) => {
    void answerTo(request)
      .catch(() => 500)
      .then((status) => {
        if (status < 300) accepted += 1;
        else refused += 1;
        response.writeHead(status).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/partners`,
    accepted: () => accepted,
    refused: () => refused,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What was signed with this secret within the last minutes; null where something else was. */
function verified(secret: string, body: string, headers: IncomingMessage['headers']): unknown {
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>);
  } catch {
    return null;
  }
}
