/** So many of something in English: `1 hour`, `2 hours`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
