import type { Fault } from '../exchange.js';

/** Nobody listens. */
export const refusing: Fault = { listens: false };
