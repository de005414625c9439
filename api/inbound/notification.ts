import { z } from 'zod';
import type { StatusBlock } from './delivery-status.js';

/** What a provider posts of a message, which some have sent on by mail (Amazon SES by SNS). Loose: only what is read is named. */
const notification = z.union([
  z.object({
    notificationType: z.literal('Bounce'),
    bounce: z.object({
      bounceType: z.string(),
      bouncedRecipients: z
        .array(
          z.object({
            emailAddress: z.string(),
            action: z.string().optional(),
            status: z.string().optional(),
            diagnosticCode: z.string().optional(),
          }),
        )
        .min(1),
    }),
  }),
  z.object({
    notificationType: z.literal('Delivery'),
    delivery: z.object({ smtpResponse: z.string().optional(), recipients: z.array(z.string()).optional() }),
  }),
  z.object({
    notificationType: z.literal('Complaint'),
    complaint: z.object({ complaintFeedbackType: z.string().optional() }),
  }),
]);
const about = z.object({
  mail: z.object({
    messageId: z.string().optional(),
    commonHeaders: z.object({ messageId: z.string().optional() }).optional(),
  }),
});

export type Notification =
  | { kind: 'bounce'; block: StatusBlock; messageId: string | null }
  | { kind: 'delivered'; response: string; messageId: string | null }
  | { kind: 'complaint'; feedback: string; messageId: string | null };

/** Where a server breaks a long line it puts this in it. */
const BREAK = /!\r?\n /g;

/** A notification that is the text of a mail; null where the text is none. */
export function notificationIn(text: string): Notification | null {
  const start = text.indexOf('{"notificationType"');
  if (start < 0) return null;
  const whole = text.slice(start).replace(BREAK, '');
  const end = whole.lastIndexOf('}');
  let said: unknown;
  try {
    said = JSON.parse(whole.slice(0, end + 1));
  } catch {
    return null;
  }
  const parsed = notification.safeParse(said);
  if (!parsed.success) return null;
  const { data } = parsed;
  const of = about.safeParse(said);
  const messageId = of.success ? (of.data.mail.commonHeaders?.messageId ?? of.data.mail.messageId ?? null) : null;
  switch (data.notificationType) {
    case 'Delivery':
      return { kind: 'delivered', response: data.delivery.smtpResponse ?? '', messageId };
    case 'Complaint':
      return { kind: 'complaint', feedback: data.complaint.complaintFeedbackType ?? 'abuse', messageId };
    default: {
      const [one] = data.bounce.bouncedRecipients;
      const { emailAddress, action, status, diagnosticCode } = one!;
      const [spec, ...rest] = (diagnosticCode ?? '').split(';');
      const block: StatusBlock = {
        recipient: emailAddress,
        action: action ?? 'failed',
        status: status ?? null,
        diagnostic: (rest.length > 0 ? rest.join(';') : (spec ?? '')).trim() || null,
        spec: rest.length > 0 ? spec!.trim().toLowerCase() : null,
      };
      return { kind: 'bounce', block, messageId };
    }
  }
}
