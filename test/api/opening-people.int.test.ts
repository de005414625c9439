import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import { open } from '../../engine/open.js';
import { listRecalls } from '../../store/recalls.js';
import type { RecallInput } from '../../workflows/contract.js';
import { CASE_FILE } from '../activities/activity-deps.js';
import { ownDatabase } from '../store/database.js';
import { fileOf, importText } from '../store/sales-files.js';
import { apiDeps } from './api-deps.js';

const PLAYBOOK = 'playbooks/consumer-product-gb-eu.yaml';
const SALES = fileOf(['545220,21955,DOORMAT,2,2011-03-01 08:30:00,7.95,14620.0,United Kingdom']);
const LOCAL_KEY = 'k3y';
const ROSTER = readFileSync('samples/roster.yaml', 'utf8');
const WITHOUT_LEGAL = ROSTER.replace(/ {2}- \{ role: legal.*\n/, '');
const ONE_FOR_TWO = ROSTER.replace('role: legal, holder: counsel', 'role: legal, holder: quality-head');
const TWINS = ROSTER.replace('name: Beatrix Obuya', 'name: Tobias LINDQVIST');

const database = ownDatabase();
let api: FastifyInstance;
let started: RecallInput[];
beforeAll(async () => {
  await importText(database.pool, 'little.csv', SALES);
  const start = async (_name: string, { args }: { args: [RecallInput] }) => void started.push(args[0]);
  // All that an opening asks of Temporal.
  const client = { workflow: { start } } as unknown as Client;
  api = await createApi(apiDeps(database.pool, { client, localKey: LOCAL_KEY }));
});
afterAll(() => api.close());
beforeEach(() => {
  started = [];
});

async function post(url: string, payload: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Local ${LOCAL_KEY}`, 'x-recall-person': 'coordinator' };
  return (await api.inject({ method: 'POST', url, headers, payload })).json<Record<string, unknown>>();
}

function takeRoster(text: string): Promise<Record<string, unknown>> {
  return post('/imports/roster', { file: 'roster.yaml', text });
}

function opened(playbook = readFileSync(PLAYBOOK, 'utf8')): Promise<Record<string, unknown>> {
  return post('/recalls', {
    playbook,
    playbookFile: PLAYBOOK,
    mode: 'drill',
    clock: 'stepped',
    openedAt: '2026-09-10T08:00:00.000Z',
    scope: { item: '21955', from: '2026-03-03', to: '2026-03-03' },
    caseFile: CASE_FILE,
    idempotencyKey: `an opening of ${PLAYBOOK} ${playbook.length}`,
  });
}

async function requireNothingOpened(): Promise<void> {
  expect(await listRecalls(database.pool)).toEqual([]);
  expect(started).toEqual([]);
}

describe('the import of a roster', () => {
  test('answers everything that is wrong with it, and keeps the one before', async () => {
    await takeRoster(ROSTER);
    const broken = ROSTER.replace('zone: Europe/Brussels', 'zone: Europe/Brussel').replace(
      'id: counsel,',
      'id: commander,',
    );
    expect(await takeRoster(broken)).toMatchObject({
      code: 'roster-malformed',
      where: 'roster.yaml:32:11',
      message: 'the id commander stands for two people (and 2 more)',
      errors: [
        { line: 32, column: 11, field: 'people.4.id', value: 'commander' },
        { line: 43, column: 13, field: 'people.5.zone', value: 'Europe/Brussel' },
        { field: 'roles.2.holder', value: 'counsel' },
      ],
    });
    const { rows } = await database.pool.query<{ document: object }>('select document from roster');
    expect(JSON.stringify(rows)).toContain('"counsel"');
  });

  test('warns of one human in two places, and takes it', async () => {
    expect(await takeRoster(TWINS)).toMatchObject({ people: 8, warnings: [{ line: 33, message: expect.any(String) }] });
  });
});

describe('an opening is refused, and nothing is written,', () => {
  test('where nobody holds a role, with every step that asks it', async () => {
    await takeRoster(WITHOUT_LEGAL);
    expect(await opened()).toMatchObject({
      status: 422,
      code: 'role-unheld',
      message: 'nobody holds the role legal, which decide, notify, tell, public, tellOn, close ask',
      remedy: expect.stringContaining('nothing was opened'),
    });
    await requireNothingOpened();
  });

  test.each([
    [
      'holds two roles that must be two people',
      ONE_FOR_TWO,
      /^decide: quality-head is one person in the roles quality and legal$/,
    ],
    ['stands under two ids', TWINS, /^decide: quality-head and counsel are one person.*; close: /],
  ])('where one human %s', async (_what, roster, message) => {
    await takeRoster(roster);
    expect(await opened()).toMatchObject({ code: 'same-person', message: expect.stringMatching(message) });
    await requireNothingOpened();
  });
});

test('where the playbook allows one human in two roles the recall is opened, and its record says who', async () => {
  await takeRoster(ONE_FOR_TWO);
  const playbook = `same-person: allowed\n${readFileSync(PLAYBOOK, 'utf8')}`;
  expect(await opened(playbook)).toHaveProperty('recallId');
  const sharedRoles = [{ step: 'decide', roles: ['quality', 'legal'], people: ['quality-head'] }];
  expect(started[0]!.open).toMatchObject({ sharedRoles, playbook: { samePerson: 'allowed' } });
  expect(open(started[0]!.open).events[0]).toMatchObject({ type: 'recall opened', sharedRoles });
});
