import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import { endRun } from '../engine/text.js';
import type { Api } from './client.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Where a running stack says how it is reached. */
export const STACK_FILE = join(ROOT, '.recall', 'stack.json');

const stackSchema = z.looseObject({ api: z.url(), localKey: z.string().min(1).optional() });

export type AddressOptions = { api?: string; key?: string; as?: string };

/** The API to talk to and who speaks: what was named, else what the running stack has written down. */
export function addressOf({ api, key, as: person }: AddressOptions, stackFile = STACK_FILE): Api {
  const stack = api === undefined || key === undefined ? readStack(stackFile) : null;
  const url = api ?? stack?.api;
  if (url === undefined) {
    throw new RecallError({
      code: 'service-missing',
      message: 'no stack is running in this checkout',
      where: '.recall/stack.json',
      expected: 'an address of the API',
      remedy: 'start a stack with `npm start`, or name the address with RECALL_API or --api',
    });
  }
  requireAddress(url);
  const localKey = key ?? (api === undefined || api === stack?.api ? stack?.localKey : undefined) ?? null;
  if (person !== undefined && localKey === null) {
    throw new RecallError({
      code: 'not-identified',
      message: '--as needs the local key',
      where: '--as',
      expected: 'the key of the stack',
      remedy: 'set RECALL_LOCAL_KEY, or run the command in the checkout of the running stack',
    });
  }
  return { url: url.slice(0, endRun(url, '/')), localKey, person: person ?? null };
}

/** `localhost:8080` reads as an address to people and as a scheme to machines. */
function requireAddress(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  const isBare = !url.includes('://') && URL.canParse(`http://${url}`);
  throw new RecallError({
    code: 'wrong-use',
    message: isBare ? `${JSON.stringify(url)} lacks its http://` : `${JSON.stringify(url)} is no address of an API`,
    where: '--api, or RECALL_API',
    expected: 'an address that begins with http:// or https://',
    remedy: isBare ? `write http://${url}` : 'write it as http://HOST:PORT',
  });
}

/** The same, for what only a known person may do. */
export function addressOfPerson(options: AddressOptions, stackFile = STACK_FILE): Api {
  if (options.as !== undefined) return addressOf(options, stackFile);
  throw new RecallError({
    code: 'not-identified',
    message: 'nobody is named as the one who does this',
    where: '--as',
    expected: 'a person of the roster',
    remedy: 'add --as PERSON, such as --as quality-head',
  });
}

function readStack(file: string): z.output<typeof stackSchema> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  try {
    return stackSchema.parse(JSON.parse(text));
  } catch {
    throw new RecallError({
      code: 'service-missing',
      message: 'the address file of the stack cannot be read',
      where: '.recall/stack.json',
      expected: '{ "api": "http://…", "localKey": "…" }',
      remedy: 'remove the file and start the stack again',
    });
  }
}
