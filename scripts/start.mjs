import { ExpectedError } from './expected-error.mjs';
import { banner } from './start/banner.mjs';
import { findIngestPort } from './start/ingest-port.mjs';
import { readOptions, USAGE } from './start/options.mjs';
import { prepare } from './start/prepare.mjs';
import { Screen } from './start/screen.mjs';
import { Service } from './start/service.mjs';
import { TraceJoiner } from './start/trace-joiner.mjs';

const { INVENTORY_PORT = '3001', ORDERS_PORT = '3000' } = process.env;

const SERVICES = [
  { name: 'orders', variable: 'ORDERS_PORT', port: ORDERS_PORT, color: 'cyan' },
  { name: 'inventory', variable: 'INVENTORY_PORT', port: INVENTORY_PORT, color: 'magenta' },
];

const INTERRUPTED = 130;
const PARENT_POLL_MS = 250;

const interruption = new AbortController();
let screen;
let running = [];
let ending;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
// `npm start | head`: who reads has gone.
process.stdout.on('error', interrupt);
if (process.env.npm_lifecycle_event === 'start') onceOrphaned(interrupt);

try {
  const { help, format } = readOptions();
  screen = new Screen(format);
  if (help) {
    screen.say(USAGE);
  } else {
    await prepare(SERVICES, (text) => screen.say(text), interruption.signal);
    await run();
  }
} catch (error) {
  if (interruption.signal.aborted) {
    process.exitCode = INTERRUPTED;
  } else if (error instanceof ExpectedError) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    throw error;
  }
}

async function run() {
  // Only now: on a fresh clone it has just been built.
  const { formatTrace } = await import('nestrace/testing');
  const joiner = new TraceJoiner((spans, isLate) => screen.trace(formatTrace, spans, isLate));
  screen.say('Starting …');
  const env = environment(await findIngestPort());
  running = SERVICES.map((service) => {
    const child = new Service(service, env, (line) => {
      const span = screen.line(service, line);
      if (span !== undefined) joiner.add(span);
    });
    void child.ended.then((how) => stop(`${service.name} has ended by itself (${how})`));
    return child;
  });
  const ready = await Promise.all(running.map((child) => child.isReady()));
  const silent = SERVICES.find((_, index) => !ready[index]);
  if (silent === undefined) {
    // What the start-up left behind comes first.
    joiner.flush();
    screen.say(await banner(SERVICES, screen));
  } else {
    stop(`${silent.name} does not answer at port ${silent.port}`);
  }
  await Promise.all(running.map(({ ended }) => ended));
  await ending;
  joiner.flush();
}

function environment(ingestPort) {
  return {
    // In production nestrace keeps one trace in ten. This is there to show them.
    OTEL_TRACES_SAMPLER: 'parentbased_always_on',
    ...process.env,
    OTEL_PANEL_INGEST_PORT: String(ingestPort),
    ...Object.fromEntries(SERVICES.map(({ variable, port }) => [variable, port])),
    ...(!screen.colors && { NO_COLOR: '1', FORCE_COLOR: undefined }),
    OTEL_EXPORTER_CONSOLE_FORMAT: 'json',
  };
}

/** npm starts us through a shell, and some shells end on a signal without passing it on. */
function onceOrphaned(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, PARENT_POLL_MS);
  timer.unref();
}

function interrupt() {
  if (running.length === 0) interruption.abort();
  else stop();
}

/** Ends both services. With a reason, something went wrong. */
function stop(reason) {
  ending ??= stopAll(reason);
}

async function stopAll(reason) {
  if (reason !== undefined) {
    screen.complain(`${reason}. Stopping.`);
    process.exitCode = 1;
  }
  const inTime = await Promise.all(running.map((child) => child.stop()));
  if (inTime.every(Boolean)) return;
  screen.complain('A service did not end in time and was killed.');
  process.exitCode = 1;
}
