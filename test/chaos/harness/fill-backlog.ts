import { connect, type Socket } from 'node:net';

/** A connection within one machine takes no time, where it is accepted at all. */
const PATIENCE_MS = 500;

/** More than any backlog that was asked for. */
const MOST = 64;

/**
 * Opens connections to a port nobody accepts from any more, until the kernel answers no further
 * one: what comes after them is met with silence, as by a firewall that drops. Returns how to let go.
 */
export async function fillBacklog(port: number): Promise<() => void> {
  const sockets: Socket[] = [];
  for (let count = 0; count < MOST; count++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    if (!(await isConnected(socket))) break;
  }
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

function isConnected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS, false);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
