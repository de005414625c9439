import { SaxesParser } from 'saxes';
import { z } from 'zod';
import { knock, read, type Door } from '../door.js';

/** What a stranger has read of what a drill has published, counted by them alone. */
export type Subscribed = {
  /** Recalls that each feed names, and those whose alert says in CAP that it is an exercise. */
  atom: number;
  json: number;
  exercises: number;
  /** Pages that could be read, one in each language, and those of them that say loudly that it is a drill. */
  pages: number;
  drillPages: number;
};

const jsonFeed = z.object({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  items: z.array(
    z.object({ id: z.string(), attachments: z.array(z.object({ url: z.string(), mime_type: z.string() })) }),
  ),
});

/** Reads both feeds of drills as programs do, then every page and every alert that they lead to, without any key. */
export async function subscribe({ url }: Pick<Door, 'url'>): Promise<Subscribed> {
  const door = { url, localKey: '' };
  const only = { query: { drills: 'only' as const } };
  const atom = elementsOf(await read(door, 'readAtomFeed', only));
  const { items } = jsonFeed.parse(JSON.parse(await read(door, 'readJsonFeed', only)));
  const alerts = await Promise.all(items.flatMap(({ attachments }) => attachments.map((one) => textAt(door, one.url))));
  const links = atom.filter(({ name, attributes }) => name === 'link' && attributes.hreflang !== undefined);
  const pages = await Promise.all(links.map(({ attributes }) => textAt(door, attributes.href!)));
  return {
    atom: atom.filter(({ name }) => name === 'entry').length,
    json: items.length,
    exercises: alerts.filter(isExercise).length,
    pages: pages.length,
    drillPages: pages.filter((page) => page.includes('<p class="drill">') && page.includes('noindex')).length,
  };
}

async function textAt(door: Door, path: string): Promise<string> {
  const response = await knock(door, { method: 'GET', path, headers: {} });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
  return response.text();
}

function isExercise(alert: string): boolean {
  return elementsOf(alert).some(({ name, text }) => name === 'status' && text === 'Exercise');
}

type Element = { name: string; attributes: Record<string, string>; text: string };

/** The elements of an XML document; throws where it is none. */
function elementsOf(xml: string): Element[] {
  const parser = new SaxesParser();
  const [found, open]: [Element[], Element[]] = [[], []];
  parser.on('opentag', ({ name, attributes }) => {
    const one = { name, attributes: { ...attributes }, text: '' };
    found.push(one);
    open.push(one);
  });
  parser.on('text', (text) => {
    const within = open.at(-1);
    if (within) within.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.on('error', (failed) => {
    throw failed;
  });
  parser.write(xml).close();
  return found;
}
