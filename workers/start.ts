import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, processTerminal } from '../cli/terminal.js';
import { RecallError } from '../engine/errors.js';
import { createDesk } from '../drills/far-ends/desk.js';
import { claimStackFile, releaseStackFile, runningStack } from './stack-file.js';
import { startStack, type Surroundings } from './stack.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PORTS = { api: 8080, temporal: 7233, ui: 8233 };

/** Entry of `npm start`: a stack for one machine, without a recall, until it is told to stop. Its data ends with it. */
async function start(env: NodeJS.ProcessEnv): Promise<void> {
  requireNone();
  const dir = join(ROOT, '.recall', 'runs', `start-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  const desk = env.SMTP_URL && env.WAREHOUSE_URL ? null : await createDesk(join(dir, 'mail'));
  const surroundings: Surroundings = desk ?? {
    smtpUrl: env.SMTP_URL!,
    warehouseUrl: env.WAREHOUSE_URL!,
    authorityMail: JSON.parse(env.AUTHORITY_MAIL ?? '{}') as Record<string, string>,
    ...twilioIn(env),
    webhookKey: env.WEBHOOK_KEY,
    webhookGateway: env.WEBHOOK_GATEWAY,
    letterSender: env.LETTER_SENDER,
  };
  const stack = await startStack({ dir, ui: true, ports: PORTS, ...surroundings });
  claimStackFile(stack);
  process.stdout.write(
    [
      `API          ${stack.url}`,
      `sign in      ${stack.url}/my (for development: whoever comes picks who they are)`,
      `Temporal UI  ${stack.temporal.uiAddress ?? '-'}`,
      `mail         ${desk ? `kept in ${join(dir, 'mail')}, sent to nobody` : surroundings.smtpUrl}`,
      `logs         ${dir}`,
      '',
      'Next: npx recall import roster samples/roster.yaml',
      '      npx recall import contacts samples/contacts.csv',
      '      npx recall --help',
      'Ctrl-C ends it; its data ends with it.',
      '',
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  releaseStackFile();
  await stack.stop();
  await desk?.stop();
}

/** What the environment names of Twilio, where it names all that is needed. */
function twilioIn(env: NodeJS.ProcessEnv): Pick<Surroundings, 'twilio'> {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = env;
  const { TWILIO_FROM: from = null, TWILIO_VOICE_FROM: voiceFrom = null } = env;
  if (!accountSid || !authToken || (!from && !voiceFrom)) return {};
  return { twilio: { url: env.TWILIO_API_URL ?? 'https://api.twilio.com', accountSid, authToken, from, voiceFrom } };
}

/** One stack a checkout is what the command finds by itself. */
function requireNone(): void {
  const api = runningStack();
  if (api === null) return;
  throw new RecallError({
    code: 'port-busy',
    message: 'a stack of this checkout is running already',
    where: api,
    expected: 'one stack a checkout',
    remedy: 'use that one, or end it first',
  });
}

try {
  await start(process.env);
  process.exit(0);
} catch (failed) {
  process.exit(fail(processTerminal(), false, failed));
}
