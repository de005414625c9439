import { beforeAll, describe, expect, it } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { dataConverter } from '../../trust/data-converter.js';
import { RECORDED_KEYS } from '../histories/keys.js';
import { workflowBundle } from '../servers.js';

const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));
const recorded = readdirSync(FOLDER).filter((name) => name.endsWith('.json.gz'));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
});

async function replay(text: string): Promise<void> {
  const options = { workflowBundle: workflowBundle(), dataConverter: dataConverter(RECORDED_KEYS.codec) };
  await Worker.runReplayHistory(options, historyFromJSON(JSON.parse(text)), 'recall/RC-2026-0001');
}

describe('a recorded history', () => {
  it('exists', () => {
    expect(recorded.length).toBeGreaterThan(0);
  });

  it.each(recorded)('%s replays on the present code', async (name) => {
    await replay(gunzipSync(readFileSync(`${FOLDER}${name}`)).toString('utf8'));
  });

  it.each(recorded)('%s is refused where the code would do something else', async (name) => {
    const text = gunzipSync(readFileSync(`${FOLDER}${name}`)).toString('utf8');
    const other = text.replace('"stopShipping"', '"startShipping"');
    expect(other === text).toBe(false);
    await expect(replay(other)).rejects.toThrow(/[Nn]ondeterminism|Activity/);
  });
});
