import type { Fault } from '../exchange.js';

/** An answer that never ends. */
export const endlessAnswer: Fault = {
  request: (exchange) => {
    exchange.answerEndlessly();
  },
};
