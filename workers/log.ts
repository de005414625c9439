import { pino, destination, type Logger } from 'pino';

/** JSON lines on stderr: recall, step, effect; never contact data. */
export function createLog(level: string, name: string): Logger {
  return pino({ level, name, base: { name } }, destination(2));
}
