import { appendFileSync, closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { z } from 'zod';

/** What a far end has noted of one message; `text`: the message itself, where its far end has to know it again. */
const notedSchema = z.object({
  id: z.string(),
  to: z.string().optional(),
  text: z
    .object({ to: z.string(), from: z.string(), body: z.string(), statusCallback: z.string().nullable() })
    .optional(),
});
export type Noted = z.output<typeof notedSchema>;

/** Notes a message before its sender hears anything. What is noted outlives whoever noted it. */
export function note(journal: string, noted: Noted): void {
  appendFileSync(journal, `${JSON.stringify(noted)}\n`);
}

/** What has been noted, each time by itself. */
export function notedIn(journal: string): Noted[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => notedSchema.parse(JSON.parse(line)));
}

const LINE_END = '\n'.charCodeAt(0);
const READ_BYTES = 64 * 1024;

/** How much has been noted by now, read on from where it was read before. */
export function noteCounter(journal: string): () => number {
  const buffer = Buffer.alloc(READ_BYTES);
  let [at, lines] = [0, 0];
  return () => {
    if (!existsSync(journal)) return lines;
    const file = openSync(journal, 'r');
    for (let read = -1; read !== 0;) {
      read = readSync(file, buffer, 0, buffer.length, at);
      at += read;
      for (let n = 0; n < read; n += 1) lines += Number(buffer[n] === LINE_END);
    }
    closeSync(file);
    return lines;
  };
}
