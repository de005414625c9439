import { afterEach, beforeEach } from '@jest/globals';
import type { Deps } from '../../activities/deps.js';
import type { Pool } from '../../store/db.js';
import { activityDeps } from './activity-deps.js';
import { startMailServer, type MailServer } from './mail-server.js';

/** For each test a mail server of its own, and what a worker gives its activities over it and the database. */
export function ownWorker(database: { readonly pool: Pool }): { readonly mail: MailServer; readonly deps: Deps } {
  let mail: MailServer;
  let deps: Deps;
  beforeEach(async () => {
    mail = await startMailServer();
    deps = activityDeps(database.pool, mail);
  });
  afterEach(async () => {
    deps.egress.close();
    await mail.stop();
  });
  return {
    get mail() {
      return mail;
    },
    get deps() {
      return deps;
    },
  };
}
