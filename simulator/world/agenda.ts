import { byInstantAndKey, type Consequence } from './answers.js';

/** What actors will do, the next of it first: a heap, because a campaign puts thousands of answers into it. */
export type Agenda = Consequence[];

/** Puts what somebody will do where it belongs. */
export function enter(agenda: Agenda, one: Consequence): void {
  let at = agenda.push(one) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (byInstantAndKey(agenda[above]!, one) <= 0) break;
    agenda[at] = agenda[above]!;
    at = above;
  }
  agenda[at] = one;
}

/** What is wanted of an agenda, and nothing else. */
export function kept(agenda: Agenda, wanted: (one: Consequence) => boolean): Agenda {
  const left: Agenda = [];
  for (const one of agenda.filter(wanted)) enter(left, one);
  return left;
}

/** Takes out what comes next, undefined where nothing does. */
export function takeNext(agenda: Agenda): Consequence | undefined {
  const next = agenda[0];
  const last = agenda.pop();
  if (last === undefined || agenda.length === 0) return next;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    if (left >= agenda.length) break;
    const first = right < agenda.length && byInstantAndKey(agenda[right]!, agenda[left]!) < 0 ? right : left;
    if (byInstantAndKey(last, agenda[first]!) <= 0) break;
    agenda[at] = agenda[first]!;
    at = first;
  }
  agenda[at] = last;
  return next;
}
