import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Deps } from '../activities/deps.js';
import { createEgress } from '../activities/egress.js';
import { caseFileSchema } from '../api/contract/opening.js';
import { BUNDLED_BRAND, readBrand } from '../api/brand.js';
import type { ContactRung } from '../engine/channels.js';
import type { EffectCall } from '../engine/effects.js';
import { open } from '../engine/open.js';
import type { Scope } from '../engine/scope.js';
import type { Waves } from '../engine/waves.js';
import type {
  EffectId,
  IsoDate,
  IsoDuration,
  IsoInstant,
  Language,
  PersonId,
  RecallId,
  RoleName,
  Sha256,
  StepName,
} from '../engine/words.js';
import { bundledCatalogue } from '../playbooks/catalogue.js';
import { requirePlaybook } from '../playbooks/parse.js';
import { loadNoticeRules } from '../regulations/notice-rules.js';
import { loadRegimes } from '../regulations/regimes.js';
import { withTransaction, type Pool } from '../store/db.js';
import { appendEvents } from '../store/ledger.js';
import { createRecall, type CaseFile } from '../store/recalls.js';
import { newKeys } from '../trust/keys.js';
import { viewOf } from '../workflows/words.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLAYBOOK = 'playbooks/consumer-product-gb-eu.yaml';
const CASE = 'playbooks/notices/example-case.json';
const OPENED = '2026-09-10T08:00:00.000Z' as IsoInstant;
export const TELL = 'tell' as StepName;
const SCOPE: Scope = {
  version: 1,
  kind: 'window',
  item: '22423',
  from: '2026-03-03' as IsoDate,
  to: '2026-06-02' as IsoDate,
};
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'sv', 'ar'] as Language[];
const LADDER = [
  { by: 'email', after: 'PT0S' },
  { by: 'sms', after: 'PT4H' },
  { by: 'voice', after: 'P1D' },
  { by: 'email', after: 'P3D' },
] as ContactRung[];
const WAVES: Waves = {
  first: [{ take: 'critical' }, { take: 'share', share: 0.05 }],
  pause: 'PT4H' as IsoDuration,
  stop: { bounced: 0.1, complaints: 0.01, ask: 'commander' as RoleName },
};
const OPENING = {
  ...{ mode: 'drill' as const, action: 'recall' as const },
  awareness: { firstSignal: OPENED, reportableInformation: OPENED, decision: null },
  opener: 'ops' as PersonId,
};
/** Where they bought it: the markets of the bundled regimes, and some that no rules judge. */
const MARKETS = ['GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'PL', 'PT', 'SE', 'AT', 'BE', 'IE', 'FI', 'DK', 'AU', 'US', 'CH'];

/** What a worker gives its activities; nothing is sent with it. */
export function quietDeps(pool: Pool): Deps {
  const mailDomain = 'maker.example';
  return {
    worker: 'bench',
    pool,
    channelLacks: {},
    webhookKey: null,
    smsPrices: { currency: 'EUR', perSegment: { GB: 0.04, DE: 0.08, '*': 0.1 } },
    egress: createEgress({
      smtpUrl: 'smtp://127.0.0.1:9',
      mailFrom: `Recall team <recalls@${mailDomain}>`,
      mailDomain,
      twilio: null,
      dkim: null,
    }),
    keys: newKeys(),
    signer: null,
    regimes: loadRegimes(),
    noticeRules: loadNoticeRules(),
    log: pino({ level: 'silent' }),
    brand: readBrand(BUNDLED_BRAND).mail,
    publicUrl: 'http://127.0.0.1:8080',
    sender: null,
    mailDomain,
    warehouseUrl: 'http://127.0.0.1:9/stop',
    authorityMail: {},
    documentsDir: null,
  };
}

/**
 * A recall of the bundled playbook whose trace found so many customers. One in a hundred is a critical place, one in fifty
 * has no address, one in a hundred wants no text messages, and one in twenty bought in two countries.
 */
export async function manyCustomers(pool: Pool, size: number): Promise<RecallId> {
  await pool.query('truncate contact');
  await pool.query(
    `insert into contact (code, name, customer_type, criticality, do_not_contact, language, email, phone, sms, voice)
     select n::text, 'Customer ' || n, 'shop', case when n % 100 = 7 then 'school' end, case when n % 100 = 9 then 'sms' end,
            ($2::text[])[1 + n % cardinality($2::text[])],
            case when n % 50 <> 0 then 'customer' || n || '@shops.example' end,
            case when n % 50 <> 0 then '+44 7700 ' || n end,
            case when n % 50 <> 0 and n % 2 = 0 then '+447700' || lpad(n::text, 7, '0') end,
            case when n % 50 <> 0 and n % 2 = 0 then '+447700' || lpad(n::text, 7, '0') end
       from generate_series(1, $1::integer) n`,
    [size, LANGUAGES],
  );
  const playbookText = readFileSync(`${ROOT}${PLAYBOOK}`, 'utf8');
  const playbook = requirePlaybook(playbookText, PLAYBOOK, bundledCatalogue());
  const { recallId } = await withTransaction(pool, (client) =>
    createRecall(client, {
      ...OPENING,
      clockKind: 'stepped',
      playbook,
      playbookText,
      scope: SCOPE,
      caseFile: benchCase(),
      sharedRoles: [],
      allowList: null,
      salt: 'salt',
      openedAt: OPENED,
      idempotencyKey: `bench-${size}-${Date.now()}`,
      requestDigest: 'digest' as Sha256,
    }),
  );
  await pool.query(
    `insert into traced_consignee (recall_id, scope_version, code, markets, units, units_credited, lines)
     select $1, 1, n::text,
            case when n % 20 = 0 then array[($3::text[])[1 + n % cardinality($3::text[])], 'ZZ']
                 else array[($3::text[])[1 + n % cardinality($3::text[])]] end,
            1 + n % 40, case when n % 80 = 0 then 1 else 0 end, 1
       from generate_series(1, $2::integer) n`,
    [recallId, size, MARKETS],
  );
  return recallId;
}

/** The first entries of such a recall's ledger, which its workflow would append. */
export async function keepOpening(pool: Pool, recallId: RecallId): Promise<void> {
  const playbook = requirePlaybook(readFileSync(`${ROOT}${PLAYBOOK}`, 'utf8'), PLAYBOOK, bundledCatalogue());
  const opening = { ...OPENING, recallId, playbook, scope: SCOPE, sharedRoles: [], case: null, openedAt: OPENED };
  const { state, events } = open(opening);
  await appendEvents(pool, { recallId, events, view: viewOf(state), halts: [] });
}

function benchCase(): CaseFile {
  const { picture: _none, ...caseFile } = caseFileSchema.parse(JSON.parse(readFileSync(`${ROOT}${CASE}`, 'utf8')));
  return caseFile;
}

export function freezing(recallId: RecallId): EffectCall<'freezeRecipients'> {
  return {
    id: `${TELL}/1/freezeRecipients/1` as EffectId,
    kind: 'freezeRecipients',
    step: TELL,
    round: 1,
    recallId,
    now: OPENED,
    payload: {
      campaign: TELL,
      revision: 1,
      scope: SCOPE,
      notice: 'recall-notice',
      languages: LANGUAGES,
      contacts: ['main'],
      ladder: LADDER,
      waves: WAVES,
    },
  };
}
