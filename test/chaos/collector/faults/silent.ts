import type { Fault } from '../exchange.js';

/** Accepts connections, reads nothing and says nothing. */
export const silent: Fault = {
  connection: (socket) => {
    socket.pause();
  },
};
