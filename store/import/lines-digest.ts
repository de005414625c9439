/** Hexadecimal digits of what is added up at once, without what is carried beyond them. */
const DIGITS = 8;

/**
 * A digest of the lines of a file, by their contents and in whatever order: how many they are, and the sums of the four parts
 * of their contents. It tells a file that comes again from another, and is no proof against one who forges contents.
 */
export function linesDigest(): { add: (content: string) => void; value: () => string } {
  let lines = 0;
  const sums = [0, 0, 0, 0];
  return {
    add(content) {
      lines += 1;
      for (let part = 0; part < sums.length; part += 1)
        sums[part] = (sums[part]! + Number.parseInt(content.slice(part * DIGITS, (part + 1) * DIGITS), 16)) >>> 0;
    },
    value: () => [lines, ...sums].join('.'),
  };
}
