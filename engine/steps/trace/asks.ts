import type { StepAsks } from '../step-asks.js';

/** A trace asks nobody. */
export const traceAsks: StepAsks<'trace'> = {};
