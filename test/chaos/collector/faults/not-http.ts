import type { Fault } from '../exchange.js';

/** Another kind of server: it greets first, as those of mail and of secure shells do. */
export const notHttp: Fault = {
  connection: (socket) => {
    socket.end('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n');
  },
};
