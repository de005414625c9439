import { questionWords } from '../engine/steps/asks.js';
import type { Question } from '../engine/effects.js';
import type { IsoInstant } from '../engine/words.js';
import { dueWords } from '../engine/time-words.js';
import type { PageBrand } from './brand.js';
import { instantText } from './instants.js';
import { page } from './pages.js';
import { renderHtml } from './templates.js';

/** What is asked of a person, as their inbox has it. */
export type InboxAsk = {
  href: string;
  recallId: string;
  /** Title of the recall's step. */
  title: string;
  question: Question;
  drill: boolean;
  /** By the clock of its recall, on which it is `now`. */
  dueAt: IsoInstant;
  now: IsoInstant;
};

const FRAME = { language: 'en', above: '', drill: null, contact: '', disclaimer: '' };

/** Where somebody goes to sign in. */
export function renderSignIn({
  brand,
  ...data
}: {
  brand: PageBrand;
  /** What leads to the identity provider. */
  begin: string;
  isDevelopment: boolean;
}): string {
  return page({ ...FRAME, brand, title: 'Sign in', heading: 'Sign in' }, renderHtml('./pages/sign-in.liquid', data));
}

/** What somebody reads who has signed out. */
export function renderSignedOut(brand: PageBrand, isEverywhere: boolean): string {
  const title = isEverywhere ? 'You have signed out everywhere' : 'You have signed out';
  const body = '<p><a href="/sign-in">Sign in again</a></p>';
  return page({ ...FRAME, brand, title, heading: title }, body);
}

/** All that is asked of a person, in the order given. */
export function renderInbox({
  brand,
  asks,
  ...data
}: {
  brand: PageBrand;
  name: string;
  zone: string;
  asks: InboxAsk[];
  /** Shows that a form was on a page of ours. */
  proof: string;
  isDevelopment: boolean;
}): string {
  const title = asks.length === 0 ? 'Nothing is asked of you' : `Asked of you: ${asks.length}`;
  const body = renderHtml('./pages/inbox.liquid', {
    ...data,
    asks: asks.map(({ question, dueAt, now, ...ask }) => ({
      ...ask,
      question: questionWords(question),
      dueAt: instantText(dueAt, data.zone),
      dueIn: dueWords(dueAt, now),
      isOverdue: dueAt < now,
    })),
  });
  return page({ ...FRAME, brand, title, heading: title, above: data.name }, body);
}
