/**
 * The reports that a regime can ask for, by what it asks them for: what must be said first, of an accident, of what was
 * learned or changed since, of how it goes, of how it ended, and of a rise in incidents. A filing step names one of them.
 */
export const REPORTS = ['initial', 'accident', 'supplement', 'status', 'final', 'trend'] as const;
export type ReportName = (typeof REPORTS)[number];
