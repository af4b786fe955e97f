import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { variantsIn } from '../variants.mjs';

const here = import.meta.dirname;
const app = join(here, 'dist');
const bare = join(app, 'bare.js');
const { standard, floor } = variantsIn(app);

/** The same exporter with the same queue as ours. */
const otlp = ({ endpoint }) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_BSP_MAX_QUEUE_SIZE: '100000',
});

/** Each as its documentation says, with everything recorded and sent. */
export const PEERS = {
  observe: {
    file: join(here, 'observe/main.mjs'),
    env: ({ endpoint }) => ({ BENCH_ENDPOINT: endpoint }),
    spans: { '/hello': 3, '/chain': 6, '/users/:id': 7, '/work': 7 },
    settleMs: 2500,
  },
  'nestjs-otel': {
    file: join(here, 'nestjs-otel/main.mjs'),
    args: preload('nestjs-otel'),
    env: otlp,
    spans: { '/hello': 2, '/chain': 5, '/users/:id': 2, '/work': 6 },
    settleMs: 1200,
  },
  'dd-trace': {
    file: bare,
    args: preload('dd-trace'),
    env: ({ endpoint }) => ({
      DD_TRACE_AGENT_URL: endpoint,
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_TRACE_STARTUP_LOGS: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    }),
    spans: {
      express: { '/hello': 6, '/chain': 6, '/users/:id': 6, '/work': 6 },
      fastify: { '/hello': 1, '/chain': 1, '/users/:id': 1, '/work': 1 },
    },
    settleMs: 4500,
  },
  'otel-auto': {
    file: bare,
    args: preload('otel-auto'),
    env: otlp,
    spans: {
      express: { '/hello': 10, '/chain': 10, '/users/:id': 11, '/work': 10 },
      fastify: { '/hello': 1, '/chain': 1, '/users/:id': 2, '/work': 1 },
    },
    settleMs: 1200,
  },
  sentry: {
    file: join(here, 'sentry/main.mjs'),
    args: preload('sentry'),
    env: ({ endpoint }) => ({ SENTRY_DSN: `${endpoint.replace('://', '://key@')}/1` }),
    spans: { '/hello': 5, '/chain': 5, '/users/:id': 5, '/work': 5 },
    settleMs: 1200,
  },
};

/** Ours, as it is packed, and what theirs is compared with. */
export const VARIANTS = {
  bare: { file: bare },
  floor,
  nestrace: standard,
  ...PEERS,
};

function preload(peer) {
  return ['--import', pathToFileURL(join(here, peer, 'register.mjs')).href];
}
