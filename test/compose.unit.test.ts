import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { NAMESPACE, SEARCH_ATTRIBUTES } from '../workflows/contract.js';
import { newCheckpointKey } from '../trust/checkpoints.js';
import { configSchema, readConfig } from '../workers/config.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PRODUCT = ['migrate', 'worker', 'api', 'mail-door'];
/** What signs ledgers and mails; no other process is given it. */
const WORKERS_ALONE = ['CHECKPOINT_KEY', 'DKIM_KEY'];
const SECRETS = [
  'RECALL_KEYS',
  'CHECKPOINT_KEY',
  'DKIM_KEY',
  'POSTGRES_PASSWORD',
  'TEMPORAL_POSTGRES_PASSWORD',
  'WEBHOOK_KEY',
  'TWILIO_AUTH_TOKEN',
  'OIDC_CLIENT_SECRET',
  'LOCAL_KEY',
  'CODEC_ACCESS',
];

const serviceSchema = z.object({
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});
const composeText = textOf('docker-compose.yml');
const { services, volumes } = z
  .object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.null()) })
  .parse(parse(composeText, { merge: true }));

/** Settings of the example by name, with the ones that are commented out. */
const example = [...textOf('.env.example').matchAll(/^(#?)([A-Z][A-Z_]+)=(.*)$/gm)].map(([, mark, name, value]) => ({
  name: name!,
  value: value!,
  isDefault: mark === '#',
}));
const variables = Object.keys(configSchema.shape) as (keyof typeof configSchema.shape)[];

function textOf(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** What Compose makes of a text: `${NAME}`, `${NAME:-instead}`, `${NAME:?why}`. */
function interpolated(text: string, given: Record<string, string>): string {
  return text.replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind: string | undefined, rest: string | undefined) => {
      if (given[name]) return given[name];
      if (kind === '?') throw new Error(`${name} is missing: ${rest}`);
      return rest ?? '';
    },
  );
}

/** The environment of a container: a name without a value is passed on where it is set. */
function environmentOf(service: string, given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(services[service]!.environment).flatMap(([name, value]) => {
      if (value !== null) return [[name, interpolated(value, given)]];
      return given[name] === undefined ? [] : [[name, given[name]]];
    }),
  );
}

/** What somebody writes into a copy of the example: the keys that its command prints, and an answer to each open line. */
function filledIn(): Record<string, string> {
  const answers: Record<string, string> = {
    RECALL_KEYS: newKeys(),
    CHECKPOINT_KEY: newCheckpointKey().privateKey,
    POSTGRES_PASSWORD: 'a1',
    TEMPORAL_POSTGRES_PASSWORD: 'b2',
    PUBLIC_URL: 'https://recalls.maker.example',
    SMTP_URL: 'smtp://mail.maker.example:25',
    WAREHOUSE_URL: 'https://warehouse.maker.example/stop',
  };
  const open = example.filter(({ isDefault }) => !isDefault).map(({ name }) => name);
  expect(open.toSorted()).toEqual(Object.keys(answers).toSorted());
  return answers;
}

function newKeys(): string {
  const [, script] = /^# +node --import tsx --input-type=module -e "(.+)"$/m.exec(textOf('.env.example'))!;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script!];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

describe('.env.example', () => {
  it('names every variable that the product or the compose file reads, and no other', () => {
    const read = [...composeText.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name!);
    const names = example.map(({ name }) => name);
    expect(names.toSorted()).toEqual([...new Set([...variables, ...read])].toSorted());
  });

  it('shows the defaults as they are, and no secret', () => {
    for (const { name, value, isDefault } of example) {
      if (SECRETS.includes(name)) expect({ name, value }).toEqual({ name, value: '' });
      const schema = configSchema.shape[name as (typeof variables)[number]] as z.ZodType | undefined;
      const standard = schema?.safeParse(undefined);
      if (!standard?.success || standard.data === undefined) continue;
      expect({ name, isDefault, value: schema!.parse(value) }).toEqual({ name, isDefault: true, value: standard.data });
    }
  });
});

it('README says what each variable of the configuration is', () => {
  const rows = textOf('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = new Set(
    rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name)),
  );
  expect(variables.filter((name) => !named.has(name))).toEqual([]);
});

describe('docker-compose.yml', () => {
  it.each(PRODUCT)(
    'gives %s every variable of the configuration, and no other; what signs, the worker alone',
    (service) => {
      const own = variables.filter((name) => !WORKERS_ALONE.includes(name) || service === 'worker');
      expect(Object.keys(services[service]!.environment).toSorted()).toEqual(own.toSorted());
    },
  );

  it('makes a configuration of the example once that is filled in, which leads to its own services', () => {
    const given = filledIn();
    for (const service of PRODUCT) {
      const config = readConfig(environmentOf(service, given));
      expect(config.CHECKPOINT_KEY !== undefined).toBe(service === 'worker');
      expect(config).toMatchObject({ API_HOST: '0.0.0.0', MAIL_DOMAIN: 'maker.example', LOG_LEVEL: 'info' });
      expect(new URL(config.DATABASE_URL).password).toBe('a1');
      const hosts = [new URL(config.DATABASE_URL).hostname, config.TEMPORAL_ADDRESS.split(':')[0]!];
      expect(Object.keys(services)).toEqual(expect.arrayContaining(hosts));
      for (const left of ['RECALL_KEYS', 'POSTGRES_PASSWORD', 'PUBLIC_URL', 'SMTP_URL', 'WAREHOUSE_URL']) {
        expect(() => environmentOf(service, { ...given, [left]: '' })).toThrow(left);
      }
    }
    expect(() => environmentOf('worker', { ...given, CHECKPOINT_KEY: '' })).toThrow('CHECKPOINT_KEY');
  });

  it('starts entries that are there, in an image that holds them', () => {
    const commands = PRODUCT.map((service) => services[service]!.command.join(' '));
    expect(commands).toEqual(PRODUCT.map((service) => `node --import tsx workers/${service}.ts`));
    const standard = /^CMD (\[.+\])$/m.exec(textOf('Dockerfile'))![1]!;
    const all = [...commands, z.array(z.string()).parse(JSON.parse(standard)).join(' ')];
    const kept = [...textOf('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name!);
    for (const command of all) {
      const entry = command.split(' ').at(-1)!;
      expect(existsSync(join(ROOT, entry))).toBe(true);
      expect(kept).toContain(entry.split('/')[0]);
    }
    for (const name of kept) expect({ name, exists: existsSync(join(ROOT, name)) }).toEqual({ name, exists: true });
    expect(kept).not.toContain('.env');
  });

  it('waits only for what can come, and keeps data in volumes that it declares', () => {
    for (const [name, service] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(service.depends_on)) {
        expect({ name, other, known: other in services }).toEqual({ name, other, known: true });
        const canBeHealthy = services[other]!.healthcheck !== undefined;
        expect({ other, canBeHealthy }).toEqual({ other, canBeHealthy: condition === 'service_healthy' });
      }
      for (const volume of service.volumes) expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    }
  });

  it('gives Temporal the namespace and the search attributes of the contract', () => {
    const { command, environment } = services['temporal-namespace']!;
    const pairs = [...command.join('\n').matchAll(/\b(Recall\w+):(\w+)/g)].map(([, name, type]) => [name!, type!]);
    expect(Object.fromEntries(pairs)).toEqual(SEARCH_ATTRIBUTES);
    expect(interpolated(environment.TEMPORAL_NAMESPACE!, {})).toBe(NAMESPACE);
    expect(configSchema.shape.TEMPORAL_NAMESPACE.parse(undefined)).toBe(NAMESPACE);
  });
});
