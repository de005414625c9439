import type { Evidence } from '../engine/evidence.js';
import { regimeOf } from '../engine/filing.js';
import { roleIn, type Particulars } from '../engine/particulars.js';
import type { Market, RegimeId } from '../engine/words.js';
import { NEEDS } from '../regulations/report-fields.js';
import type { Duty, Regime } from '../regulations/regimes.js';
import type { EvidenceLine } from './evidence.js';

/** Something that a report to an authority has to say and the case does not: `text` is its place in the case file. */
export type MissingText = { regime: RegimeId; markets: Market[]; text: string; asksFor: string; cite: string };

/**
 * What the reports of these markets would lack, so that somebody can be asked for it before they are owed. `particulars`:
 * `regulatory` of the case file. By regime and, within it, in the order in which its report asks; the domain comes first,
 * because whether the regime covers the product at all depends on it.
 */
export function missingTexts(regimes: Regime[], particulars: Particulars, markets: Market[]): MissingText[] {
  return regimes.flatMap((regime) => {
    const hit = regime.markets.filter((market) => markets.includes(market));
    const { domain } = particulars;
    if (hit.length === 0 || regime.duties.length === 0) return [];
    if (domain !== undefined && !regime.sectors.includes(domain)) return [];
    const unsaid =
      domain === undefined
        ? [{ name: 'domain', asksFor: 'What kind of product it is', cite: `scope of ${regime.title}` }]
        : [];
    const needed = [...unsaid, ...regime.duties.flatMap((duty) => neededBy(duty, particulars, hit))];
    const first = needed.filter(({ name }, at) => needed.findIndex((one) => one.name === name) === at);
    return first.map(({ name, asksFor, cite }) => ({
      regime: regime.regime,
      markets: hit,
      text: `regulatory.${name}`,
      asksFor,
      cite,
    }));
  });
}

function neededBy(
  { fields }: Duty,
  particulars: Particulars,
  hit: Market[],
): { name: string; asksFor: string; cite: string }[] {
  return fields.flatMap(({ name: field, text: asksFor, cite }) => {
    const needs: readonly (keyof Particulars)[] = field in NEEDS ? NEEDS[field as keyof typeof NEEDS] : [];
    return needs.flatMap((name) => {
      if (name === 'roles')
        return hit
          .filter((market) => roleIn(particulars, market) === null)
          .map((market) => ({ name: `roles.${market}`, asksFor, cite }));
      const said = particulars[name];
      return said === undefined || said.length === 0 ? [{ name, asksFor, cite }] : [];
    });
  });
}

/**
 * What whoever is about to submit a report has to know that it lacks, before it is submitted. It is no part of the evidence,
 * whose pack lists the same as what may follow: both come from the case, which does not change.
 */
export function lackingLines(
  { question, about, trace }: Pick<Evidence, 'question' | 'about' | 'trace'>,
  particulars: Particulars,
  regimes: () => Regime[],
): EvidenceLine[] {
  if (question !== 'submit-filing' || about?.kind !== 'filing') return [];
  const regime = regimeOf(about.id);
  const markets = (trace?.markets ?? []).map(({ market }) => market);
  const missing = missingTexts(
    regimes().filter((one) => one.regime === regime),
    particulars,
    markets,
  );
  if (missing.length === 0) return [];
  const asked = missing.map(({ text, asksFor, cite }) => `${text}: ${asksFor} (${cite})`);
  const advice = 'Please ask whoever knows it before you submit the report, or tell the authority that it follows.';
  return [{ name: 'Not stated in the case', value: [...asked, advice].join('\n') }];
}
