import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { temporalLogger } from '../../workers/temporal-log.js';

test('a warning of the worker says which recall and activity it is about, and what caused it', () => {
  const lines: string[] = [];
  const logger = temporalLogger(pino({}, { write: (line: string) => void lines.push(line) }));
  const away = Object.assign(new Error('connection terminated'), { detail: 'Key (email)=(buyer@shop.example)' });
  const error = new Error('the append failed', { cause: away });
  const about = { workflowId: 'recall/RC-2026-0042', activityType: 'appendEvents', activityId: '7', attempt: 3 };
  logger.warn('Activity failed', { ...about, error });
  const line = JSON.parse(lines[0]!) as Record<string, unknown>;
  expect(line).toMatchObject({ ...about, msg: 'Activity failed' });
  expect(line.error).toMatch(/the append failed[^]*caused by [^]*connection terminated/);
  // A database's error names the values of the row in fields of its own.
  expect(lines[0]).not.toContain('buyer@shop.example');
});
