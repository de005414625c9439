import type { NewScope, ScopeKind, SerialRange } from '../engine/scope.js';
import type { Language } from '../engine/words.js';

/** The languages that notices are written in. */
export const NOTICE_LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'] as const;

type ScopeTexts = { [Kind in ScopeKind]: (scope: Extract<NewScope, { kind: Kind }>) => string };

/** What of the item a recipient must look for: one line of a notice. French has a space that does not break before a colon. */
const TEXTS = {
  ar: {
    window: ({ from, to }) => `بيع لكم: من ${from} إلى ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'أرقام الدفعات' : 'رقم الدفعة'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'الأرقام التسلسلية' : 'الرقم التسلسلي'}: ${list(ranges, (from, to) => `من ${from} إلى ${to}`)}`,
  },
  de: {
    window: ({ from, to }) => `An Sie verkauft: ${from} bis ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Chargennummern' : 'Chargennummer'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Seriennummern' : 'Seriennummer'}: ${list(ranges, (from, to) => `${from} bis ${to}`)}`,
  },
  en: {
    window: ({ from, to }) => `Sold to you: ${from} to ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Lot numbers' : 'Lot number'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Serial numbers' : 'Serial number'}: ${list(ranges, (from, to) => `${from} to ${to}`)}`,
  },
  es: {
    window: ({ from, to }) => `Vendido a su empresa: del ${from} al ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Números de lote' : 'Número de lote'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Números de serie' : 'Número de serie'}: ${list(ranges, (from, to) => `del ${from} al ${to}`)}`,
  },
  fr: {
    window: ({ from, to }) => `Vendu à votre entreprise\u00a0: du ${from} au ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Numéros de lot' : 'Numéro de lot'}\u00a0: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Numéros de série' : 'Numéro de série'}\u00a0: ${list(ranges, (from, to) => `de ${from} à ${to}`)}`,
  },
  it: {
    window: ({ from, to }) => `Venduto alla sua azienda: dal ${from} al ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Numeri di lotto' : 'Numero di lotto'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Numeri di serie' : 'Numero di serie'}: ${list(ranges, (from, to) => `da ${from} a ${to}`)}`,
  },
  nl: {
    window: ({ from, to }) => `Aan u verkocht: ${from} tot en met ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Lotnummers' : 'Lotnummer'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Serienummers' : 'Serienummer'}: ${list(ranges, (from, to) => `${from} tot en met ${to}`)}`,
  },
  pl: {
    window: ({ from, to }) => `Sprzedane Państwu: od ${from} do ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Numery partii' : 'Numer partii'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Numery seryjne' : 'Numer seryjny'}: ${list(ranges, (from, to) => `od ${from} do ${to}`)}`,
  },
  pt: {
    window: ({ from, to }) => `Vendido à sua empresa: de ${from} a ${to}`,
    lots: ({ lots }) => `${lots.length > 1 ? 'Números de lote' : 'Número de lote'}: ${lots.join(', ')}`,
    serials: ({ ranges }) =>
      `${hasMany(ranges) ? 'Números de série' : 'Número de série'}: ${list(ranges, (from, to) => `de ${from} a ${to}`)}`,
  },
  sv: {
    window: ({ from, to }) => `Såld till er: ${from} till ${to}`,
    lots: ({ lots }) => `Partinummer: ${lots.join(', ')}`,
    serials: ({ ranges }) => `Serienummer: ${list(ranges, (from, to) => `${from} till ${to}`)}`,
  },
} satisfies Record<(typeof NOTICE_LANGUAGES)[number], ScopeTexts>;

/** The public was sold it by anybody: what is said to a business that was supplied is not so for them. */
const SOLD = {
  ar: ({ from, to }) => `بيع من ${from} إلى ${to}`,
  de: ({ from, to }) => `Verkauft: ${from} bis ${to}`,
  en: ({ from, to }) => `Sold: ${from} to ${to}`,
  es: ({ from, to }) => `Vendido: del ${from} al ${to}`,
  fr: ({ from, to }) => `Vendu\u00a0: du ${from} au ${to}`,
  it: ({ from, to }) => `Venduto: dal ${from} al ${to}`,
  nl: ({ from, to }) => `Verkocht: ${from} tot en met ${to}`,
  pl: ({ from, to }) => `Sprzedany: od ${from} do ${to}`,
  pt: ({ from, to }) => `Vendido: de ${from} a ${to}`,
  sv: ({ from, to }) => `Såld: ${from} till ${to}`,
} satisfies Record<(typeof NOTICE_LANGUAGES)[number], ScopeTexts['window']>;

/** The line of a public notice that says what of the item is recalled. */
export function publicScopeText(scope: NewScope, language: Language): string {
  const sold = (SOLD as Record<string, ScopeTexts['window']>)[language];
  return scope.kind === 'window' && sold !== undefined ? sold(scope) : scopeText(scope, language);
}

/** The line of a notice that says what of the item is recalled. Throws for a language that no notice is written in. */
export function scopeText(scope: NewScope, language: Language): string {
  const texts = (TEXTS as Record<string, ScopeTexts>)[language];
  if (texts === undefined) throw new Error(`no notice says in ${language} what is recalled`);
  switch (scope.kind) {
    case 'window':
      return texts.window(scope);
    case 'lots':
      return texts.lots(scope);
    case 'serials':
      return texts.serials(scope);
    default:
      return scope satisfies never;
  }
}

function hasMany(ranges: SerialRange[]): boolean {
  return ranges.length > 1 || ranges.some(({ from, to }) => from !== to);
}

function list(ranges: SerialRange[], between: (from: string, to: string) => string): string {
  return ranges.map(({ from, to }) => (from === to ? from : between(from, to))).join(', ');
}
