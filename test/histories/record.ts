import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { historiesOf } from '../drills/history.js';
import { prepareDrill } from '../drills/small-drill.js';
import { RECORDED_KEYS } from './keys.js';

// Records the history of one whole drill as it runs now: RECALL_TEMPORAL=temporal node --import tsx test/histories/record.ts NAME
const name = process.argv[2] ?? 'small-drill';
const small = await prepareDrill({ seed: 3, keys: RECORDED_KEYS });
try {
  const recallId = await small.open();
  if (!(await small.run(recallId))) throw new Error('the drill did not reach its end');
  const [history] = await historiesOf(small, recallId);
  const path = fileURLToPath(new URL(`./${name}.json.gz`, import.meta.url));
  writeFileSync(path, gzipSync(historyToJSON(history!), { level: 9 }));
  process.stdout.write(`${name}: ${history!.events!.length} events\n`);
} finally {
  await small.stop();
}
