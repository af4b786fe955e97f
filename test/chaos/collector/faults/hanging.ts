import type { Fault } from '../exchange.js';

/** Reads every request and never answers. */
export const hanging: Fault = { request: () => {} };
