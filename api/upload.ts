import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import { textOfFile } from '../engine/utf8.js';
import { requireValid } from './problem.js';
import { admitted } from './text.js';

const DOCUMENT_BYTES_MAX = 262_144;
const NAME_LENGTH_MAX = 300;
const FILE = 'file';

/** The last part of an upload, with the name of its file. */
export type IncomingFile = { name: string; source: Readable };

/** What the reader of forms holds itself to. How large a file may be, whoever takes it says. */
export const UPLOAD_LIMITS = {
  limits: { parts: 4, fields: 1, headerPairs: 20, headerSize: 8_192, fieldNameSize: 100, fileSize: Infinity },
};

/**
 * The small documents of an upload and the file behind them, which has not been read yet: whoever takes it reads it as it
 * comes. Throws `wrong-use` where a document is missing, or comes after the file.
 */
export async function takeUpload(
  request: FastifyRequest,
  schema: z.ZodObject,
): Promise<{ documents: unknown; file: IncomingFile }> {
  const names = Object.keys(schema.shape);
  const expected = `multipart/form-data with the files ${[...names, FILE].join(', ')}, in this order`;
  const wrong = (message: string, where: string): RecallError =>
    new RecallError({ code: 'wrong-use', message, where, expected, remedy: 'correct it; nothing was changed' });
  if (!request.isMultipart()) throw wrong('this is no form with files', 'header content-type');
  const documents: Record<string, { file: string; text: string }> = {};
  const parts = request.parts();
  for (;;) {
    const next: IteratorResult<Multipart, unknown> = await parts.next();
    if (next.done) throw wrong(`the part ${FILE} is missing`, 'form');
    const part = next.value;
    const where = `form.${part.fieldname.slice(0, NAME_LENGTH_MAX)}`;
    if (part.type !== 'file') throw wrong('this part is no file: it has no file name', where);
    const name = admitted(part.filename, where) as string;
    if (name === '' || name.length > NAME_LENGTH_MAX)
      throw wrong('the file has no name, or one that is too long', where);
    if (part.fieldname === FILE) {
      return { documents: requireValid(schema, documents, 'form'), file: { name, source: part.file } };
    }
    if (!names.includes(part.fieldname)) throw wrong('this part is not asked for', where);
    documents[part.fieldname] = { file: name, text: textOfFile(name, await bytesOf(part, wrong)) };
  }
}

async function bytesOf(
  { fieldname, file }: MultipartFile,
  wrong: (message: string, where: string) => RecallError,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > DOCUMENT_BYTES_MAX) {
      throw wrong(`the document is larger than ${DOCUMENT_BYTES_MAX} bytes`, `form.${fieldname}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
