import type { Playbook, StepDefinition } from '../engine/playbook.js';
import type { NewScope } from '../engine/scope.js';
import { instantOf, type Language } from '../engine/words.js';
import { bundledCatalogue } from '../playbooks/catalogue.js';
import { requirePlaybook } from '../playbooks/parse.js';
import { customersLacking, EXAMPLES_MAX, marketsOf, sameUnitsRecalled } from '../store/preflight.js';
import { loadRegimes } from '../regulations/regimes.js';
import type { Finding, PreflightRequest } from './contract/preflight.js';
import type { ApiDeps } from './deps.js';
import { checkOpening } from './opening-checks.js';

/**
 * All that stands in the way of a recall from a playbook, and all that whoever opens it has to know, at once. Opens nothing.
 * What blocks is what an opening is refused for. Throws `playbook-malformed`, for nothing can be said of such a playbook.
 */
export async function preflight(
  deps: ApiDeps,
  asked: PreflightRequest,
): Promise<{ ready: boolean; findings: Finding[] }> {
  const { playbookFile, scope, caseFile } = asked;
  const playbook = requirePlaybook(asked.playbook, playbookFile, bundledCatalogue());
  const at = asked.openedAt ?? instantOf(Date.now());
  const { refusals } = await checkOpening(deps, { ...asked, playbook, at });
  const blocking = refusals.map(({ kind, found, error }): Finding => {
    const { code, where = null, message, remedy } = error;
    return { kind, severity: 'blocks', ...counted(found), message, remedy, code, where };
  });
  const warnings = [
    ...(await customerWarnings(deps, playbook, scope)),
    ...(await authorityWarnings(deps, playbook, scope)),
    ...(scope === null ? [] : await otherRecalls(deps, scope)),
    ...untranslated(playbook, caseFile),
  ];
  return { ready: blocking.length === 0, findings: [...blocking, ...warnings] };
}

const WARNS = { severity: 'warns', code: null, where: null } as const;

function counted(found: string[]): Pick<Finding, 'count' | 'examples'> {
  return { count: found.length, examples: found.slice(0, EXAMPLES_MAX) };
}

type Campaign = Extract<StepDefinition, { kind: 'campaign' }>;

function campaignsOf({ steps }: Playbook): Campaign[] {
  return steps.filter((step) => step.kind === 'campaign');
}

async function customerWarnings({ pool }: ApiDeps, playbook: Playbook, scope: NewScope | null): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, audience, languages, ladder, notice } of campaignsOf(playbook)) {
    // Of the public nobody has an address, and of those whom customers will name nobody is known yet.
    if (audience !== 'consignees') continue;
    const channels = [...new Set(ladder.map(({ by }) => by))];
    const lacking = await customersLacking(pool, scope, { languages, channels });
    const customers = (count: number): string => (count === 1 ? '1 customer' : `${count} customers`);
    const warn = (kind: Finding['kind'], what: keyof typeof lacking, message: string, remedy: string): void => {
      if (lacking[what].count > 0)
        findings.push({
          kind,
          ...WARNS,
          ...lacking[what],
          message: `${name}: ${customers(lacking[what].count)} ${message}`,
          remedy,
        });
    };
    warn(
      'customer-without-contact',
      'contact',
      'without a contact: no notice reaches them, and no telephone number is known',
      'import their contacts (recall import contacts FILE); GET /imports/missing-contacts lists them',
    );
    warn(
      'customer-without-address',
      'address',
      `without an address for ${channels.join(' or ')}: they are to be telephoned`,
      'complete their contacts and import them again',
    );
    warn(
      'customer-without-language',
      'language',
      `with a language that the notice ${notice} is not written in: they are written to in ${languages[0]!}`,
      `write the notice in their languages, and name these in the playbook's step ${name}`,
    );
  }
  return findings;
}

/** Authorities that a report would be mailed to, if anybody knew where. */
async function authorityWarnings(deps: ApiDeps, playbook: Playbook, scope: NewScope | null): Promise<Finding[]> {
  const reports = playbook.steps.flatMap((step) => (step.kind === 'filing' ? [step.report] : []));
  if (reports.length === 0) return [];
  const hit = await marketsOf(deps.pool, scope);
  const unknown = loadRegimes().filter(
    ({ regime, markets, duties }) =>
      markets.some((market) => hit.includes(market)) &&
      duties.some(({ report, filing }) => reports.includes(report) && filing.mode === 'mail') &&
      deps.authorityMail[regime] === undefined,
  );
  if (unknown.length === 0) return [];
  return [
    {
      kind: 'authority-without-address',
      ...WARNS,
      ...counted(unknown.map(({ regime, authority }) => `${regime}: ${authority.name}`)),
      message: 'a report goes by mail, and no address of the authority is configured: a person has to submit it',
      remedy: `set AUTHORITY_MAIL for the workers and the API, with an address for ${unknown.map(({ regime }) => regime).join(', ')}`,
    },
  ];
}

async function otherRecalls({ pool }: ApiDeps, scope: NewScope): Promise<Finding[]> {
  const others = await sameUnitsRecalled(pool, scope);
  if (others.length === 0) return [];
  const words = others.map(
    ({ recallId, mode, lines, units }) => `${recallId} (${mode}, ${lines} lines, ${units} units)`,
  );
  return [
    {
      kind: 'same-units-recalled',
      ...WARNS,
      ...counted(words),
      message: 'the same units are recalled already: their customers would be told twice',
      remedy: 'see `recall status` of each; open another one only if it is meant',
    },
  ];
}

const TEXTS = ['product', 'hazard', 'actions', 'remedies', 'identification', 'picture.alt'] as const;

/** Texts of the case that the notices of a playbook would have to borrow from another language. */
function untranslated(playbook: Playbook, caseFile: Record<string, unknown> | null): Finding[] {
  if (caseFile === null) return [];
  const languages = [...new Set(campaignsOf(playbook).flatMap((step): Language[] => step.languages))];
  const missing = TEXTS.flatMap((text) => {
    const [name, within] = text.split('.') as [string, string?];
    const said = caseFile[name];
    const written = within === undefined ? said : (said as Record<string, unknown> | undefined)?.[within];
    // What is not there at all keeps the recall from being opened, and is said there.
    if (typeof written !== 'object' || written === null || Object.keys(written).length === 0) return [];
    return languages.filter((language) => !Object.hasOwn(written, language)).map((language) => `${text}.${language}`);
  });
  if (missing.length === 0) return [];
  return [
    {
      kind: 'case-text-untranslated',
      ...WARNS,
      count: missing.length,
      examples: missing,
      message:
        'the case lacks texts in languages of the notice: it says them in English, or in the first language there is',
      remedy: 'write them into the case file',
    },
  ];
}
