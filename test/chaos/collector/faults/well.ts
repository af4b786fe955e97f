import type { Fault } from '../exchange.js';

/** Takes everything at once. */
export const well: Fault = {};
