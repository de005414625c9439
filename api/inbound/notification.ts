import { z } from 'zod';
import type { StatusBlock } from './delivery-status.js';

/** What a provider posts of a message, which some have sent on by mail (Amazon SES by SNS). Loose: only what is read is named. */
const recipient = z.object({
  emailAddress: z.string(),
  action: z.string().optional(),
  status: z.string().optional(),
  diagnosticCode: z.string().optional(),
});
const notification = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('Bounce'),
    bounce: z.object({
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      bouncedRecipients: z.array(recipient).min(1),
    }),
  }),
  z.object({
    type: z.literal('DeliveryDelay'),
    deliveryDelay: z.object({ delayType: z.string().optional(), delayedRecipients: z.array(recipient).min(1) }),
  }),
  z.object({ type: z.literal('Reject'), reject: z.object({ reason: z.string().optional() }) }),
  z.object({ type: z.literal('Delivery'), delivery: z.object({ smtpResponse: z.string().optional() }) }),
  z.object({ type: z.literal('Complaint'), complaint: z.object({ complaintFeedbackType: z.string().nullish() }) }),
]);
const about = z.object({
  mail: z.object({
    messageId: z.string().optional(),
    commonHeaders: z.object({ messageId: z.string().optional() }).optional(),
  }),
});
/** SES calls it by the one name in notifications, and by the other in events. */
const typed = z
  .object({ notificationType: z.string().optional(), eventType: z.string().optional() })
  .refine(({ notificationType, eventType }) => (notificationType ?? eventType) !== undefined);
/** What SNS puts around it. */
const envelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

export type Notification =
  | { kind: 'bounce'; block: StatusBlock; messageId: string | null }
  | { kind: 'delivered'; response: string; messageId: string | null }
  | { kind: 'complaint'; feedback: string; messageId: string | null };

/** Where a server breaks a long line it puts this in it. */
const BREAK = /!\r?\n /g;
/** What SES says by the kind of a bounce where the server is quoted with nothing, as a server would say it. Its own list of addresses that are not written to has those of complaints, too. */
const SAID_BY_KIND: Readonly<Record<string, string>> = {
  NoEmail: 'mailbox not found',
  Suppressed: 'previously bounced address',
  OnAccountSuppressionList: 'suppressed address',
  UnsubscribedRecipient: 'unsubscribed address',
  MailboxFull: 'mailbox full',
  MessageTooLarge: 'message too big',
  ContentRejected: 'message content rejected',
  AttachmentRejected: 'message content rejected',
};

/** A notification that is the text of a mail; null where the text is none. */
export function notificationIn(text: string): Notification | null {
  const outer = objectIn(text);
  const wrapped = envelope.safeParse(outer);
  const said = wrapped.success ? objectIn(wrapped.data.Message) : outer;
  const type = typed.safeParse(said);
  if (!type.success) return null;
  const parsed = notification.safeParse({
    ...(said as object),
    type: type.data.notificationType ?? type.data.eventType,
  });
  if (!parsed.success) return null;
  const of = about.safeParse(said);
  const messageId = of.success ? (of.data.mail.commonHeaders?.messageId ?? of.data.mail.messageId ?? null) : null;
  return { ...meaningOf(parsed.data), messageId };
}

/** The one object of a text, whatever else stands around it. */
function objectIn(text: string): unknown {
  const whole = text.slice(Math.max(0, text.indexOf('{')), text.lastIndexOf('}') + 1).replace(BREAK, '');
  try {
    return JSON.parse(whole);
  } catch {
    return null;
  }
}

type Meaning =
  | Omit<Extract<Notification, { kind: 'bounce' }>, 'messageId'>
  | Omit<Extract<Notification, { kind: 'delivered' }>, 'messageId'>
  | Omit<Extract<Notification, { kind: 'complaint' }>, 'messageId'>;

function meaningOf(said: z.infer<typeof notification>): Meaning {
  switch (said.type) {
    case 'Delivery':
      return { kind: 'delivered', response: said.delivery.smtpResponse ?? '' };
    case 'Complaint':
      return { kind: 'complaint', feedback: said.complaint.complaintFeedbackType ?? 'abuse' };
    case 'Bounce': {
      const block = blockOf(said.bounce.bouncedRecipients[0]!, 'failed');
      const byKind = SAID_BY_KIND[said.bounce.bounceSubType ?? ''] ?? null;
      return { kind: 'bounce', block: { ...block, diagnostic: block.diagnostic ?? byKind } };
    }
    case 'DeliveryDelay': {
      const block = blockOf(said.deliveryDelay.delayedRecipients[0]!, 'delayed');
      return { kind: 'bounce', block: { ...block, action: 'delayed' } };
    }
    case 'Reject': {
      const diagnostic = `the provider has rejected it: ${said.reject.reason ?? ''}`;
      return { kind: 'bounce', block: { recipient: null, action: 'failed', status: null, diagnostic, spec: null } };
    }
    default:
      return said satisfies never;
  }
}

function blockOf(of: z.infer<typeof recipient>, otherwise: string): StatusBlock {
  const [spec, ...rest] = (of.diagnosticCode ?? '').split(';');
  return {
    recipient: of.emailAddress,
    action: of.action ?? otherwise,
    status: of.status ?? null,
    diagnostic: (rest.length > 0 ? rest.join(';') : (spec ?? '')).trim() || null,
    spec: rest.length > 0 ? spec!.trim().toLowerCase() : null,
  };
}
