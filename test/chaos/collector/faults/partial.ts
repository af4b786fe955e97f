import type { Fault } from '../exchange.js';

/** Takes all spans of a request but one. */
export const partial: Fault = {
  request: (exchange) => {
    exchange.acknowledge(1);
  },
};
