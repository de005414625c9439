import { Session, type Profiler } from 'node:inspector/promises';
import { findSourceMap } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { Profile } from './job.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE_US = 500;
const US_PER_MS = 1_000;

/** Does some work and says which functions had the processor meanwhile, by where their source stands. */
export async function profiled<T>(work: () => Promise<T>): Promise<{ done: T; functions: Profile['functions'] }> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.post('Profiler.start');
  const done = await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { done, functions: sharesOf(profile) };
}

/**
 * `own`: in the function itself; `all`: with whatever it called, a function that calls itself once. Both in ms; time in which
 * nothing ran is nobody's.
 */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Profile['functions'] {
  const own = new Map<number, number>();
  for (const [at, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + timeDeltas[at]! / US_PER_MS);
  const known = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<string, { own: number; all: number }>();
  /** What a node and those below it took; each name above it is counted at its outermost place alone. */
  const walk = (node: Profiler.ProfileNode, above: ReadonlySet<string>): number => {
    const name = placeOf(node.callFrame);
    const within = above.has(name) ? above : new Set([...above, name]);
    const mine = own.get(node.id) ?? 0;
    const all = (node.children ?? []).reduce((sum, id) => sum + walk(known.get(id)!, within), mine);
    const was = found.get(name) ?? { own: 0, all: 0 };
    found.set(name, { own: was.own + mine, all: was.all + (above.has(name) ? 0 : all) });
    return all;
  };
  walk(nodes[0]!, new Set());
  return [...found]
    .filter(([name]) => !/^\((root|idle)\)/.test(name))
    .map(([name, took]) => ({ name, ...took }))
    .sort((a, b) => b.own - a.own);
}

/** A function by the line of its source, which is another than the line that runs. */
function placeOf({ functionName, url, lineNumber, columnNumber }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName || '(anonymous)';
  if (!url.startsWith('file:')) return url === '' ? name : `${name} ${url}`;
  const path = fileURLToPath(url);
  const entry = findSourceMap(path)?.findEntry(lineNumber, columnNumber);
  const line = entry && 'originalLine' in entry ? entry.originalLine : lineNumber;
  return `${name} ${relative(ROOT, path).replace(/^node_modules\//, '')}:${line + 1}`;
}

/** How long each statement of the database was waited for, by its name, or by how it begins where it has none. */
export function timedStatements(pool: pg.Pool): () => Profile['statements'] {
  const waited = new Map<string, { times: number; ms: number }>();
  pool.on('connect', (client) => {
    const ask = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      const [asked] = args as [string | { name?: string; text: string }];
      const name = typeof asked === 'string' ? asked : (asked.name ?? asked.text);
      const begun = performance.now();
      const note = (): void => {
        const was = waited.get(name) ?? { times: 0, ms: 0 };
        waited.set(name, { times: was.times + 1, ms: was.ms + performance.now() - begun });
      };
      // The pool asks for itself with a function that is called with the answer, its holders with a promise.
      const last = args.at(-1);
      if (typeof last === 'function')
        return ask(...args.slice(0, -1), (...answer: unknown[]) => {
          note();
          (last as (...answer: unknown[]) => void)(...answer);
        });
      return (ask(...args) as Promise<unknown>).finally(note);
    }) as unknown as typeof client.query;
  });
  return () =>
    [...waited]
      .map(([name, took]) => ({ name: name.replace(/\s+/g, ' ').slice(0, 60), ...took }))
      .sort((a, b) => b.ms - a.ms);
}

/** Counts work while it is under way, and says for how much of a time there was none. */
export function idleClock(): {
  during: <T>(work: () => Promise<T>) => Promise<T>;
  idleSeconds: (from: number, until: number) => number;
} {
  let [underWay, busy, busySince] = [0, 0, 0];
  return {
    async during(work) {
      if (underWay === 0) busySince = performance.now();
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
        if (underWay === 0) busy += performance.now() - busySince;
      }
    },
    idleSeconds: (from, until) => (until - from - busy) / 1_000,
  };
}
