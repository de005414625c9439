import type { Field, Form } from '../engine/form.js';
import type { Verb } from '../engine/vote.js';

/** A field as a page shows it, under the name that it is sent by. `options` are none where something is typed. */
export type PageField = {
  name: string;
  label: string;
  hint: string;
  kind: 'line' | 'text' | 'number' | 'choice' | 'check';
  lengthMax: number;
  options: { value: string; label: string }[];
};

/** What a line of text holds and a reader still sees whole. */
const LINE_CHARS = 200;
const REASON_LENGTH_MAX = 2_000;
const REASON_HINT = 'Kept with the record of the recall. No names of customers, please.';
const VERBS: Record<Verb, string> = { approve: 'Approve', reject: 'Reject' };

/** By which name a field of an ask's form is sent: none of those that a page has of its own, such as `reason`. */
export function sentAs({ name, type }: Pick<Field, 'name' | 'type'>): string {
  return type === 'acceptance' ? `accept:${name}` : `value:${name}`;
}

/** The fields of the page of an ask, from its form. */
export function pageFields({ verbs, fields }: Form): PageField[] {
  const asked = fields.map(pageField);
  if (verbs.length === 0) return asked;
  const options = verbs.map((verb) => ({ value: verb, label: VERBS[verb] }));
  const outcome = { name: 'outcome', label: 'Your decision', hint: '', kind: 'choice', lengthMax: 0, options } as const;
  const reason = {
    name: 'reason',
    label: 'Reason',
    hint: REASON_HINT,
    kind: 'text',
    lengthMax: REASON_LENGTH_MAX,
  } as const;
  return [{ ...outcome, options }, ...asked, { ...reason, options: [] }];
}

function pageField(field: Field): PageField {
  const label = field.label.charAt(0).toUpperCase() + field.label.slice(1);
  const hint = field.required || field.type === 'confirmation' ? '' : 'May be left out';
  const common = { name: sentAs(field), label, hint, lengthMax: LINE_CHARS, options: [] };
  switch (field.type) {
    case 'text':
      return { ...common, kind: field.lengthMax > LINE_CHARS ? 'text' : 'line', lengthMax: field.lengthMax };
    case 'number':
      return { ...common, kind: 'number', hint: [numberWords(field), hint].filter((words) => words !== '').join('. ') };
    case 'choice':
      return { ...common, kind: 'choice', options: field.choices.map((value) => ({ value, label: value })) };
    case 'boolean':
      return {
        ...common,
        kind: 'choice',
        options: [
          { value: 'true', label: 'Yes' },
          { value: 'false', label: 'No' },
        ],
      };
    case 'confirmation':
      return { ...common, kind: 'check' };
    case 'acceptance':
      return {
        ...common,
        kind: 'text',
        label: `To approve: why the errors of ${field.name} are accepted`,
        hint: field.label,
        lengthMax: field.lengthMax,
      };
    default:
      return field satisfies never;
  }
}

/** What a field that is left out or filled wrongly wants of who filled it. */
export function wants(field: Field): string {
  switch (field.type) {
    case 'text':
      return `Enter this, in at most ${field.lengthMax} characters`;
    case 'number':
      return `Enter ${numberWords(field).replace(/^./, (first) => first.toLowerCase())}`;
    case 'choice':
    case 'boolean':
      return 'Choose one of these';
    case 'confirmation':
      return 'Confirm this';
    case 'acceptance':
      return `Say why the errors of ${field.name} are accepted, or reject`;
    default:
      return field satisfies never;
  }
}

function numberWords({ min, max, whole }: Extract<Field, { type: 'number' }>): string {
  const number = whole ? 'A whole number' : 'A number';
  if (min === null && max === null) return number;
  return max === null || max >= 1e9 ? `${number}, ${min ?? 0} or more` : `${number} from ${min ?? 0} to ${max}`;
}
