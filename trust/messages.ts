import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import { CHANNELS } from '../engine/channels.js';
import { FINDING_KINDS } from '../engine/finding.js';
import { POST_VIAS } from '../engine/mention.js';
import { INJURY_SOURCES, SEVERITIES } from '../engine/injury.js';
import { wrongText } from '../engine/text.js';
import type {
  AskId,
  FilingId,
  IsoDate,
  IsoInstant,
  Market,
  PersonId,
  PostId,
  RecallId,
  RoleName,
  Sha256,
  StepName,
} from '../engine/words.js';
import type { DecideUpdate, Message } from '../workflows/contract.js';
import type { KeyRing } from './keys.js';
import { refusalOfDecision } from './tokens.js';
import { unreadable } from './unreadable.js';

const LENGTH_MAX = 300;
const TOKEN_LENGTH_MAX = 2_000;
/** More rules than any notice can break. */
const ACCEPTED_MAX = 200;
const TEXT_LENGTH_MAX = 100_000;

/** A text that the compiler knows by a name of its own; here it is any text that a ledger can hold. */
function text<Word extends string = string>(lengthMax = LENGTH_MAX): z.ZodType<Word> {
  const isText = (given: unknown): boolean =>
    typeof given === 'string' && given.length <= lengthMax && wrongText(given) === null;
  return z.custom<Word>(isText, `expected a text of at most ${lengthMax} characters`);
}

/** An instant to the millisecond, in UTC, as the engine compares them: as texts. */
const instant = z.custom<IsoInstant>((given) => {
  const isWritten = typeof given === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(given);
  return isWritten && !Number.isNaN(Date.parse(given));
}, 'expected an instant such as 2026-09-10T08:00:00.000Z');

const count = z.int().min(0);
const perChannel = z.strictObject({ delivered: count, refused: count, bounced: count });
const tally = z.strictObject({
  recipients: count,
  delivered: count,
  refused: count,
  bounced: count,
  responded: count,
  unreachable: count,
  unitsReported: count,
  byChannel: z.partialRecord(z.enum(CHANNELS), perChannel),
});
const aboutFiling = z.strictObject({ kind: z.literal('filing'), id: text<FilingId>() });
const aboutPost = z.strictObject({ kind: z.literal('post'), id: text<PostId>() });
const heldRole = z.strictObject({
  role: text<RoleName>(),
  holder: text<PersonId>().nullable(),
  deputies: z.array(text<PersonId>()),
});
const late = z.strictObject({
  lines: count,
  units: z.int(),
  customers: count,
  newCustomers: count,
  replacedLines: count,
  replacedUnits: z.int(),
  since: instant,
});
const toldInput = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('watch changed'),
    watch: text(),
    step: text<StepName>(),
    change: count,
    value: z.boolean(),
    tally,
  }),
  z.strictObject({
    type: z.literal('wave exceeded'),
    step: text<StepName>(),
    revision: count,
    excess: z.strictObject({
      wave: count,
      recipients: count,
      bounced: count,
      complaints: count,
      reasons: z.record(z.string().max(LENGTH_MAX), count),
    }),
  }),
  z.strictObject({ type: z.literal('call wanted'), step: text<StepName>(), revision: count }),
  z.strictObject({ type: z.literal('customers named'), step: text<StepName>() }),
  z.strictObject({ type: z.literal('receipt came'), about: aboutFiling, reference: text() }),
  z.strictObject({ type: z.literal('report came back'), about: aboutFiling }),
  z.strictObject({ type: z.literal('sales came late'), step: text<StepName>(), trace: count, late }),
  z.strictObject({ type: z.literal('roster changed'), roles: z.array(heldRole) }),
  z.strictObject({
    type: z.literal('injury came'),
    by: text<PersonId>(),
    injury: z.strictObject({
      severity: z.enum(SEVERITIES),
      country: text<Market>(),
      date: text<IsoDate>().nullable(),
      knownFrom: z.enum(INJURY_SOURCES),
      knownAt: instant,
    }),
    about: aboutPost.nullable(),
  }),
  z.strictObject({
    type: z.literal('mention came'),
    mention: z.strictObject({ about: aboutPost, via: z.enum(POST_VIAS), at: instant, text: text<Sha256>() }),
  }),
  z.strictObject({
    type: z.literal('mention judged'),
    about: aboutPost,
    by: text<PersonId>(),
    found: z.enum(['nobody', 'other-product', 'not-here']),
  }),
  z.strictObject({ type: z.literal('mail came'), about: aboutFiling, automatic: z.boolean(), text: text<Sha256>() }),
]);
const decision = z.strictObject({
  ask: text<AskId>(),
  verb: z.enum(['approve', 'reject']),
  by: text<PersonId>(),
  shown: text<Sha256>(),
  reason: text<Sha256>().nullable(),
  accepted: z.array(z.strictObject({ rule: text(), reason: text<Sha256>() })).max(ACCEPTED_MAX),
  via: z.enum(['link', 'session', 'command', 'signal']),
});
const values = z.record(z.string().max(LENGTH_MAX), z.union([text(TEXT_LENGTH_MAX), z.number(), z.boolean()]));
const token = text(TOKEN_LENGTH_MAX);
const v = z.literal(1);

