import { fieldsIn, type Field } from './header-lines.js';

/** What a report says of one recipient (RFC 3464). */
export type StatusBlock = {
  recipient: string | null;
  action: string | null;
  status: string | null;
  /** What the server has said, and what kind of thing says it: `smtp`, or a program such as `x-unix`. */
  diagnostic: string | null;
  spec: string | null;
};

const STATUS = /^([245]\.\d{1,3}\.\d{1,3})(?!\d)/;
/** Fields that each recipient has once: the next one is of another. */
const ONCE = ['final-recipient', 'action', 'status'];

/** Actions that are said in other words than those of the standard. */
const ACTIONS: Readonly<Record<string, string>> = {
  failure: 'failed',
  fail: 'failed',
  expired: 'delayed',
  deliverable: 'delivered',
  'delivery-failure': 'failed',
};

/** What is said of each recipient. Programs leave blank lines where there should be none, and none where there should be. */
export function statusBlocks(text: string): StatusBlock[] {
  const blocks: Map<string, string>[] = [];
  let block: Map<string, string> | null = null;
  for (const { name, value } of fieldsIn(text)) {
    if (!isOfRecipient(name)) continue;
    if (block === null || (ONCE.includes(name) && block.has(name))) {
      // An address that a report says twice is one recipient still.
      if (block !== null && name === 'final-recipient' && block.get(name) === value) continue;
      block = new Map();
      blocks.push(block);
    }
    if (value !== '') block.set(name, value);
  }
  return blocks.filter((one) => ONCE.some((name) => one.has(name)) || one.has('diagnostic-code')).map(blockOf);
}

/** The fields of a report that name the message which it is on. */
export function fieldsOfReport(text: string): Field[] {
  return fieldsIn(text);
}

function isOfRecipient(name: string): boolean {
  return [
    ...ONCE,
    'original-recipient',
    'diagnostic-code',
    'x-actual-recipient',
    'x-supplementary-info',
    'x-powermta-bouncecategory',
  ].includes(name);
}

function blockOf(fields: Map<string, string>): StatusBlock {
  const said = fields.get('diagnostic-code') ?? null;
  const semicolon = said?.indexOf(';') ?? -1;
  const isTyped = said !== null && semicolon > 0 && !said.slice(0, semicolon).trim().includes(' ');
  const action = /^[a-z-]+/.exec((fields.get('action') ?? '').toLowerCase())?.[0] ?? null;
  const category = fields.get('x-powermta-bouncecategory');
  const extra = [fields.get('x-supplementary-info'), category && `bounce category: ${category}`];
  return {
    recipient: addressOf(fields.get('final-recipient') ?? fields.get('original-recipient') ?? null),
    action: action === null ? null : (ACTIONS[action] ?? action),
    status: STATUS.exec(fields.get('status') ?? '')?.[1] ?? null,
    diagnostic: [isTyped ? said.slice(semicolon + 1).trim() : said, ...extra].filter(Boolean).join(' ') || null,
    spec: isTyped ? said.slice(0, semicolon).trim().toLowerCase() : null,
  };
}

/** `rfc822; a@b.example`, or what servers make of that. */
function addressOf(value: string | null): string | null {
  if (value === null) return null;
  const address = value.slice(value.indexOf(';') + 1).trim();
  return address.replace(/^</, '').replace(/>$/, '') || null;
}
