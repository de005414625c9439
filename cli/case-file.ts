import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import { readText } from './files.js';

/** Reads a case file as far as a schema goes, each value as the text that it is. Throws `wrong-use` with file and place. */
export function readCaseFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const text = readText(file);
  const wrong = (message: string, where: string): RecallError =>
    new RecallError({
      code: 'wrong-use',
      message,
      where,
      expected: 'a case file such as samples/online-retail/case.yaml',
      remedy: 'correct the file; nothing was done',
    });
  let document: unknown;
  try {
    document = parseYaml(text, { schema: 'failsafe' });
  } catch (failed) {
    const { message, linePos } = failed as { message: string; linePos?: [{ line: number; col: number }] };
    const place = linePos ? `:${linePos[0].line}:${linePos[0].col}` : '';
    throw wrong(message.split('\n')[0]!, `${file}${place}`);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const { message, path } = parsed.error.issues[0]!;
  throw wrong(message, [file, ...(path.length > 0 ? [path.join('.')] : [])].join(': '));
}
