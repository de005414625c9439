import { z } from 'zod';
import { FACT_NUMBER, playbookSchema, SHARE, STEP_SCHEMAS, WHOLE_NUMBER } from './schema.js';

type JsonSchema = Record<string, unknown>;

/** The JSON Schema that editors check and complete a playbook with. Numbers are numbers there, which the parser reads as text. */
export function playbookJsonSchema(): JsonSchema {
  const { properties, ...rest } = jsonSchemaOf(playbookSchema) as { properties: Record<string, JsonSchema> };
  const kinds = Object.values(STEP_SCHEMAS).map((schema) => {
    const { $schema: _draft, ...step } = jsonSchemaOf(schema);
    return step;
  });
  return {
    title: 'Recall playbook',
    ...rest,
    properties: { ...properties, steps: { ...properties.steps, additionalProperties: { oneOf: kinds } } },
  };
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    override({ jsonSchema }) {
      if (jsonSchema.type !== 'string') return;
      if (jsonSchema.pattern === WHOLE_NUMBER.source) {
        delete jsonSchema.pattern;
        jsonSchema.type = 'integer';
        jsonSchema.minimum = 0;
      } else if (jsonSchema.pattern === FACT_NUMBER.source) {
        delete jsonSchema.pattern;
        jsonSchema.type = 'number';
      } else if (jsonSchema.pattern === SHARE.source) {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: 'number', minimum: 0, maximum: 1 });
      } else if (isTruth(jsonSchema.enum)) {
        delete jsonSchema.enum;
        jsonSchema.type = 'boolean';
        if (jsonSchema.default !== undefined) jsonSchema.default = jsonSchema.default === 'true';
      }
    },
  }) as JsonSchema;
}

/** What is true or false in YAML, which the parser reads as text. */
function isTruth(values: unknown): boolean {
  return Array.isArray(values) && values.length === 2 && values.every((one) => one === 'true' || one === 'false');
}

/** Every key that a playbook may hold anywhere, read off its schemas. */
export function knownKeys(): string[] {
  return [...new Set(keysIn(playbookJsonSchema()))];
}

function keysIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysIn);
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
  return [...own, ...Object.values(schema).flatMap(keysIn)];
}
