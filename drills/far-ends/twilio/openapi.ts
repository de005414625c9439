import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { wrongValue, type ValueSchema } from './values.js';

/** Those of Twilio's operations that drills know, under Twilio's names. */
export type OperationId = z.output<typeof operationId>;
export type Operation = {
  id: OperationId;
  path: string;
  inPath: Fields;
  inQuery: Fields;
  inForm: Fields;
  required: string[];
  /** Of each of these groups a request names one or more. */
  atLeastOne: string[][];
};
type Fields = ReadonlyMap<string, ValueSchema>;

/** What is wrong with a request. */
export type Fault = { what: 'missing' | 'unknown' | 'wrong'; field: string; value: string; expected: string };

const operationId = z.enum([
  ...(['CreateMessage', 'ListMessage', 'FetchMessage'] as const),
  ...(['CreateCall', 'ListCall', 'FetchCall', 'UpdateCall', 'FetchAccount'] as const),
]);
const single = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean']),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.string()).optional(),
});
const value = z.union([single, z.strictObject({ type: z.literal('array'), items: single })]);
const operation = z.strictObject({
  operationId,
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      in: z.enum(['path', 'query']),
      schema: single,
      required: z.boolean().optional(),
    }),
  ),
  requestBody: z
    .strictObject({
      content: z.strictObject({
        'application/x-www-form-urlencoded': z.strictObject({
          schema: z.strictObject({
            type: z.literal('object'),
            properties: z.record(z.string(), value),
            required: z.array(z.string()).default([]),
          }),
        }),
      }),
    })
    .optional(),
  'x-twilio': z.strictObject({ conditional: z.array(z.array(z.string())) }).optional(),
});
const extract = z.object({ paths: z.record(z.string(), z.record(z.enum(['get', 'post']), operation.optional())) });

/** Reads the part of Twilio's OpenAPI that stands beside this file. */
export function readOperations(): Map<string, Operation> {
  const { paths } = extract.parse(JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')));
  const operations = new Map<string, Operation>();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, given] of Object.entries(methods))
      if (given) operations.set(`${method.toUpperCase()} ${path}`, readOperation(path, given));
  return operations;
}

function readOperation(path: string, given: z.output<typeof operation>): Operation {
  const form = given.requestBody?.content['application/x-www-form-urlencoded'].schema;
  const fieldsIn = (place: 'path' | 'query'): Fields =>
    new Map(given.parameters.filter((field) => field.in === place).map(({ name, schema }) => [name, schema]));
  const inForm: Fields = new Map(Object.entries(form?.properties ?? {}));
  // The groups spell names in snake case.
  const spelled = (name: string): string => {
    const found = [...inForm.keys()].find((field) => field.toLowerCase() === name.replaceAll('_', ''));
    if (found === undefined) throw new Error(`${given.operationId} has no field for ${name}`);
    return found;
  };
  return {
    id: given.operationId,
    path,
    inPath: fieldsIn('path'),
    inQuery: fieldsIn('query'),
    inForm,
    required: form?.required ?? [],
    atLeastOne: (given['x-twilio']?.conditional ?? []).map((group) => group.map(spelled)),
  };
}

/** The operation that a request asks for, with what its path names; or why there is none. */
export function operationAt(
  operations: ReadonlyMap<string, Operation>,
  method: string,
  path: string,
): { operation: Operation; named: ReadonlyMap<string, string> } | 'other method' | 'other path' {
  let isPath = false;
  for (const [key, operation] of operations) {
    const named = matchPath(operation.path, path);
    if (named === null || [...operation.inPath].some(([name, schema]) => isWrong(schema, name, named))) continue;
    if (key.startsWith(`${method} `)) return { operation, named };
    isPath = true;
  }
  return isPath ? 'other method' : 'other path';
}

function isWrong(schema: ValueSchema, name: string, named: ReadonlyMap<string, string>): boolean {
  return schema.type === 'array' || wrongValue(schema, name, named.get(name) ?? '') !== null;
}

/** The values that a path gives a template's names; null where it is another path. */
function matchPath(template: string, path: string): Map<string, string> | null {
  const given = path.split('/');
  const wanted = template.split('/');
  const values = new Map<string, string>();
  if (given.length !== wanted.length) return null;
  for (const [index, segment] of wanted.entries()) {
    const text = given[index]!;
    if (!segment.startsWith('{')) {
      if (text !== segment) return null;
      continue;
    }
    const [name, ending] = segment.slice(1).split('}') as [string, string];
    if (!text.endsWith(ending) || text.length === ending.length) return null;
    values.set(name, text.slice(0, text.length - ending.length));
  }
  return values;
}

/** The first thing about the fields of a request that the operation does not allow. An empty field is one that is missing. */
export function faultIn(
  { required, atLeastOne, inQuery, inForm }: Operation,
  query: URLSearchParams,
  form: URLSearchParams,
): Fault | null {
  const given = (name: string): boolean => Boolean(form.get(name));
  for (const name of required)
    if (!given(name)) return { what: 'missing', field: name, value: '', expected: 'a value' };
  return (
    wrongField(inQuery, query) ??
    wrongField(inForm, form) ??
    atLeastOne
      .filter((group) => !group.some(given))
      .map((group): Fault => ({ what: 'missing', field: group[0]!, value: '', expected: group.join(' or ') }))[0] ??
    null
  );
}

function wrongField(fields: Fields, given: URLSearchParams): Fault | null {
  for (const field of new Set(given.keys())) {
    const schema = fields.get(field);
    const values = given.getAll(field);
    const fault = (what: Fault['what'], expected: string): Fault => ({ what, field, value: values.join(), expected });
    if (schema === undefined) return fault('unknown', `one of ${[...fields.keys()].join(', ')}`);
    if (schema.type !== 'array' && values.length > 1) return fault('wrong', 'one value');
    const one = schema.type === 'array' ? schema.items : schema;
    for (const text of values) {
      const expected = text === '' ? null : wrongValue(one, field, text);
      if (expected !== null) return fault('wrong', expected);
    }
  }
  return null;
}
