import { voice } from '../../activities/channels/voice.js';
import { sms } from '../../activities/channels/sms.js';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { BUNDLED_BRAND, readBrand } from '../../api/brand.js';
import type { ApiDeps } from '../../api/deps.js';
import type { Pool } from '../../store/db.js';
import { KEYS } from '../activities/activity-deps.js';

/** What an API is given over a database of the test's own: no way in but what a link opens, and nothing to call. */
export function apiDeps(pool: Pool, changes: Partial<ApiDeps> = {}): ApiDeps {
  return {
    pool,
    client: unansweredClient(),
    log: pino({ level: 'silent' }),
    keys: KEYS,
    identityProvider: null,
    localKey: null,
    codecAccess: null,
    temporalUi: null,
    mailDoor: null,
    allowList: { mailDomains: [], urls: [], phones: [] },
    channelLacks: {},
    authorityMail: {},
    webhookKey: null,
    twilioAuthToken: null,
    readReports: { sms: sms.readReport, voice: voice.readReport },
    mailDomain: 'maker.example',
    publicUrl: 'http://127.0.0.1:8080',
    helpContact: 'help@maker.example',
    trustedProxies: [],
    brand: readBrand(BUNDLED_BRAND),
    ...changes,
  };
}

/** Of a client that is never used nothing is connected: nothing listens where it would look for Temporal. */
function unansweredClient(): Client {
  return new Client({ connection: Connection.lazy({ address: '127.0.0.1:9' }) });
}
