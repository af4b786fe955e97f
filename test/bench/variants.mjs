/** What is compared. `options` are those of `OtelModule.forRoot()`; without them there is no module. */
export const VARIANTS = {
  bare: { options: undefined },
  off: { options: () => ({ enabled: false }) },
  'sampled out': {
    options: ({ endpoint, protocol }) => ({
      exporters: { type: 'otlp', protocol, endpoint },
      sampling: { strategy: 'parent_based', ratio: 0 },
    }),
  },
  exporting: {
    options: ({ endpoint, protocol }) => ({
      exporters: { type: 'otlp', protocol, endpoint },
      sampling: { strategy: 'always' },
      // The queue has to hold what a saturated server makes between two exports.
      batch: { maxQueueSize: 100_000, scheduledDelayMs: 500 },
    }),
  },
};

/** Paths, and the spans each of them has when everything is recorded. */
export const ROUTES = {
  '/hello': 2,
  '/chain': 5,
};
