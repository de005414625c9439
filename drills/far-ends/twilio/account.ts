import type { Services } from './api.js';
import { rfc2822 } from './lists.js';

/** Whoever has the credentials of an account can see it: so a sender learns whether they are right. */
export function accountService(accountSid: string, now: () => Date): Pick<Services, 'FetchAccount'> {
  const since = rfc2822(now());
  const body = {
    ...{ sid: accountSid, owner_account_sid: accountSid, auth_token: null, friendly_name: 'Drill' },
    ...{ status: 'active', type: 'Full', date_created: since, date_updated: since },
    subresource_uris: {},
    uri: `/2010-04-01/Accounts/${accountSid}.json`,
  };
  return { FetchAccount: { fields: [], serve: () => ({ status: 200, body }) } };
}
