import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import type { ChannelLacks } from '../../engine/channels.js';
import { ROOT } from '../../tools/setup.mjs';
import { newWebhookKey, webhookSecret } from '../../trust/webhook-secrets.js';
import { CASE_FILE } from '../activities/activity-deps.js';
import { ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';

const LOCAL_KEY = 'a key of this test alone';
const PLAYBOOK = 'playbooks/consumer-product-gb-eu.yaml';

const database = ownDatabase();

async function withApi<T>(
  channelLacks: ChannelLacks,
  use: (api: FastifyInstance) => Promise<T>,
  webhookKey: string | null = null,
): Promise<T> {
  const api = await createApi(apiDeps(database.pool, { localKey: LOCAL_KEY, channelLacks, webhookKey }));
  try {
    return await use(api);
  } finally {
    await api.close();
  }
}

/** Asks for a drill of the bundled playbook, whose step `tell` sends by e-mail. */
async function open(channelLacks: ChannelLacks): Promise<Record<string, unknown>> {
  const payload = {
    playbook: readFileSync(join(ROOT, PLAYBOOK), 'utf8'),
    playbookFile: PLAYBOOK,
    mode: 'drill',
    clock: 'stepped',
    openedAt: '2026-09-10T08:00:00.000Z',
    scope: { item: '22423', from: '2026-03-03', to: '2026-06-02' },
    caseFile: CASE_FILE,
    idempotencyKey: 'opening-of-a-test',
  };
  const headers = { authorization: `Local ${LOCAL_KEY}`, 'x-recall-person': 'coordinator' };
  const answer = await withApi(channelLacks, (api) =>
    api.inject({ method: 'POST', url: '/recalls', headers, payload }),
  );
  return answer.json<Record<string, unknown>>();
}

test('a playbook that names a channel which is not configured is refused by channel and step, and nothing is written', async () => {
  expect(await open({ email: ['SMTP_URL'] })).toMatchObject({
    status: 422,
    code: 'channel-not-configured',
    message: expect.stringMatching(/\btell\b.*\bemail\b/),
    where: `${PLAYBOOK}: steps.tell.ladder`,
    expected: expect.stringContaining('channel'),
    remedy: expect.stringMatching(/SMTP_URL.*nothing was opened/),
  });
  const { rows } = await database.pool.query('select id from recall');
  expect(rows).toEqual([]);
});

test('with its channels configured the same playbook comes further: to the roster, which is not there', async () => {
  expect(await open({})).toMatchObject({ code: 'not-found', remedy: expect.stringContaining('roster') });
});

test('the secret of a partner is given to whoever holds the key, and where there is no such channel it is named', async () => {
  const key = newWebhookKey();
  const ask = (headers: Record<string, string>, webhookKey: string | null) =>
    withApi({}, (api) => api.inject({ url: '/webhook-secrets/12%2F345', headers }), webhookKey);
  const authorization = `Local ${LOCAL_KEY}`;
  expect((await ask({ authorization }, key)).json()).toEqual({ code: '12/345', secret: webhookSecret(key, '12/345') });
  expect((await ask({}, key)).statusCode).toBe(401);
  expect((await ask({ authorization }, null)).json()).toMatchObject({
    code: 'channel-not-configured',
    where: 'WEBHOOK_KEY',
  });
});
