import type { Fault } from '../exchange.js';

/** A request of a few spans is longer, and the greeting of HTTP/2 shorter. */
const SOME_BYTES = 400;

/** Breaks the connection while a request is being sent. */
export const resetMidBody: Fault = {
  connection: (socket) => {
    let read = 0;
    socket.on('data', (chunk: Buffer) => {
      read += chunk.byteLength;
      if (read > SOME_BYTES) socket.resetAndDestroy();
    });
  },
};
