import { parse, YAMLParseError } from 'yaml';
import { RecallError } from '../../engine/errors.js';
import { unfolded, UNFOLDS_TOO_FAR } from '../../engine/unfolded.js';
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
  const wrong = (message: string, where: string): RecallError =>
    new RecallError({ code: 'wrong-use', message, where, expected });
  try {
    const read = unfolded(() => parse(text));
    if (read === null) throw wrong(UNFOLDS_TOO_FAR, fileName);
    return read.value;
  } catch (thrown) {
    if (!(thrown instanceof YAMLParseError)) throw thrown;
    const { line, col } = thrown.linePos?.[0] ?? { line: 1, col: 1 };
    throw wrong(thrown.message.split(' at line ')[0]!, `${fileName}:${line}:${col}`);
  }
}
