import { expect, test } from '@jest/globals';
import { messageIdOf } from '../../activities/deps.js';
import type { RecallId } from '../../engine/words.js';

const ours = { mailDomain: 'maker.example' };
const recallId = 'RC-2026-0042' as RecallId;
const KEY = 'tell/1/c100/email/0';

test('a message id is the same for the same message, and another where recall, message or salt differ', () => {
  const id = messageIdOf(ours, { recallId, salt: 'salt' }, KEY);
  expect(id).toMatch(/^<[0-9a-f]{32}@maker\.example>$/);
  expect(messageIdOf(ours, { recallId, salt: 'salt' }, KEY)).toBe(id);
  const others = [
    // Whoever knows recall, step and recipient must still not be able to name the message in a forged bounce.
    messageIdOf(ours, { recallId, salt: 'another' }, KEY),
    messageIdOf(ours, { recallId: 'RC-2026-0043' as RecallId, salt: 'salt' }, KEY),
    messageIdOf(ours, { recallId, salt: 'salt' }, 'tell/1/c100/email/1'),
  ];
  expect(new Set([id, ...others]).size).toBe(4);
});
