import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commandsFor } from '../../drills/manual.js';
import type { RecallId } from '../../engine/words.js';
import { recall, standIn, type StandIn } from '../cli/stand-in.js';

const RECALL = 'RC-2026-0001' as RecallId;
const SHOWN = 'a'.repeat(64);
const ASKED = { role: 'legal', status: 'open', people: ['counsel'], dueAt: '2026-09-10T16:00:00.000Z', shown: SHOWN };

let api: StandIn;
beforeAll(async () => {
  api = await standIn({
    [`GET /asks/${RECALL}/step/1/1`]: { body: { ...ASKED, question: 'decide', evidence: [] } },
    [`POST /recalls/${RECALL}/decisions`]: { body: { seq: 1 } },
    [`POST /recalls/${RECALL}/answers`]: { body: { seq: 1 } },
  });
});
afterAll(() => api.close());

test.each(['decide', 'approve-preview', 'close', 'assessment', 'task', 'submit-filing', 'confirm-containment'])(
  'what a manual drill prints for %s shows the question and answers it, in a script as in a terminal',
  async (question) => {
    for (const command of commandsFor(RECALL, { ...ASKED, ask: 'step/1/1', question })) {
      expect(command).toMatch(/^npm run recall -- \S/);
      const args = command.split(' ').slice(4);
      for (const options of [{}, { confirms: true }])
        expect(await recall([...args, '--api', api.url, '--key', 'k3y'], options)).toMatchObject({ exit: 0 });
    }
  },
);