/** Every message that a recall's workflow takes, as it must be; a new one without its shape does not compile. */
const SHAPES = {
  decide: z.strictObject({ message: z.literal('decide'), v, at: instant, decision, token }),
  answer: z.strictObject({
    message: z.literal('answer'),
    v,
    at: instant,
    answer: z.strictObject({ ask: text<AskId>(), by: text<PersonId>(), values, corrects: z.boolean() }),
  }),
  renew: z.strictObject({
    message: z.literal('renew'),
    v,
    at: instant,
    renewal: z.strictObject({ ask: text<AskId>(), by: text<PersonId>() }),
  }),
  cancel: z.strictObject({
    message: z.literal('cancel'),
    v,
    at: instant,
    cancellation: z.strictObject({ by: text<PersonId>(), reason: text<Sha256>() }),
  }),
  retrace: z.strictObject({
    message: z.literal('retrace'),
    v,
    at: instant,
    retrace: z.strictObject({ by: text<PersonId>() }),
  }),
  attach: z.strictObject({
    message: z.literal('attach'),
    v,
    at: instant,
    finding: z.strictObject({
      kind: z.enum(FINDING_KINDS),
      by: text<PersonId>(),
      role: text<RoleName>(),
      text: text<Sha256>(),
      file: z.strictObject({ name: text(), sha256: text<Sha256>() }).nullable(),
    }),
  }),
  advance: z.strictObject({ message: z.literal('advance'), v, stepNo: count.nullable(), to: instant }),
  repair: z.strictObject({ message: z.literal('repair'), v, at: instant }),
  relayed: z.strictObject({ message: z.literal('relayed'), v, id: text(), at: instant, input: toldInput }),
  'raw decision': z.strictObject({ message: z.literal('raw decision'), v, id: text(), at: instant, decision, token }),
} satisfies { [M in Message['message']]: z.ZodType<Extract<Message, { message: M }>, unknown> };

const named = z.object({ message: z.enum(Object.keys(SHAPES) as [Message['message']]) });

/**
 * Reads what comes to a recall before the workflow's own code does, outside its sandbox: a message that has not the shape
 * of its name, or a decision whose token was not issued for it, becomes a marked value that handlers refuse. Nothing is
 * thrown, because a throw here would fail the workflow's task again and again.
 */
export function createMessageCodec(tokens: KeyRing): PayloadCodec {
  return {
    encode: async (payloads) => payloads,
    decode: async (payloads, context) =>
      payloads.map((payload) => {
        const why = whyUnreadable(tokens, payload, context?.type === 'workflow' ? context.workflowId : null);
        return why === null ? payload : unreadable(why);
      }),
  };
}

function whyUnreadable(tokens: KeyRing, payload: Payload, workflowId: string | null): string | null {
  // Results of activities and the state that a run carries over are long and no messages: they are not read twice.
  if (!Buffer.from(payload.data ?? []).includes('"message"')) return null;
  const value: unknown = defaultPayloadConverter.fromPayload(payload);
  const name = named.safeParse(value);
  if (!name.success) return null;
  const parsed = SHAPES[name.data.message].safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    return `${[name.data.message, ...path].join('.')}: ${message}`;
  }
  const given: Message = parsed.data;
  return given.message === 'decide' ? whyNotTheirs(tokens, given, workflowId) : null;
}

function whyNotTheirs(tokens: KeyRing, { token: given, at, decision: of }: DecideUpdate, workflowId: string | null) {
  // A client that reads a history decides nothing, and is not told whose it is.
  if (workflowId === null) return null;
  const recallId = workflowId.replace(/^recall\//, '') as RecallId;
  const { ask, by, shown } = of;
  return refusalOfDecision(tokens, given, { recallId, ask, by, shown, now: at });
}
