import { noticeCatalogue } from '../documents/notices.js';
import type { Catalogue } from './lint.js';

/** The notices that come with the product, and the languages each is written in. */
export function bundledCatalogue(): Catalogue {
  return { notices: noticeCatalogue() };
}
