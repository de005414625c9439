import { parse } from 'yaml';
import { RecallError } from '../../engine/errors.js';
import { worldSchema, type World } from './schema.js';

/** Reads a world document; throws `wrong-use` naming the first field that is wrong. */
export function parseWorld(text: string, fileName: string): World {
  const parsed = worldSchema.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RecallError({
    code: 'wrong-use',
    message: issue.message,
    where: `${fileName}: ${issue.path.join('.')}`,
    expected: 'a world such as samples/world.yaml',
  });
}
