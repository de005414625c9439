import type { ErrorDetail } from '../engine/errors.js';
import type { BLOCKING } from './contract/preflight.js';

/** Something that an opening is refused for: what it is, each thing that is wrong, and the error that says so. */
export type Refusal = { kind: (typeof BLOCKING)[number]; found: string[]; error: ErrorDetail & { remedy: string } };
