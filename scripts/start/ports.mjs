import { connect, createServer } from 'node:net';

/** Both addresses "localhost" may stand for. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** One sentence for every port the services cannot have. */
export async function findPortProblems(services) {
  const problems = [];
  const seen = new Map();
  for (const { name, port, variable } of services) {
    const other = seen.get(port);
    seen.set(port, name);
    const change = `${variable}=${Number(port) + 100} npm start`;
    if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
      problems.push(`${variable} must be a port from 1 to 65535, not "${port}".`);
    } else if (other !== undefined) {
      problems.push(`${other} and ${name} cannot share port ${port}. Choose another: ${change}`);
    } else {
      const reason = await whyNot(Number(port));
      if (reason !== undefined) {
        problems.push(`Port ${port} ${reason}, so ${name} cannot start. Choose another: ${change}`);
      }
    }
  }
  return problems;
}

/** Whether somebody answers at a port of this machine. */
export function isListening(port, host = 'localhost') {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const answer = (listening) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}

async function whyNot(port) {
  const codes = await Promise.all(LOOPBACK.map((host) => tryToListen(port, host)));
  if (codes.includes('EADDRINUSE')) return 'is already in use';
  if (codes.includes('EACCES')) return 'needs more rights than you have';
  return undefined;
}

function tryToListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }) => resolve(code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
