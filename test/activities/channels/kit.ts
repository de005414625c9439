import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { CHANNEL_CONTRACTS } from '../../../activities/channels/registry.js';
import type { Deps } from '../../../activities/deps.js';
import { LIMITS } from '../../../activities/throttle.js';
import { ASKED_IN_DOUBT, type CarriedChannel, type Channel } from '../../../engine/channels.js';
import type { EffectResult } from '../../../engine/effects.js';
import type { RecallId, RecallMode } from '../../../engine/words.js';
import { readLedger } from '../../../store/ledger.js';
import { linkOf } from '../../../store/links.js';
import { linkHash } from '../../../trust/links.js';
import { configSchema } from '../../../workers/config.js';
import { factsOf, minutes, OPENED, ownDatabase, verdict } from '../../store/database.js';
import { mortal, PUBLIC_URL, runEffect } from '../activity-deps.js';
import { done, freezing, inLedger, noticesOf, sending, traced, type KeptNotice } from '../campaigning.js';
import { startEmailEnd } from './email-end.js';
import type { FarEnd } from './far-end.js';
import { startTwilioEnd } from './twilio-end.js';
import { startWebhookEnd } from './webhook-end.js';

/** Channels with a wire; what people carry has tests of its own. */
export type WiredChannel = Exclude<Channel, CarriedChannel>;

/** The other end of each channel's wire. A channel without one does not compile. */
const FAR_ENDS = {
  email: startEmailEnd,
  sms: startTwilioEnd,
  voice: startTwilioEnd,
  webhook: startWebhookEnd,
} satisfies Record<WiredChannel, () => Promise<FarEnd>>;

const PAGE = LIMITS.atOnce;
/** Fewer than a second page holds. */
const REST = PAGE + 10;
const DAY = 24 * 60;
/** Our own pause, and the longest that a provider can ask for, in minutes. */
const PAUSE = 15;
const PAUSE_MAX = DAY;

