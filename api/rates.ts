import { isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import type { Limit } from './contract/route.js';

/** What requests are counted by. `unknown`: those of an address whose links nobody gave out. */
export type CountedBy = 'address' | 'link' | 'recall' | 'person' | 'unknown';
type Rate = { requests: number; seconds: number };

/**
 * What one process takes of each kind of route. Whole offices and proxies share an address, and a drill is one: by address
 * there is room for all of them. What bounds the ledger is not here but in rows, which all processes share.
 */
const LIMITS: Record<Limit, Partial<Record<CountedBy, Rate>>> = {
  open: { address: { requests: 5_000, seconds: 10 } },
  look: {
    address: { requests: 5_000, seconds: 10 },
    link: { requests: 60, seconds: 60 },
    unknown: { requests: 60, seconds: 60 },
  },
  send: {
    address: { requests: 5_000, seconds: 10 },
    link: { requests: 30, seconds: 60 },
    recall: { requests: 3_000, seconds: 10 },
    unknown: { requests: 60, seconds: 60 },
  },
  signed: { address: { requests: 5_000, seconds: 10 }, person: { requests: 120, seconds: 60 } },
  key: { address: { requests: 10_000, seconds: 10 } },
  voice: { address: { requests: 10_000, seconds: 10 }, person: { requests: 120, seconds: 60 } },
};

/** Counts a request against what its route takes. Throws `too-many-requests`, with the header that says when to come again. */
export type Count = (by: CountedBy, key: string) => Promise<void>;

export type Rates = {
  countOf: (limit: Limit, request: FastifyRequest, reply: FastifyReply) => Count;
  /** Takes back what a request was counted for: that a service was away is no fault of who came in vain. */
  takeBack: (request: FastifyRequest) => Promise<void>;
};

const limited = z.object({ msBeforeNext: z.number() });

/** Limits of one process, in its memory: they hold whatever becomes of the database, and cost it nothing. */
export function createRates(): Rates {
  const limiters = new Map<string, RateLimiterMemory>();
  const limiterOf = (limit: Limit, by: CountedBy): RateLimiterMemory | null => {
    const rate = LIMITS[limit][by];
    if (rate === undefined) return null;
    const name = `${limit} ${by}`;
    const limiter =
      limiters.get(name) ?? new RateLimiterMemory({ points: rate.requests, duration: rate.seconds, keyPrefix: name });
    limiters.set(name, limiter);
    return limiter;
  };
  const counted = new WeakMap<FastifyRequest, { limiter: RateLimiterMemory; key: string }[]>();
  return {
    countOf: (limit, request, reply) => async (by, key) => {
      const limiter = limiterOf(limit, by);
      if (limiter === null) return;
      try {
        await limiter.consume(key);
      } catch (failed) {
        const { msBeforeNext } = limited.parse(failed);
        const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
        reply.header('retry-after', seconds);
        throw tooMany(by, seconds);
      }
      counted.set(request, [...(counted.get(request) ?? []), { limiter, key }]);
    },
    async takeBack(request) {
      for (const { limiter, key } of counted.get(request) ?? []) await limiter.reward(key, 1);
      counted.delete(request);
    },
  };
}

/** What stands for an address: of IPv6 the network, of whose addresses one holder has as many as they like. */
export function addressKey(ip: string): string {
  if (!isIPv6(ip) || ip.startsWith('::ffff:')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const [before, after] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before!.length - after!.length }, () => '0');
  return [...before!, ...zeros, ...after!].slice(0, 4).join(':');
}

function tooMany(by: CountedBy, seconds: number): RecallError {
  return new RecallError({
    code: 'too-many-requests',
    message: 'too many requests in a short time',
    where: by === 'unknown' ? 'address' : by,
    expected: 'fewer of them',
    remedy: `send it again in ${seconds} s; nothing was changed`,
  });
}
