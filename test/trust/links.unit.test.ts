import { describe, expect, it } from '@jest/globals';
import type { AskId, PersonId, RecallId, RecipientId, Sha256, StepName } from '../../engine/words.js';
import { newKeys } from '../../trust/keys.js';
import { linkPath, type DecisionLink, type Link, type ResponseLink } from '../../trust/links.js';

const ring = newKeys().token;
const recallId = 'RC-2026-0001' as RecallId;
const decision: DecisionLink = {
  use: 'decision',
  recallId,
  ask: 'decide/1/1' as AskId,
  person: 'counsel' as PersonId,
  shown: 'a'.repeat(64) as Sha256,
};
const response: ResponseLink = {
  use: 'response',
  recallId,
  step: 'tell' as StepName,
  revision: 1,
  recipient: 'c12345' as RecipientId,
};

describe('a link', () => {
  it('is one id of 128 bits under the path of its use, and fits a message on a telephone', () => {
    expect(linkPath(ring, decision)).toMatch(/^\/d\/[\w-]{22}$/);
    expect(linkPath(ring, response)).toMatch(/^\/r\/[\w-]{22}$/);
    const publicUrl = 'https://recalls.maker1.example';
    expect(publicUrl).toHaveLength(30);
    expect(`${publicUrl}${linkPath(ring, response)}`.length).toBeLessThan(60);
  });

  it('is the same when it is made again, in whatever order its meaning is written', () => {
    const { use, ...rest } = response;
    expect(linkPath(ring, { ...rest, use })).toBe(linkPath(ring, response));
  });

  it.each<[string, Link]>([
    ['another recall', { ...decision, recallId: 'RC-2026-0002' as RecallId }],
    ['another question, such as the one that is put anew', { ...decision, ask: 'decide/1/2' as AskId }],
    ['another person', { ...decision, person: 'commander' as PersonId }],
    ['another thing shown', { ...decision, shown: 'b'.repeat(64) as Sha256 }],
    ['another recipient', { ...response, recipient: 'c1' as RecipientId }],
    ['another campaign', { ...response, step: 'tell-again' as StepName }],
    ['another revision of its notice', { ...response, revision: 2 }],
  ])('is another one for %s', (_name, other) => {
    expect(linkPath(ring, other)).not.toBe(linkPath(ring, other.use === 'decision' ? decision : response));
  });

  it('is another one under another key', () => {
    expect(linkPath(newKeys().token, response)).not.toBe(linkPath(ring, response));
  });
});
