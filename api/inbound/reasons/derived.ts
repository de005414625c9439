import type { Reason } from './reason.js';

/** Details of status codes for what a server says in words only. No registry gives 9nn away, so that they tell what was said from what we made of it; they are Sisimai's. */
export const DERIVED_DETAILS = {
  'sender not authenticated': 972,
  'bad reputation': 975,
  'sender blocked': 971,
  'content refused': 960,
  'limit exceeded': 923,
  expired: 947,
  filtered: 910,
  'has moved': 916,
  'host unknown': 912,
  'mailbox full': 922,
  'mailer error': 939,
  'too big': 934,
  'network error': 944,
  'no relaying': 909,
  'takes no mail': 932,
  'not compliant': 974,
  'on hold': 901,
  policy: 972,
  'sender rejected': 918,
  'reverse name missing': 973,
  security: 970,
  spam: 980,
  'too fast': 946,
  suspended: 921,
  'system error': 930,
  'system full': 931,
  syntax: 902,
  'too many connections': 945,
  'user unknown': 911,
  virus: 971,
  nothing: 900,
} as const satisfies Record<Reason | 'nothing', number>;

/** Where it is another one for a failure that may pass. */
export const DERIVED_DETAILS_FOR_NOW: Partial<Record<Reason, number>> = { filtered: 924 };
