import type { FactType, FactValue } from './playbook.js';
import type { Verb } from './vote.js';

/** One typed field of an answer. `label` is what a person reads beside it. */
export type Field = { name: string; label: string; required: boolean } & FieldType;
export type FieldType =
  /** `beside`: the text is kept beside the ledger, and what is answered is its salted hash. */
  | { type: 'text'; lengthMax: number; beside?: true }
  /** `unit` is a word such as `units`; null where the number is a mere count. */
  | { type: 'number'; unit: string | null; min: number | null; max: number | null; whole: boolean }
  | { type: 'choice'; choices: string[] }
  | { type: 'boolean' }
  /** Something that can only be said to be so. */
  | { type: 'confirmation' }
  /** The reason for which whoever approves accepts the errors of one rule; the field's name is the rule's id. */
  | { type: 'acceptance'; lengthMax: number };

/**
 * What an ask wants: a decision by one of the verbs, or an answer by the fields. API, command, page and the simulator's
 * actors take their fields, their checks and their words from here.
 */
export type Form = { verbs: Verb[]; fields: Field[] };

/** More units than anybody holds: what is beyond is a slip of the hand, or no number of units. */
export const UNITS_MAX = 1_000_000_000;

/** A form that is decided and has no fields. */
export const DECISION: Form = { verbs: ['approve', 'reject'], fields: [] };

/** Ids of the rules whose errors an approval has to accept. */
export function errorsOf({ fields }: Form): string[] {
  return fields.filter(({ type }) => type === 'acceptance').map(({ name }) => name);
}

export function isDecision({ verbs }: Form): boolean {
  return verbs.length > 0;
}

/** What is wrong with an answer, as a sentence; null where it fits. */
export function wrongValues(form: Form, values: Record<string, FactValue>): string | null {
  const wrong = wrongFields(form, values);
  if (wrong.length > 0) return `expected ${wrong.map(fieldWords).join(' ')}`;
  const surplus = Object.keys(values).filter((name) => !form.fields.some((field) => field.name === name));
  return surplus.length > 0 ? `this form does not ask for ${surplus.join(', ')}` : null;
}

/** The fields that an answer leaves out or fills wrongly. */
export function wrongFields({ fields }: Form, values: Record<string, FactValue>): Field[] {
  return fields.filter((field) => !fits(field, Object.hasOwn(values, field.name) ? values[field.name] : undefined));
}

/** What a person typed as the field's type reads it. What does not read as that stays the text it is: the check of the form says what was expected. */
export function readValue(field: FieldType | undefined, text: string): FactValue {
  switch (field?.type) {
    case 'number':
      return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
    case 'confirmation':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    case 'text':
    case 'acceptance':
    case 'choice':
    case undefined:
      return text;
    default:
      return field satisfies never;
  }
}

function fits(field: Field, value: FactValue | undefined): boolean {
  if (value === undefined) return !field.required;
  switch (field.type) {
    case 'text':
    case 'acceptance':
      return typeof value === 'string' && value !== '' && value.length <= field.lengthMax;
    case 'number':
      return typeof value === 'number' && isInRange(field, value);
    case 'choice':
      return typeof value === 'string' && field.choices.includes(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'confirmation':
      return value === true;
    default:
      return field satisfies never;
  }
}

function isInRange({ min, max, whole }: Extract<FieldType, { type: 'number' }>, value: number): boolean {
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) return false;
  return (min === null || value >= min) && (max === null || value <= max);
}

/** The fields as a person types them: `risk=serious|high injuries=NUMBER`. */
export function formWords({ fields }: Form): string {
  return fields.map((field) => (field.required ? fieldWords(field) : `[${fieldWords(field)}]`)).join(' ');
}

function fieldWords(field: Field): string {
  return `${field.name}=${typeWords(field)}`;
}

function typeWords(field: FieldType): string {
  switch (field.type) {
    case 'text':
    case 'acceptance':
      return 'TEXT';
    case 'number':
      return `NUMBER${domainWords(field)}`;
    case 'choice':
      return field.choices.join('|');
    case 'boolean':
      return 'true|false';
    case 'confirmation':
      return 'true';
    default:
      return field satisfies never;
  }
}

function domainWords({ min, max, whole }: Extract<FieldType, { type: 'number' }>): string {
  const words = [whole ? 'whole' : null, rangeWords(min, max)].filter((part) => part !== null);
  return words.length === 0 ? '' : `(${words.join(', ')})`;
}

function rangeWords(min: number | null, max: number | null): string | null {
  if (max === null) return min === null ? null : `${min} or more`;
  return min === null ? `${max} or less` : `${min} to ${max}`;
}

/** The field that sets a fact of the recall, in the fact's own domain: every door takes its check from here. */
export function fieldOfFact(name: string, type: FactType): Field {
  const common = { name, label: name, required: true };
  if (type.type === 'enum') return { ...common, type: 'choice', choices: type.values };
  if (type.type === 'boolean') return { ...common, type: 'boolean' };
  const { whole, min, max } = type;
  return { ...common, type: 'number', unit: null, min, max, whole };
}
