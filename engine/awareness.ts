import { RecallError } from './errors.js';
import type { IsoInstant, RecallMode } from './words.js';

/** Who knew what when: the instants that law counts from. `decision` is null until people have decided. */
export type Awareness = { firstSignal: IsoInstant; reportableInformation: IsoInstant; decision: IsoInstant | null };
/** All instants that a report can be counted from: those of the recall, and those of what happened to it since. */
export type Instants = Awareness & {
  /** When it was learned that what has been reported is not so any more; absent where nothing was. */
  change?: IsoInstant;
  /** When we came to know of somebody who was hurt; absent where a report is not of an accident. */
  injury?: IsoInstant;
};
export type SaidAwareness = { firstSignal: IsoInstant | null; reportableInformation: IsoInstant | null };

/**
 * Who knew what when, as it is recorded at the opening; law counts from it. What is not said defaults in a drill: a first
 * signal is no later than the information that follows from it, and that is there at the opening at the latest. A recall
 * takes no default for what a court may ask about. Throws `wrong-use` naming the field.
 */
export function awarenessAtOpening(
  said: SaidAwareness,
  { mode, openedAt }: { mode: RecallMode; openedAt: IsoInstant },
): Awareness {
  if (mode === 'recall') {
    for (const field of ['firstSignal', 'reportableInformation'] as const)
      if (said[field] === null) throw wrong(field, 'a recall must say who knew what when', 'an instant');
  }
  const reportableInformation = said.reportableInformation ?? openedAt;
  const firstSignal = said.firstSignal ?? reportableInformation;
  if (reportableInformation > openedAt)
    throw wrong('reportableInformation', `${reportableInformation} lies in the future`, `no later than ${openedAt}`);
  if (firstSignal > reportableInformation) {
    const what = said.reportableInformation === null ? 'the opening' : 'the reportable information';
    throw wrong('firstSignal', `${firstSignal} is later than ${what}`, `no later than ${reportableInformation}`);
  }
  return { firstSignal, reportableInformation, decision: null };
}

function wrong(field: keyof SaidAwareness, message: string, expected: string): RecallError {
  const flag = field === 'firstSignal' ? '--first-signal' : '--reportable-information';
  return new RecallError({
    code: 'wrong-use',
    message,
    where: `awareness.${field}`,
    expected,
    remedy: `give ${flag} INSTANT, or ${field} under awareness in the case file; nothing was opened`,
  });
}
