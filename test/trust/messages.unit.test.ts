import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import { NO_TALLY } from '../../engine/tally.js';
import { createPayloadCodec } from '../../trust/codec.js';
import { workerDataConverter } from '../../trust/data-converter.js';
import { newKeys } from '../../trust/keys.js';
import { createMessageCodec } from '../../trust/messages.js';
import { issueToken } from '../../trust/tokens.js';
import type { AskId, IsoInstant, PersonId, RecallId, Sha256 } from '../../engine/words.js';

const KEYS = newKeys();
const codec = createMessageCodec(KEYS.token);
const AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
const ASKED = { ask: 'decide/1/1' as AskId, shown: 'ab' as Sha256 };
const CLAIMS = { use: 'decision', recallId: 'RC-2026-0001' as RecallId, ...ASKED } as const;
const TOKEN = issueToken(KEYS.token, { ...CLAIMS, person: 'counsel' as PersonId, expires: AT });
const DECISION = { ...ASKED, verb: 'approve', by: 'counsel', reason: null, accepted: [], via: 'link' };
const ABOUT = { kind: 'filing', id: 'gb-gpsr2005/initial/1' };

/** One of each message, as the product sends it. */
const GOOD = {
  decide: { message: 'decide', v: 1, at: AT, decision: DECISION, token: TOKEN },
  answer: {
    message: 'answer',
    v: 1,
    at: AT,
    answer: { ask: 'a', by: 'b', values: { risk: 'high', injuries: 0, sure: true }, corrects: false },
  },
  renew: { message: 'renew', v: 1, at: AT, renewal: { ask: 'a', by: 'b' } },
  cancel: { message: 'cancel', v: 1, at: AT, cancellation: { by: 'b', reason: 'c' } },
  retrace: { message: 'retrace', v: 1, at: AT, retrace: { by: 'b' } },
  attach: {
    message: 'attach',
    v: 1,
    at: AT,
    finding: { kind: 'tested', by: 'b', role: 'quality', text: 'ab', file: { name: 'f.pdf', sha256: 'cd' } },
  },
  advance: { message: 'advance', v: 1, stepNo: 1, to: AT },
  repair: { message: 'repair', v: 1, at: AT },
  'raw decision': { message: 'raw decision', v: 1, id: 'x', at: AT, decision: DECISION, token: 'any' },
  'watch changed': relayed({
    type: 'watch changed',
    watch: 'w',
    step: 'tell',
    change: 1,
    value: true,
    tally: NO_TALLY,
  }),
  'receipt came': relayed({ type: 'receipt came', about: ABOUT, reference: 'GB-1' }),
  'report came back': relayed({ type: 'report came back', about: ABOUT }),
  'roster changed': relayed({ type: 'roster changed', roles: [{ role: 'legal', holder: null, deputies: ['b'] }] }),
  'injury came': relayed({
    type: 'injury came',
    by: 'b',
    injury: { severity: 'death', country: 'DE', date: '2026-09-01', knownFrom: 'press', knownAt: AT },
    about: { kind: 'post', id: '7' },
  }),
  'mention came': relayed({
    type: 'mention came',
    mention: { about: { kind: 'post', id: '7' }, via: 'page', at: AT, text: 'ab' },
  }),
  'mention judged': relayed({
    type: 'mention judged',
    about: { kind: 'post', id: '7' },
    by: 'b',
    found: 'nobody',
  }),
  'mail came': relayed({ type: 'mail came', about: ABOUT, automatic: false, text: 'ab' }),
};

function relayed(input: object): { message: string; v: number; id: string; at: string; input: object } {
  return { message: 'relayed', v: 1, id: 'x', at: AT, input };
}

function contextOf(workflowId: string): SerializationContext {
  return { type: 'workflow', namespace: 'default', workflowId };
}

async function read(value: unknown, workflowId = 'recall/RC-2026-0001'): Promise<unknown> {
  const [payload] = await codec.decode([defaultPayloadConverter.toPayload(value)!], contextOf(workflowId));
  return defaultPayloadConverter.fromPayload(payload!);
}

function unreadable(words: RegExp): { unreadable: string } {
  return { unreadable: expect.stringMatching(words) as unknown as string };
}

describe('what comes to a recall', () => {
  it.each(Object.entries(GOOD))('is read as it is: %s', async (_name, message) => {
    expect(await read(message)).toEqual(message);
  });

  it.each(Object.entries(GOOD))('is not read where %s lacks anything, or has anything more', async (_name, message) => {
    for (const key of Object.keys(message).filter((one) => one !== 'message')) {
      const { [key]: _gone, ...rest } = message as Record<string, unknown>;
      expect(await read(rest)).toEqual(unreadable(new RegExp(key)));
    }
    expect(await read({ ...message, more: 1 })).toEqual(unreadable(/./));
  });

  it.each([
    ['an instant that is none', { ...GOOD.repair, at: 'x' }, /at: expected an instant/],
    ['an instant without its milliseconds', { ...GOOD.repair, at: '2026-09-10T08:00:00Z' }, /instant/],
    ['a day that never was', { ...GOOD.repair, at: '2026-13-40T08:00:00.000Z' }, /instant/],
    ['half of a character', { ...GOOD.renew, renewal: { ask: '\ud800', by: 'b' } }, /renewal\.ask/],
    ['NUL', { ...GOOD.answer, answer: { ask: 'a', by: 'b', values: { risk: '\0' } } }, /answer\.values/],
    ['a text without end', { ...GOOD.renew, renewal: { ask: 'a'.repeat(301), by: 'b' } }, /renewal\.ask/],
    ['a number that is none', { ...GOOD.advance, stepNo: -1 }, /stepNo/],
    ['an input that no step takes', relayed({ type: 'tick' }), /input/],
  ])('is not read with %s', async (_what, message, words) => {
    expect(await read(message)).toEqual(unreadable(words));
  });

  it('is no decision without the token that was issued for it', async () => {
    const { decide } = GOOD;
    for (const other of [{ ask: 'decide/1/2' }, { by: 'quality-head' }, { shown: 'cd' }])
      expect(await read({ ...decide, decision: { ...DECISION, ...other } })).toEqual(unreadable(/link-forged/));
    expect(await read(decide, 'recall/RC-2026-0002')).toEqual(unreadable(/link-forged/));
    expect(await read({ ...decide, token: `${TOKEN}x` })).toEqual(unreadable(/link-forged/));
    expect(await read({ ...decide, at: '2026-09-10T08:00:00.001Z' })).toEqual(unreadable(/link-expired/));
  });

  it('is left alone where it is no message', async () => {
    for (const value of [null, 'message', { result: { message: 'x' } }, [{ message: 'decide' }]])
      expect(await read(value)).toEqual(value);
  });

  it('is decrypted first, and not read where it was not encrypted', async () => {
    const { payloadCodecs } = workerDataConverter(KEYS);
    const decode = async (payload: Payload): Promise<unknown> => {
      let payloads = [payload];
      for (const one of payloadCodecs!.toReversed())
        payloads = await one.decode(payloads, contextOf('recall/RC-2026-0001'));
      return defaultPayloadConverter.fromPayload(payloads[0]!);
    };
    const plain = defaultPayloadConverter.toPayload(GOOD.decide)!;
    const [encrypted] = await createPayloadCodec(KEYS.codec).encode([plain]);
    expect(await decode(encrypted!)).toEqual(GOOD.decide);
    expect(await decode(plain)).toEqual({ unreadable: 'it is not encrypted' });
    const [foreign] = await createPayloadCodec(newKeys().codec).encode([plain]);
    expect(await decode(foreign!)).toEqual(unreadable(/./));
  });
});