/** What every channel has to pass, on real PostgreSQL, against a far end that speaks its wire. */
export function passesTheKit(channel: WiredChannel): void {
  const contract = CHANNEL_CONTRACTS[channel];
  /** How often a notice in doubt is on the wire in the end: its provider, where it is asked, says that it has it. */
  const copies = ASKED_IN_DOUBT.includes(channel) ? 1 : 2;
  const database = ownDatabase();
  let end: FarEnd;
  let deps: Deps;
  beforeEach(async () => {
    end = await FAR_ENDS[channel]();
    deps = end.deps(database.pool);
  });
  afterEach(async () => {
    deps.egress.close();
    await end.stop();
  });

  const codes = (count: number): string[] => Array.from({ length: count }, (_, index) => String(100 + index));

  async function frozen(list: string[], { mode, extra = [] }: { mode?: RecallMode; extra?: string[] } = {}) {
    const { allowList } = end;
    const customers = list.map((code) => ({ code, address: end.addressOf(code) }));
    const further = extra.map((address, index) => ({ code: String(500 + index), address }));
    const recallId = await traced(database.pool, [...customers, ...further], { channel, mode, allowList });
    await done(deps, freezing(recallId, channel));
    return recallId;
  }

  const send = (recallId: RecallId, n = 1, now = OPENED, given = deps): Promise<EffectResult<'runCampaign'>> =>
    done(given, sending(recallId, channel, n, now));
  const notices = (recallId: RecallId): Promise<KeptNotice[]> => noticesOf(database.pool, recallId);
  const timesTold = (): Record<string, number> => {
    const times: Record<string, number> = {};
    for (const { to } of end.taken) times[to] = (times[to] ?? 0) + 1;
    return times;
  };
  const onceEach = (list: string[]): Record<string, number> =>
    Object.fromEntries(list.map((code) => [end.addressOf(code), 1]));

  describe('its contract', () => {
    test('names settings that the configuration reads', () => {
      expect(contract.needs.length).toBeGreaterThan(0);
      expect(Object.keys(configSchema.shape)).toEqual(expect.arrayContaining([...contract.needs]));
    });

    test('knows its addresses, those outside an allow-list too, and says why another text is none', () => {
      for (const address of [end.addressOf('100'), ...end.outside]) expect(contract.wrongAddress(address)).toBeNull();
      for (const text of end.wrong) expect(contract.wrongAddress(text)).toMatch(/^expected .{10,}/);
    });

    test('takes no report that it does not know for a failure', () => {
      expect(contract.readReport({ action: 'greeted', code: '0', addressIsDead: null })).toBe('nothing');
    });
  });

  describe('notices', () => {
    test('are claimed, taken once each under their own id, and settled; each has the link of its recipient', async () => {
      const list = codes(3);
      const recallId = await frozen(list);
      const { tally, nextDue } = await send(recallId);
      expect(tally).toMatchObject({ recipients: 3, delivered: 3, refused: 0, unreachable: 0 });
      expect(nextDue).toBe(minutes(3 * DAY));
      expect(timesTold()).toEqual(onceEach(list));

      const kept = await notices(recallId);
      expect(kept).toMatchObject(
        list.map((code) => ({ recipient: `c${code}`, channel, rung: 0, state: 'delivered', attempts: 1 })),
      );
      for (const [index, { messageId }] of kept.entries()) {
        const came = end.taken.find(({ id }) => id === end.idOnWire(messageId))!;
        expect(came.to).toBe(end.addressOf(list[index]!));
        // What is said in a call is asked for when somebody takes it (test/api/spoken.int.test.ts).
        if (came.text === null) continue;
        const id = came.text.split(`${PUBLIC_URL}/r/`)[1]!.split(/[^\w-]/)[0]!;
        expect(await linkOf(database.pool, linkHash(id), 'response')).toMatchObject({
          link: { recallId, recipient: kept[index]!.recipient },
        });
      }
    });

    test('of a drill say DRILL, each of them, and those of a recall do not', async () => {
      await send(await frozen(codes(2)));
      if (end.taken.every(({ text }) => text === null)) return;
      expect(end.taken.map(({ text }) => /\bDRILL\b/.test(text!))).toEqual([true, true]);
      await send(await frozen(codes(2), { mode: 'recall' }));
      expect(end.taken.slice(2).map(({ text }) => /drill/i.test(text!))).toEqual([false, false]);
    });

    test('that are refused for good are given up on this channel, and the others are not', async () => {
      const recallId = await frozen(codes(2));
      const [lost, other] = codes(2).map(end.addressOf);
      end.answer = (to) => (to === lost ? 'refuse' : 'take');
      expect((await send(recallId)).tally).toMatchObject({ delivered: 1, refused: 1, unreachable: 1 });
      expect((await notices(recallId)).map(({ state }) => state)).toEqual(['refused', 'delivered']);
      end.answer = () => 'take';
      await send(recallId, 2, minutes(3 * DAY));
      expect(timesTold()).toEqual({ [other!]: 2 });
    });

    test('of a drill to what its allow-list does not hold are refused and recorded, and nobody is connected to', async () => {
      const recallId = await frozen([], { extra: end.outside });
      const count = end.outside.length;
      const { tally, nextDue } = await send(recallId);
      expect(tally).toMatchObject({ recipients: count, delivered: 0, refused: count, unreachable: count });
      expect(nextDue).toBeNull();
      expect(end.connections()).toBe(0);
      expect((await notices(recallId)).map(({ state }) => state)).toEqual(end.outside.map(() => 'egress-refused'));
      const heldBack = await factsOf(database.pool, recallId, 'egress refused');
      const what = { what: 'notice tell', destination: expect.stringMatching(/^[0-9a-f]{64}$/) };
      expect(heldBack).toMatchObject(end.outside.map(() => what));
    });
  });

  describe('notices that are put off', () => {
    const deferrals: [what: string, asked: number | null, minutesLater: number][] = [
      ['for an hour', 3_600, 60],
      ['for five seconds', 5, PAUSE],
      ['for a month', 30 * 86_400, PAUSE_MAX],
      ['without a word', null, PAUSE],
    ];
    test.each(deferrals)('%s go out when they are due again, under the same id', async (_what, deferSeconds, later) => {
      const recallId = await frozen(codes(2));
      const [late] = codes(2).map(end.addressOf);
      end.answer = (to) => (to === late ? { deferSeconds } : 'take');
      const due = minutes(end.saysWhen ? later : PAUSE);
      expect(await send(recallId)).toMatchObject({ tally: { delivered: 1, refused: 0 }, nextDue: due });
      end.answer = () => 'take';
      expect(await send(recallId, 2, due)).toMatchObject({ tally: { delivered: 2 }, nextDue: minutes(3 * DAY) });
      expect(timesTold()).toEqual(onceEach(codes(2)));
      const [first] = await notices(recallId);
      expect(first).toMatchObject({ state: 'delivered', attempts: 2 });
      expect(end.taken.at(-1)!.id).toBe(end.idOnWire(first!.messageId));
    });

    test('whole, while the provider is away, are all told once when it is back', async () => {
      const list = codes(PAGE + 3);
      const recallId = await frozen(list);
      await end.leave();
      expect(await send(recallId)).toMatchObject({ tally: { delivered: 0, refused: 0 }, nextDue: minutes(PAUSE) });
      expect(await inLedger(database.pool, recallId)).toEqual({ delivered: 0, inDoubt: 0 });
      await end.comeBack();
      expect(await send(recallId, 2, minutes(PAUSE))).toMatchObject({ tally: { delivered: list.length } });
      expect(timesTold()).toEqual(onceEach(list));
    });

    test('because the channel is not configured here go out on no other, and say so in the log', async () => {
      const recallId = await frozen(codes(1));
      const lines: string[] = [];
      const log = pino({}, { write: (line: string) => void lines.push(line) });
      const lacking = { ...deps, log, channelLacks: { [channel]: ['SOME_SETTING'] } };
      expect(await send(recallId, 1, OPENED, lacking)).toMatchObject({
        tally: { delivered: 0 },
        nextDue: minutes(PAUSE),
      });
      expect(end.connections()).toBe(0);
      const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(logged).toMatchObject([{ level: 50, recall: recallId, recipient: 'c100', channel }]);
      expect(logged[0]!.error).toContain('SOME_SETTING');
      expect((await send(recallId, 2, minutes(PAUSE))).tally).toMatchObject({ delivered: 1 });
    });
  });

  describe('notices in doubt', () => {
    test('because the process died with a page on the wire are sent again, once, under the same ids, or found there, and counted', async () => {
      const list = codes(PAGE + REST);
      const recallId = await frozen(list);
      const { pool, die } = mortal(database.pool);
      end.onTaken = () => {
        // The first page is settled; the provider has all the rest, which is the second, when the process dies.
        if (end.taken.length === PAGE + REST) die();
      };
      await expect(runEffect({ ...deps, pool }, sending(recallId, channel))).rejects.toThrow('the process has died');
      const before = end.taken.map(({ id }) => id);
      expect(before).toHaveLength(PAGE + REST);
      const states = (await notices(recallId)).map(({ state }) => state);
      expect(states.toSorted()).toEqual([
        ...Array<string>(REST).fill('claimed'),
        ...Array<string>(PAGE).fill('delivered'),
      ]);

      // Temporal tries the activity again, in another process.
      expect((await send(recallId)).tally).toMatchObject({ delivered: list.length, refused: 0, unreachable: 0 });
      // The first of them holds the fewest units, and is told last.
      const order = [...list.slice(1), list[0]!];
      const times = order.map((code) => timesTold()[end.addressOf(code)]);
      expect(times).toEqual(order.map((_, index) => (index >= PAGE ? copies : 1)));
      const ids = end.taken.map(({ id }) => id);
      expect(new Set(ids).size).toBe(list.length);
      const again = copies === 1 ? [] : before.slice(PAGE);
      expect(new Set(ids.slice(PAGE + REST))).toEqual(new Set(again));
      expect(await factsOf(database.pool, recallId, 'notices in doubt')).toMatchObject([{ notices: REST }]);
      const doubtful = (await readLedger(database.pool, recallId)).find(({ body }) => body.includes('in doubt'))!;
      const named = order.slice(PAGE).map((code) => `c${code}`);
      expect(doubtful.rows!.map(({ recipient }) => recipient)).toEqual(named);

      await send(recallId);
      expect(end.taken).toHaveLength(list.length + (copies - 1) * REST);
      expect((await notices(recallId)).every(({ state }) => state === 'delivered')).toBe(true);
      expect((await verdict(database.pool, recallId)).verified).toBe(true);
    });

    test('because the provider had them and broke the connection are sent again under the same id, or found there, and counted', async () => {
      const recallId = await frozen(codes(1));
      end.answer = () => 'break';
      expect(await send(recallId)).toMatchObject({ tally: { delivered: 0, refused: 0 }, nextDue: minutes(PAUSE) });
      expect(await inLedger(database.pool, recallId)).toEqual({ delivered: 0, inDoubt: 1 });
      end.answer = () => 'take';
      expect((await send(recallId, 2, minutes(PAUSE))).tally).toMatchObject({ delivered: 1 });
      expect(end.taken.map(({ id }) => id)).toEqual(
        Array(copies).fill(end.idOnWire((await notices(recallId))[0]!.messageId)),
      );
    });

    if (copies === 1)
      test('are not sent while their provider cannot be asked, and found when it can', async () => {
        const recallId = await frozen(codes(1));
        end.answer = () => 'break';
        await send(recallId);
        await end.leave();
        end.answer = () => 'take';
        expect(await send(recallId, 2, minutes(PAUSE))).toMatchObject({ tally: { delivered: 0, refused: 0 } });
        await end.comeBack();
        expect((await send(recallId, 3, minutes(2 * PAUSE))).tally).toMatchObject({ delivered: 1 });
        expect(end.taken).toHaveLength(1);
      });
    else
      test('each time are not sent for ever, and whether they arrived stays in doubt', async () => {
        const recallId = await frozen(codes(1));
        for (let attempt = 1; attempt <= 4; attempt += 1) {
          const { pool, die } = mortal(database.pool);
          end.onTaken = die;
          await expect(runEffect({ ...deps, pool }, sending(recallId, channel))).rejects.toThrow(
            'the process has died',
          );
        }
        end.onTaken = () => undefined;
        const { tally, nextDue } = await send(recallId);
        expect(end.taken).toHaveLength(4);
        expect(await inLedger(database.pool, recallId)).toEqual({ delivered: 0, inDoubt: 4 });
        expect(tally).toMatchObject({ delivered: 0, refused: 0, unreachable: 1 });
        expect(nextDue).toBe(minutes(3 * DAY));
        expect((await send(recallId, 2, minutes(3 * DAY))).tally).toMatchObject({ delivered: 1 });
      });
  });
}
