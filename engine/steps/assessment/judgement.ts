import type { RefusalReason } from '../../inputs.js';
import type { InjurySource, Severity } from '../../injury.js';
import type { Mention } from '../../mention.js';
import type { FactValue } from '../../playbook.js';
import { recordInjury } from '../../record-injury.js';
import { judged } from '../../take-mention.js';
import type { Turn } from '../../turn.js';
import { instantOf, type IsoDate, type IsoInstant, type Market, type PersonId } from '../../words.js';

type Values = Record<string, FactValue>;

/** What is missing or wrong where somebody says that a person was hurt: from it follow duties to authorities. Null where nothing is. */
export function wrongJudgement(
  { hurt, severity, country, date }: Values,
  mention: Mention | undefined,
): [reason: RefusalReason, message: string] | null {
  if (hurt !== 'yes') return null;
  if (severity === undefined) return ['wrong-answer', 'expected severity=death|serious|slight with hurt=yes'];
  if (!/^[A-Z]{2}$/.test(String(country)))
    return ['wrong-answer', 'expected country=CODE with hurt=yes: two capital letters such as DE'];
  if (date === undefined || isDayUntil(String(date), mention?.at)) return null;
  return ['wrong-answer', 'expected date=YYYY-MM-DD, no later than the day on which it was said'];
}

function isDayUntil(text: string, at: IsoInstant | undefined): boolean {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || instantOf(ms).slice(0, 10) !== text) return false;
  return at === undefined || text <= at.slice(0, 10);
}

/** Records the injuries that were found in what somebody said, known of since it came, or that there is none. */
export function takeJudgement(
  turn: Turn,
  mention: Mention | undefined,
  { by, values }: { by: PersonId; values: Values },
): void {
  if (!mention) return;
  const { about, at: knownAt } = mention;
  const { hurt, people = 1, severity, country, date = null, knownFrom = 'customer' } = values;
  if (hurt !== 'yes') return judged(turn, { about, by, found: hurt === 'nobody' ? 'nobody' : 'other-product' });
  const injury = {
    severity: severity as Severity,
    country: country as Market,
    date: date as IsoDate | null,
    knownFrom: knownFrom as InjurySource,
    knownAt,
  };
  for (let n = 1; n <= Number(people); n += 1) recordInjury(turn, injury, by);
  judged(turn, { about, by, found: 'injury' });
}
