import { expect, test } from '@jest/globals';
import type { NoticeToSend } from '../../../activities/channels/contract.js';
import { sms } from '../../../activities/channels/sms.js';
import type { Egress, TwilioAnswer, TwilioSms } from '../../../activities/egress.js';

const NOTICE = {
  notice: { address: '+447700900123', messageId: `<${'0'.repeat(32)}@maker.example>`, doubts: 0 },
  template: 'Recall of {{ product }}: {{ responseUrl }}',
  mail: { html: '', pictures: [] },
  data: { product: 'CAKESTAND', responseUrl: 'https://maker.example/r/x' },
} as unknown as NoticeToSend;

const error = (status: number, code: number | null, retryAfterSeconds: number | null = null): TwilioAnswer<never> => ({
  kind: 'error',
  status,
  code,
  retryAfterSeconds,
});

test.each<[what: string, answer: TwilioAnswer<TwilioSms>, outcome: string, shows: string]>([
  ['takes it', { kind: 'answered', value: { status: 'queued', errorCode: null } }, 'delivered', 'works'],
  ['cannot be reached', { kind: 'unreachable' }, 'deferred', 'away'],
  ['breaks the connection', { kind: 'in-doubt' }, 'in-doubt', 'away'],
  ['has a fault', error(503, null), 'deferred', 'away'],
  ['has a fault with a code', error(500, 20500), 'deferred', 'away'],
  ['does not know our account any more', error(401, 20003), 'deferred', 'away'],
  ['wants us to be slower', error(429, 20429, 5), 'deferred', 'puts-off'],
  ['has a full queue', error(400, 30001), 'deferred', 'puts-off'],
  ['does not know the number', error(400, 21211), 'refused', 'works'],
  ['has a code that we do not know', error(400, 29999), 'deferred', 'puts-off'],
])(
  'Twilio that %s says something of the number or of itself, and never one for the other',
  async (_what, answer, outcome, shows) => {
    const egress = { sendSms: () => Promise.resolve(answer) } as unknown as Egress;
    const wires = { egress, webhookKey: null, publicUrl: 'https://maker.example' };
    const sent = await sms.render(NOTICE)(wires, { recallId: null, mode: 'recall', allowList: null });
    expect(sent).toMatchObject({ outcome, seen: [{ provider: 'twilio', shows, end: '+447700900123' }] });
    if (sent.outcome === 'deferred') expect(sent.away).toBe(shows === 'away');
  },
);

test.each<[what: string, answer: TwilioAnswer<null>, away: boolean]>([
  ['cannot be reached', { kind: 'unreachable' }, true],
  ['breaks off its answer', { kind: 'in-doubt' }, true],
  ['has a fault', error(502, null), true],
  ['wants us to be slower', error(429, 20429), false],
])(
  'while Twilio %s, nothing that is in doubt is sent, and that is no word on the number',
  async (_what, answer, away) => {
    const egress = { findSms: () => Promise.resolve(answer) } as unknown as Egress;
    const doubtful = { ...NOTICE, notice: { ...NOTICE.notice, doubts: 1 } };
    const wires = { egress, webhookKey: null, publicUrl: 'https://maker.example' };
    const sent = await sms.render(doubtful)(wires, { recallId: null, mode: 'recall', allowList: null });
    expect(sent).toMatchObject({ outcome: 'deferred', away, seen: [{ provider: 'twilio' }] });
  },
);
