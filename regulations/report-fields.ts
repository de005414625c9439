import type { Particulars } from '../engine/particulars.js';

/**
 * Every field that a report to an authority can have, and what stands there. A regime asks for fields by these names
 * only, and documents/filings.ts gives each of them its value: neither can know a name that the other does not. Each says
 * something of its own, and a duty may name each once, so that nothing stands in a report twice.
 */
export const REPORT_FIELDS = {
  accident: 'how badly somebody was hurt, where and when, and how we came to know of it',
  authorities: "the regime's markets that are hit, by name",
  changes: 'the facts that are otherwise than they were reported, as they were said and as they are',
  circulating: "units that may still circulate in each of the regime's markets",
  findings:
    'what was tested, the root cause and the corrective action, as quality attached them, with the hashes of their evidence',
  measures: 'what has been done by now and what has not, each with its instant',
  notifier: 'the company, and whom to ask',
  otherCountries: 'the markets that are hit outside this regime, by name',
  particulars: 'brand, model, barcode, category, country of origin, and pictures',
  product: 'the product, its item, when it was sold, and the marks it is known by',
  risk: 'the hazard, the risk as it was assessed, and the injuries',
  role: 'what we are to the product in these markets, and the act that this asks of us',
  suppliers: 'who supplied us with the product',
  tracing: "units and identified customers, in the regime's markets and in all",
} as const;
export type ReportField = keyof typeof REPORT_FIELDS;

/** What a case must state for a field to say anything. */
export const NEEDS = {
  role: ['roles'],
  particulars: ['brand', 'model', 'gtin', 'category', 'origin', 'pictures'],
  suppliers: ['suppliers'],
} as const satisfies Partial<Record<ReportField, (keyof Particulars)[]>>;
