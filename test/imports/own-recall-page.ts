import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../docs/own-recall.md', import.meta.url), 'utf8');

/** The file that docs/own-recall.md shows under this name. */
export function shownFile(name: string): string {
  const at = PAGE.indexOf(`**\`${name}\`**`);
  if (at < 0) throw new Error(`the page shows no ${name}`);
  const [, , ...lines] = PAGE.slice(at).split('\n');
  const end = lines.indexOf('```');
  return `${lines.slice(1, end).join('\n')}\n`;
}

/** The names of all files that it shows, in their order. */
export function shownFiles(): string[] {
  return Array.from(PAGE.matchAll(/^\*\*`(.+)`\*\*$/gm), ([, name]) => name!);
}

/** The commands that it shows, in their order, as their words. */
export function shownCommands(): string[][] {
  const blocks = Array.from(PAGE.matchAll(/^```sh\n(.*?)^```$/gms), ([, text]) => text!.replaceAll('\\\n', ' '));
  const lines = blocks.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('recall '));
  return lines.map((line) => line.split(' ').filter(Boolean).slice(1));
}
