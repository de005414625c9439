import { z } from 'zod';

export const partnerParams = z.object({ code: z.string().min(1).max(200) });
export const webhookSecretSchema = z.object({ code: z.string(), secret: z.string() });
