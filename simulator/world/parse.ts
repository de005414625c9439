import { parse, YAMLParseError } from 'yaml';
import { RecallError } from '../../engine/errors.js';
import { worldSchema, type World } from './schema.js';

const EXPECTED = 'a world such as samples/world.yaml';

/** Reads a world document; throws `wrong-use` naming the first field that is wrong. */
export function parseWorld(text: string, fileName: string): World {
  const parsed = worldSchema.safeParse(readYaml(text, fileName, EXPECTED));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RecallError({
    code: 'wrong-use',
    message: issue.message,
    where: `${fileName}: ${issue.path.join('.')}`,
    expected: EXPECTED,
  });
}

/** The value of a YAML text; throws `wrong-use` with line and column where it is none. */
export function readYaml(text: string, fileName: string, expected: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof ReferenceError) throw unfolds(fileName, expected);
    if (!(thrown instanceof YAMLParseError)) throw thrown;
    const { line, col } = thrown.linePos?.[0] ?? { line: 1, col: 1 };
    const message = thrown.message.split(' at line ')[0]!;
    throw new RecallError({ code: 'wrong-use', message, where: `${fileName}:${line}:${col}`, expected });
  }
}

/** A few lines of aliases of aliases unfold to more than any machine holds. */
function unfolds(fileName: string, expected: string): RecallError {
  const message = 'its aliases unfold to more than a document holds';
  return new RecallError({ code: 'wrong-use', message, where: fileName, expected });
}
