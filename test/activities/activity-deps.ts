import { randomUUID } from 'node:crypto';
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createActivities, type Activities } from '../../activities/activities.js';
import type { Deps } from '../../activities/deps.js';
import type { MailBrand } from '../../documents/brand.js';
import { createEgress } from '../../activities/egress.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import type { EffectActivities, EffectCall, EffectKind, EffectReturn } from '../../engine/effects.js';
import { loadRegimes } from '../../regulations/regimes.js';
import type { Pool } from '../../store/db.js';
import type { CaseFile } from '../../store/recalls.js';
import { newKeys } from '../../trust/keys.js';
import type { Market } from '../../engine/words.js';

export const KEYS = newKeys();
export const PUBLIC_URL = 'http://127.0.0.1:8080';
export const AUTHORITY = 'notify@opss.example';

export const CASE_FILE: CaseFile = {
  product: { en: 'CAKESTAND', de: 'Etagere' },
  hazard: { en: 'The rod can fail.', de: 'Die Stange kann versagen.' },
  actions: { en: 'Do not repair it.', de: 'Nicht reparieren.' },
  remedies: { en: 'Refund.', de: 'Erstattung.' },
  identification: { en: 'Codes 26-10 to 26-22.', de: 'Codes 26-10 bis 26-22.' },
  company: 'Maker Ltd (invented)',
  contact: 'recalls@maker.example',
  disclaimer: { en: 'Invented.', de: 'Erfunden.' },
};

/** Its logo is no picture, and not looked at. */
export const BRAND: MailBrand = {
  name: 'Maker & Sons',
  accent: '#7a1f1f',
  onAccent: '#fffffe',
  dark: { accent: '#ffb3b3', onAccent: '#2a0a0a' },
  logo: { cid: 'logo', mediaType: 'image/png', base64: 'iVBORw0KGgo=' },
};

/** What a worker gives its activities, over a database and a mail server of the test's own. */
export function activityDeps(pool: Pool, server: { url: string }): Deps {
  const mailDomain = 'maker.example';
  return {
    worker: randomUUID(),
    pool,
    channelLacks: {},
    webhookKey: null,
    smsPrices: null,
    egress: createEgress({
      smtpUrl: server.url,
      mailFrom: `Recall team <recalls@${mailDomain}>`,
      mailDomain,
      twilio: null,
      dkim: null,
    }),
    keys: KEYS,
    signer: null,
    regimes: loadRegimes(),
    noticeRules: loadNoticeRules(),
    log: pino({ level: 'silent' }),
    brand: BRAND,
    publicUrl: PUBLIC_URL,
    sender: { lines: ['Maker Ltd (invented)', '1 High Street', 'London'], country: 'GB' as Market },
    mailDomain,
    warehouseUrl: 'http://127.0.0.1:9/stop',
    authorityMail: { 'gb-gpsr2005': AUTHORITY },
    documentsDir: null,
  };
}

/** The context of one attempt. An activity that fails on purpose is no news on the terminal. */
export function attemptOf(startToCloseTimeoutMs = 600_000): MockActivityEnvironment {
  return new MockActivityEnvironment(
    { startToCloseTimeoutMs },
    { logger: new DefaultLogger('ERROR', () => undefined) },
  );
}

/** Runs the activity of an effect as a worker does, in an attempt of its own. */
export async function runEffect<K extends EffectKind>(
  deps: Deps,
  call: EffectCall<K>,
  attempt = attemptOf(),
): Promise<EffectReturn<K>> {
  const activities: Activities = createActivities(deps);
  const activity = activities[call.kind] as EffectActivities[K];
  return attempt.run<[EffectCall<K>], EffectReturn<K>, typeof activity>(activity, call);
}

/** What `use` comes to on a database that goes away just as the result of an effect is first kept, or kept whole. */
export async function losingResults<T>(pool: Pool, write: 'insert' | 'update', use: () => Promise<T>): Promise<T> {
  await pool.query(
    `create function refuse_result() returns trigger language plpgsql as $$ begin raise exception 'away'; end $$`,
  );
  await pool.query(
    `create trigger refuse before ${write} on effect_result for each row execute function refuse_result()`,
  );
  try {
    return await use();
  } finally {
    await pool.query('drop function refuse_result cascade');
  }
}

/** A pool whose process has died: from `die` on no connection is given out, and what is written is only what was committed. */
export function mortal(pool: Pool): { pool: Pool; die: () => void } {
  let dead = false;
  const gone = (): never => {
    throw new Error('the process has died');
  };
  const dying = new Proxy(pool, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown =>
        dead ? gone() : (value as (...given: unknown[]) => unknown).apply(target, args);
    },
  });
  return { pool: dying, die: () => (dead = true) };
}
