import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

// Cuts what drills need out of Twilio's OpenAPI (twilio_api_v2010.json of github.com/twilio/twilio-oai, MIT):
// node --import tsx test/drills/far-ends/extract-twilio.ts FILE, then prettier.

const OPERATIONS = [
  ...['CreateMessage', 'ListMessage', 'FetchMessage'],
  ...['CreateCall', 'ListCall', 'FetchCall', 'UpdateCall', 'FetchAccount'],
];
const RESOURCES = ['api.v2010.account.message', 'api.v2010.account.call', 'api.v2010.account'];
/** What is for readers, and what says nothing of a request. */
const LEFT_OUT = new Set(['description', 'summary', 'tags', 'examples', 'title', 'x-twilio', 'servers', 'security']);

const json = z.record(z.string(), z.unknown());
const specSchema = z.object({
  openapi: z.string(),
  info: z.object({ version: z.string() }).loose(),
  paths: z.record(z.string(), json),
  components: z.object({ schemas: z.record(z.string(), json) }),
});
const REFERENCE = '#/components/schemas/';

function main(source: string): void {
  const spec = specSchema.parse(JSON.parse(readFileSync(source, 'utf8')));
  /** A part of it with its references followed. Names of fields are kept, whatever they are. */
  const cut = (part: unknown, fields = false): unknown => {
    if (Array.isArray(part)) return part.map((item) => cut(item));
    if (typeof part !== 'object' || part === null) return part;
    const entries: [string, unknown][] = Object.entries(part);
    const reference = entries.find(([key]) => key === '$ref')?.[1];
    if (typeof reference === 'string') return cut(spec.components.schemas[reference.slice(REFERENCE.length)]);
    return Object.fromEntries(
      entries
        .filter(([key]) => fields || !LEFT_OUT.has(key))
        .map(([key, value]) => [key, cut(value, key === 'properties')]),
    );
  };
  const operation = (of: Record<string, unknown>): unknown => {
    const { operationId, parameters, requestBody, 'x-twilio': marks } = of;
    const atLeastOne = json.safeParse(marks).data?.conditional;
    return {
      operationId,
      parameters: cut(parameters),
      ...(requestBody === undefined ? {} : { requestBody: cut(requestBody) }),
      // Of each of these groups a request names one or more.
      ...(atLeastOne === undefined ? {} : { 'x-twilio': { conditional: atLeastOne } }),
    };
  };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const method of ['get', 'post']) {
      const found = json.safeParse(methods[method]).data;
      if (found && OPERATIONS.includes(String(found.operationId))) (paths[path] ??= {})[method] = operation(found);
    }
  }
  const schemas = Object.fromEntries(RESOURCES.map((name) => [name, cut(spec.components.schemas[name])]));
  const { openapi, info } = spec;
  const path = fileURLToPath(new URL('../../../drills/far-ends/twilio/openapi.json', import.meta.url));
  const extract = {
    openapi,
    info: { title: 'Twilio - Api, in part', version: info.version },
    paths,
    components: { schemas },
  };
  writeFileSync(path, JSON.stringify(extract));
}

main(process.argv[2] ?? '');
