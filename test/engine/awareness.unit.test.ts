import { expect, test } from '@jest/globals';
import { awarenessAtOpening } from '../../engine/awareness.js';
import { errorDetail } from '../../engine/errors.js';
import type { IsoInstant } from '../../engine/words.js';

const at = (time: string): IsoInstant => `2026-09-${time}:00.000Z` as IsoInstant;
const OPENED = at('10T08:00');
const SIGNAL = at('07T09:20');
const REPORTABLE = at('09T15:30');
const drill = { mode: 'drill', openedAt: OPENED } as const;

function refusal(of: () => unknown): { code?: string; where?: string; expected?: string; remedy?: string } {
  try {
    of();
  } catch (thrown) {
    return errorDetail(thrown) ?? {};
  }
  return {};
}

test('what is said is recorded as it is', () => {
  const said = { firstSignal: SIGNAL, reportableInformation: REPORTABLE };
  for (const mode of ['drill', 'recall'] as const)
    expect(awarenessAtOpening(said, { mode, openedAt: OPENED })).toEqual({ ...said, decision: null });
});

test('in a drill a first signal is never later than the reportable information that was said', () => {
  const said = { firstSignal: null, reportableInformation: REPORTABLE };
  expect(awarenessAtOpening(said, drill)).toEqual({ ...said, firstSignal: REPORTABLE, decision: null });
  expect(awarenessAtOpening({ firstSignal: SIGNAL, reportableInformation: null }, drill)).toEqual({
    firstSignal: SIGNAL,
    reportableInformation: OPENED,
    decision: null,
  });
  expect(awarenessAtOpening({ firstSignal: null, reportableInformation: null }, drill)).toMatchObject({
    firstSignal: OPENED,
    reportableInformation: OPENED,
  });
});

test.each([
  ['a signal after the information', { firstSignal: REPORTABLE, reportableInformation: SIGNAL }, 'firstSignal', SIGNAL],
  ['information after the opening', { firstSignal: SIGNAL, reportableInformation: at('10T08:01') }, 'reportableInformation', OPENED],
  ['a signal after the opening', { firstSignal: at('10T08:01'), reportableInformation: null }, 'firstSignal', OPENED],
])('%s is refused with the field, what was expected and what to give', (_what, said, field, latest) => {
  const { code, where, expected, remedy } = refusal(() => awarenessAtOpening(said, drill));
  expect({ code, where }).toEqual({ code: 'wrong-use', where: `awareness.${field}` });
  expect(expected).toContain(latest);
  expect(remedy).toContain(field);
}); // prettier-ignore

test.each(['firstSignal', 'reportableInformation'] as const)('a recall without %s is refused', (field) => {
  const said = { firstSignal: SIGNAL, reportableInformation: REPORTABLE, [field]: null };
  const found = refusal(() => awarenessAtOpening(said, { mode: 'recall', openedAt: OPENED }));
  expect(found).toMatchObject({ code: 'wrong-use', where: `awareness.${field}` });
  expect(found.remedy).toMatch(/--(first-signal|reportable-information) INSTANT/);
});
