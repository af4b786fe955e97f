import { join } from 'node:path';

/** The queue has to hold what a saturated server makes between two exports. */
const BATCH = { maxQueueSize: 100_000, scheduledDelayMs: 500 };

/** Request, handler and provider; four providers; guard, pipe, handler, service and query. */
const EVERYTHING = { '/hello': 3, '/chain': 6, '/users/:id': 6, '/work': 7 };

/**
 * What is compared, for the compiled application in the given folder:
 *
 * - `file`, `args`, `env`: what is run, and with what
 * - `plan`: what it is told, see `app/plan.ts`
 * - `spans`: how many a recorded request has at least, by route; without them there must be none
 * - `share`: how many of the requests are recorded, where not all of them are
 * - `settleMs`: when nothing has come in for so long, nothing more will
 */
export function variantsIn(app) {
  const nestrace = (ratio, more) => ({
    file: join(app, 'nestrace.js'),
    plan: ({ endpoint, grpcEndpoint = endpoint, protocol, batch = BATCH }) => ({
      options: {
        exporters: { type: 'otlp', protocol, endpoint: grpcEndpoint },
        sampling: { strategy: 'parent_based', ratio },
        batch,
        ...more,
      },
    }),
    settleMs: 1200,
  });
  const withPanel = (panel) => {
    const variant = nestrace(1);
    return { ...variant, plan: (told) => ({ ...variant.plan(told), panel }), spans: EVERYTHING };
  };
  const floor = {
    file: join(app, 'floor.js'),
    plan: ({ batch = BATCH }) => ({ batch }),
    settleMs: 1200,
  };
  return {
    bare: { file: join(app, 'bare.js') },
    off: { ...nestrace(1), plan: () => ({ options: { enabled: false } }) },
    // As it is set, the root of every trace is recorded, to be kept should it fail.
    'sampled out': nestrace(0),
    'keep off': nestrace(0, {
      sampling: { strategy: 'parent_based', ratio: 0, keep: false },
    }),
    'keep full': nestrace(0, {
      sampling: { strategy: 'parent_based', ratio: 0, keep: { spans: 'full' } },
    }),
    'sampled 10 %': { ...nestrace(0.1), spans: EVERYTHING, share: 0.1 },
    standard: { ...nestrace(1), spans: EVERYTHING },
    verbose: {
      ...nestrace(1, { autoTrace: { level: 'verbose' } }),
      spans: { ...EVERYTHING, '/users/:id': 7 },
    },
    // As it is set, and with every trace of the load kept, however many there are.
    panel: withPanel({}),
    'panel keeps all': withPanel({ maxTracesPerSecond: 1_000_000 }),
    'floor without export': { ...floor, plan: () => ({}) },
    floor: { ...floor, spans: EVERYTHING },
  };
}
