/** A field of a block of headers, with its name in small letters. */
export type Field = { name: string; value: string };

const NAME = /^[a-z0-9-]+$/;

/** The fields of a text, each with the lines in which it goes on. Lines that are no field are left out; a blank line ends nothing. Looks at each line once. */
export function fieldsIn(text: string): Field[] {
  const fields: Field[] = [];
  let last: { name: string; lines: string[] } | null = null;
  const end = (): void => {
    if (last !== null) fields.push({ name: last.name, value: last.lines.join(' ').trim() });
    last = null;
  };
  for (const line of text.split('\n')) {
    if (last !== null && (line.startsWith(' ') || line.startsWith('\t'))) {
      if (line.trim() === '') end();
      else last.lines.push(line.trim());
      continue;
    }
    end();
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trimEnd().toLowerCase();
    if (NAME.test(name)) last = { name, lines: [line.slice(colon + 1).trim()] };
  }
  end();
  return fields;
}

/** The first field of this name; null where there is none, or it says nothing. */
export function fieldIn(fields: Field[], name: string): string | null {
  return fields.find((field) => field.name === name)?.value || null;
}

/** What stands before the first empty line. */
export function headOf(message: string): string {
  const text = message.trimStart();
  const ends = [text.indexOf('\n\n'), text.indexOf('\n\r\n')].filter((end) => end >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
}
