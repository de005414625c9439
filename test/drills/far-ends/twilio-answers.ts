import { readFileSync } from 'node:fs';
import { z } from 'zod';

const field = z.object({
  type: z.enum(['string', 'integer', 'object']),
  format: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  nullable: z.boolean().default(false),
});
const OPENAPI = new URL('../../../drills/far-ends/twilio/openapi.json', import.meta.url);
const { components } = z
  .object({
    components: z.object({ schemas: z.record(z.string(), z.object({ properties: z.record(z.string(), field) })) }),
  })
  .parse(JSON.parse(readFileSync(OPENAPI, 'utf8')));

const RFC_2822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/;

/** What of a resource is not as Twilio's OpenAPI describes it. */
export function unlikeTwilio(resource: 'message' | 'call' | 'account', body: unknown): string[] {
  const name = resource === 'account' ? 'api.v2010.account' : `api.v2010.account.${resource}`;
  const { properties } = components.schemas[name]!;
  const given = z.record(z.string(), z.unknown()).parse(body);
  const names = new Set([...Object.keys(properties), ...Object.keys(given)]);
  return [...names].filter((key) => !(key in properties && key in given && fits(properties[key]!, given[key])));
}

function fits({ type, format, pattern, enum: values, nullable }: z.output<typeof field>, value: unknown): boolean {
  if (value === null) return nullable;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object';
  if (typeof value !== 'string') return false;
  if (pattern !== undefined && !new RegExp(pattern).test(value)) return false;
  return (format !== 'date-time-rfc-2822' || RFC_2822.test(value)) && (!values || values.includes(value));
}
