import { noticeCatalogue } from '../documents/notices.js';
import { shortCatalogue } from '../documents/short-notices.js';
import { loadRegimes } from '../regulations/regimes.js';
import type { Catalogue } from './lint.js';

/** The notices that come with the product, the languages each is written in, and the reports that its regimes ask for. */
export function bundledCatalogue(): Catalogue {
  const reports = loadRegimes().flatMap(({ duties }) => duties.map(({ report }) => report));
  return {
    notices: noticeCatalogue(),
    publicNotices: noticeCatalogue('public'),
    shortNotices: shortCatalogue(),
    reports: [...new Set(reports)],
  };
}
