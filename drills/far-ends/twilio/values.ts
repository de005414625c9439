/** What OpenAPI says of one value that travels as text. */
export type SingleSchema = {
  type: 'string' | 'integer' | 'number' | 'boolean';
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  enum?: string[];
};
export type ValueSchema = SingleSchema | { type: 'array'; items: SingleSchema };

const E164 = /^\+[1-9]\d{6,14}$/;
/** Up to 11 letters, digits, spaces and a few marks, a letter among them; or a short code. */
const SENDER_NAME = /^(?=[^A-Za-z]{0,10}[A-Za-z])[A-Za-z0-9 +_&-]{1,11}$/;
const SHORT_CODE = /^\d{3,8}$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z)?$/;

/** Fields whose number may be a sender's name or a short code, which OpenAPI does not say. */
const SENDERS = new Set(['From', 'FallbackFrom']);

/** What a field's text should have been; null where it is. */
export function wrongValue(schema: SingleSchema, field: string, text: string): string | null {
  const { type, pattern, minLength = 0, maxLength = Infinity, minimum = -Infinity, maximum = Infinity } = schema;
  if (schema.enum && !schema.enum.includes(text)) return `one of ${schema.enum.join(', ')}`;
  if (text.length < minLength || text.length > maxLength) return `${minLength} to ${maxLength} characters`;
  if (pattern !== undefined && !new RegExp(pattern).test(text)) return pattern;
  if (type === 'boolean') return text === 'true' || text === 'false' ? null : 'true or false';
  if (type === 'integer' || type === 'number') {
    const form = type === 'integer' ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,15})?$/;
    const fits = form.test(text) && Number(text) >= minimum && Number(text) <= maximum;
    return fits ? null : `${type} from ${minimum} to ${maximum}`;
  }
  return schema.format === undefined ? null : wrongFormat(schema.format, field, text);
}

function wrongFormat(format: string, field: string, text: string): string | null {
  switch (format) {
    case 'phone-number': {
      const isSender = SENDERS.has(field) && (SENDER_NAME.test(text) || SHORT_CODE.test(text));
      return E164.test(text) || isSender ? null : 'a number as E.164';
    }
    case 'endpoint':
      return E164.test(text) || /^(client|sip):\S/.test(text) ? null : 'a number as E.164, client: or sip:';
    case 'uri':
      return isWebAddress(text) ? null : 'an absolute address of http or https, its host without underscores';
    case 'date-time':
      return ISO_DATE.test(text) && !Number.isNaN(Date.parse(text))
        ? null
        : 'YYYY-MM-DD, with a time in UTC or without';
    case 'http-method':
    case 'int64':
    case 'twiml':
      // Said by the enum, by the number's bounds, and by whoever speaks it.
      return null;
    default:
      throw new Error(`a format that nobody has described here: ${format}`);
  }
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && hostname !== '' && !hostname.includes('_');
}
