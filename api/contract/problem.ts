import { z } from 'zod';

/** What every route answers that has not done what it was asked: RFC 9457, with the product's own words beside the standard's. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  /** Of the table in engine/errors, or the reason of a refusal. */
  code: z.string(),
  message: z.string(),
  where: z.string().optional(),
  expected: z.string().optional(),
  remedy: z.string().optional(),
  /** Of a file: everything that is wrong with it. */
  errors: z
    .array(
      z.object({
        line: z.int(),
        column: z.union([z.int(), z.string()]),
        field: z.string().optional(),
        value: z.string(),
        expected: z.string(),
        message: z.string(),
      }),
    )
    .optional(),
});
export type Problem = z.output<typeof problemSchema>;
