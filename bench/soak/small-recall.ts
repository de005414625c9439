import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Door } from '../../drills/door.js';
import { openDrill } from '../../drills/drill.js';
import { sampleCase } from '../../drills/sample.js';
import type { NewScope } from '../../engine/scope.js';
import type { IsoDate, IsoInstant, RecallId } from '../../engine/words.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const PLAYBOOK = 'playbooks/consumer-product-gb-eu.yaml';
export const OPENED_AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
/** A product of the sample that about twenty customers bought within a month. */
export const SCOPE = {
  kind: 'window' as const,
  item: '22634',
  from: '2026-03-03' as IsoDate,
  to: '2026-04-02' as IsoDate,
} satisfies NewScope;

/** The text of a file of the checkout. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Opens a drill of it on the imported sample. */
export async function openSmall(door: Door, seed: number): Promise<RecallId> {
  return openDrill(door, {
    playbook: textOf(PLAYBOOK),
    playbookFile: PLAYBOOK,
    scope: SCOPE,
    ...sampleCase(SCOPE, seed),
    openedAt: OPENED_AT,
    opener: 'coordinator',
  });
}
