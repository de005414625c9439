import type { Command } from 'commander';
import { z } from 'zod';
import type { Stepped } from '../../api/contract/clock.js';
import { RecallError } from '../../engine/errors.js';
import { after, durationMs, instantOf, type IsoDuration, type IsoInstant, type RecallId } from '../../engine/words.js';
import { call, type Api } from '../client.js';
import { apiOf, optionsOf, type Context } from '../context.js';
import { answer, timeWords } from '../terminal.js';

const instantText = z.iso.datetime({ offset: true });

type AdvanceOptions = { to?: string; by?: string };
type Moved = { recallId: RecallId; now: IsoInstant; instants: IsoInstant[] } & Pick<Stepped, 'nextDue' | 'phase'>;

/** `recall clock advance`: a drill on a stepped clock is moved by hand. */
export function clockCommands(recall: Command, context: Context): void {
  recall
    .command('clock')
    .description("a drill's clock")
    .command('advance <recall>')
    .description(
      'move the clock of a stepped drill: to what is due next, or as far as is said, stopping at all that is due',
    )
    .option('--to <instant>', 'as far as this instant, such as 2026-09-12T08:00:00Z')
    .option('--by <duration>', 'by so much, such as PT2H or P3D')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<AdvanceOptions>(command);
      requireOneWay(options);
      const moved = await advance(apiOf(context, options), id as RecallId, options);
      answer(context.terminal, options.json, moved, () => movedWords(moved));
    });
}

/** Lets everything happen at the instant at which it is due, one after the other, as it would if nobody were in a hurry. */
async function advance(api: Api, recallId: RecallId, { to, by }: AdvanceOptions): Promise<Moved> {
  const params = { recall: recallId };
  const { now } = await call(api, 'readClock', { params });
  const target = targetOf(now, { to, by });
  let last = await settle(api, recallId, now);
  const instants: IsoInstant[] = [];
  const goesOn = (): boolean => last.phase !== 'ended' && last.nextDue !== null;
  if (target === null && goesOn()) {
    instants.push(last.nextDue!);
    last = await settle(api, recallId, last.nextDue!);
  }
  while (target !== null && goesOn() && last.nextDue! <= target) {
    const due = last.nextDue!;
    if (instants.at(-1) !== due) instants.push(due);
    last = await settle(api, recallId, due);
  }
  if (target !== null) await call(api, 'moveClock', { params, body: { to: target } });
  const { now: reached } = await call(api, 'readClock', { params });
  return { recallId, now: reached, instants, nextDue: last.nextDue, phase: last.phase };
}

/** Does all that is due by an instant, and all that follows from it. */
async function settle(api: Api, recallId: RecallId, to: IsoInstant): Promise<Stepped> {
  for (;;) {
    const stepped = await call(api, 'advanceClock', { params: { recall: recallId }, body: { to } });
    if (stepped.settled && stepped.relayPending === 0) return stepped;
  }
}

function requireOneWay({ to, by }: AdvanceOptions): void {
  if (to !== undefined && by !== undefined)
    throw wrong('--to and --by exclude each other', '--by', 'one of them, or neither: to what is due next');
  if (to !== undefined && !instantText.safeParse(to).success)
    throw wrong(`${JSON.stringify(to)} is no instant`, '--to', 'such as 2026-09-12T08:00:00Z');
  if (by !== undefined && !((durationMs(by) ?? 0) > 0))
    throw wrong(`${JSON.stringify(by)} is no duration`, '--by', 'a duration of elapsed time such as PT2H or P3D');
}

/** Null where no more is said than that the clock shall move. Throws where it would go back. */
function targetOf(now: IsoInstant, { to, by }: AdvanceOptions): IsoInstant | null {
  if (by !== undefined) return after(now, by as IsoDuration);
  if (to === undefined) return null;
  const target = instantOf(Date.parse(to));
  if (target >= now) return target;
  throw wrong(`the clock shows ${now} already, and never goes back`, '--to', 'a later instant');
}

function wrong(message: string, where: string, expected: string): RecallError {
  return new RecallError({ code: 'wrong-use', message, where, expected, remedy: 'correct it; no clock was moved' });
}

function movedWords({ recallId, now, instants, nextDue, phase }: Moved): string {
  return [
    ...instants.map((instant) => `was due  ${timeWords(instant)}`),
    `${recallId}: ${timeWords(now)}, ${phase}; next due ${timeWords(nextDue)}`,
    `see \`recall status ${recallId}\``,
  ].join('\n');
}
