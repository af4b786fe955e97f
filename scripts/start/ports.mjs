import { connect, createServer } from 'node:net';

/** Both addresses "localhost" may stand for. */
const LOOPBACK = ['127.0.0.1', '::1'];

const MAX_PORT = 65_535;
/** How far away to look for a free port instead, nearest first. */
const DISTANCES = [100, 200, 300, 1000, 2000, 3000, -100, -200, -300];

/** One sentence for every port the services cannot have, and one command that helps with all. */
export async function findPortProblems(services) {
  const problems = [];
  const changes = [];
  const owners = new Map();
  const wanted = new Set(services.map(({ port }) => Number(port)));
  for (const { name, port, variable } of services) {
    const other = owners.get(port);
    owners.set(port, name);
    if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > MAX_PORT) {
      problems.push(`${variable} must be a port from 1 to ${MAX_PORT}, not "${port}".`);
      continue;
    }
    const reason = other === undefined ? await whyNot(Number(port)) : `belongs to ${other}`;
    if (reason === undefined) continue;
    problems.push(`Port ${port} ${reason}, so ${name} cannot start.`);
    const free = await findFree(Number(port), wanted);
    wanted.add(free);
    if (free !== undefined) changes.push(`${variable}=${free}`);
  }
  if (changes.length > 0) problems.push(`Try ${changes.join(' ')} npm start`);
  return problems;
}

async function findFree(port, wanted) {
  for (const distance of DISTANCES) {
    const candidate = port + distance;
    if (candidate < 1 || candidate > MAX_PORT || wanted.has(candidate)) continue;
    if ((await whyNot(candidate)) === undefined) return candidate;
  }
  return undefined;
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
