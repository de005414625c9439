import { dirname, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import { PICTURE_FILE_BYTES_MAX } from '../engine/picture.js';
import { readBytes, readText } from './files.js';

const namedPicture = z.looseObject({ picture: z.looseObject({ file: z.string() }) });

/**
 * Reads a case file as far as a schema goes, each value as the text that it is, and the picture that stands beside it. Throws `wrong-use` with file and place.
 */
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
  const parsed = schema.safeParse(withPicture(document, file));
  if (parsed.success) return parsed.data;
  const { message, path } = parsed.error.issues[0]!;
  throw wrong(message, [file, ...(path.length > 0 ? [path.join('.')] : [])].join(': '));
}

/** The document with the bytes of the picture in the place of the name of its file, which counts from the case file. */
function withPicture(document: unknown, file: string): unknown {
  const named = namedPicture.safeParse(document);
  if (!named.success) return document;
  const { file: name, ...others } = named.data.picture;
  const bytes = readBytes(resolve(dirname(file), name), PICTURE_FILE_BYTES_MAX);
  return { ...named.data, picture: { ...others, base64: bytes.toString('base64') } };
}
