import { z } from 'zod';
import { playbookSchema, STEP_SCHEMAS, WHOLE_NUMBER } from './schema.js';

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
      if (jsonSchema.type !== 'string' || jsonSchema.pattern !== WHOLE_NUMBER.source) return;
      delete jsonSchema.pattern;
      jsonSchema.type = 'integer';
      jsonSchema.minimum = 0;
    },
  }) as JsonSchema;
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
