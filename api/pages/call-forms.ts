import { CALL_RESULTS } from '../../engine/calls.js';
import type { CallToMake } from '../../documents/calls-on-page.js';
import { directionOf } from '../../documents/direction.js';
import { E164 } from '../../engine/telephone.js';
import type { RecallRow } from '../../store/recalls.js';
import type { AskRow } from '../../store/inbox.js';
import { callsOfAsk, enterCall } from '../calls.js';
import type { ApiDeps } from '../deps.js';
import type { Opened } from './links.js';

/** So many stand on one page; the others come when these have been called. */
const CALLS_SHOWN_MAX = 20;
const NOTE_LENGTH_MAX = 2_000;

/** Whom the page of an ask has called, the most exposed first, and how many there are; nobody where the ask is another. */
export async function callsToShow(
  deps: ApiDeps,
  row: RecallRow,
  ask: AskRow,
): Promise<{ left: number; calls: CallToMake[] }> {
  const found = await callsOfAsk(deps, row, ask, CALLS_SHOWN_MAX);
  const calls = (found?.first ?? []).map(
    ({
      recipient,
      name,
      phone,
      units,
      script,
      noticeLanguage: language,
      calls: made,
      attempts,
      answerPath,
    }): CallToMake => ({
      ...{
        recipient,
        name,
        phone: phone ?? '',
        dial: phone !== null && E164.test(phone) ? phone : '',
        units,
        script,
        language,
        direction: directionOf(language),
      },
      ...{ made: made.length, attempts, answerPath },
    }),
  );
  return { left: found?.left ?? 0, calls };
}

/**
 * Takes what became of a call, as its form on the page of an ask has it. A link can enter no more than its ask has open: who
 * need not be called any more is not entered by it. Why it was not taken, in words; empty where it was.
 */
export async function takeCallForm(
  deps: ApiDeps,
  { row, link }: Pick<Opened<'decision'>, 'row' | 'link'>,
  ask: AskRow,
  {
    customer = '',
    result = '',
    note = '',
    once = null,
  }: Partial<Record<'customer' | 'result' | 'note', string>> & { once?: string | null },
): Promise<string> {
  const known = CALL_RESULTS.find((one) => one === result);
  if (known === undefined) return 'Choose what became of the call';
  if (note.length > NOTE_LENGTH_MAX) return `Shorten the note to ${NOTE_LENGTH_MAX} characters`;
  const open = await callsOfAsk(deps, row, ask, Infinity);
  if (!open?.first.some(({ recipient }) => recipient === customer))
    return 'This was not entered: nobody needs to call them any more';
  const words = note.trim();
  await enterCall(deps, {
    ...{ recallId: row.recallId, by: link.person, customer, result: known },
    ...{ note: words === '' ? null : words, idempotencyKey: once },
  });
  return '';
}
