import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { noteFailure } from '../../core/failures.js';

/** The client closed the connection before the response was complete. */
export const CLIENT_ABORTED = 'client_aborted';
/** The application did. */
export const RESPONSE_ABORTED = 'response_aborted';

/** Who broke a response off; undefined where it is complete. */
export type BrokenOff = typeof CLIENT_ABORTED | typeof RESPONSE_ABORTED | undefined;

/**
 * Calls back when a response is closed: that comes after every response, also after one nobody
 * waited for. What is called must not throw.
 */
export function onResponseEnd(
  response: ServerResponse,
  tell: (brokenOff: BrokenOff) => void,
): void {
  let finished = false;
  response.on('finish', () => {
    finished = true;
  });
  response.on('close', () => {
    tell(brokenOff(response, finished));
  });
}

function brokenOff(response: ServerResponse, finished: boolean): BrokenOff {
  try {
    // HTTP/2 says 'finish' about streams that were cancelled, too.
    if (finished && response.writableEnded) return undefined;
    return wasTornHere(response) ? RESPONSE_ABORTED : CLIENT_ABORTED;
  } catch (error) {
    noteFailure('incoming.response', error);
    return undefined;
  }
}

/**
 * Who closed the connection? A client that leaves ends or resets its side of it. When neither was
 * seen, the application has destroyed the response: a file that could not be read to its end. A
 * connection of HTTP/2 carries other requests too and tells nothing about this one.
 */
function wasTornHere({ req }: ServerResponse): boolean {
  if (req.httpVersionMajor >= 2) return false;
  // A request that was injected has only the likeness of a socket.
  const { readableEnded, errored } = req.socket as Partial<Socket>;
  return readableEnded === false && !errored;
}
