import type { Fault } from '../exchange.js';

/** Takes the spans, and breaks the connection while it says so. */
export const resetMidAnswer: Fault = {
  request: (exchange) => {
    exchange.cutAnswer();
  },
};
