import { z } from 'zod';

/** The secret part of the path, which is given to those who may read payloads. */
export const codecParams = z.object({ access: z.string() });

/** Payloads in the protocol of Temporal's codec servers: protobuf JSON, bytes in base64. */
export const payloadsSchema = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), z.string()).default({}), data: z.string().default('') })),
});
export type Payloads = z.output<typeof payloadsSchema>;
