import type { PanelMeta } from '../../../libs/nestrace/src/sinks/panel/contract/index.js';

/** Who answers in tests. */
export function panelMeta(): PanelMeta {
  return {
    service: { name: 'orders', environment: 'test' },
    version: '0.1.0',
    bootId: 'one',
    pid: 412,
    nodeVersion: '22.12.0',
    startedAt: 0,
    recording: { state: 'recording' },
    capture: { paused: false },
    limits: {
      maxTraces: 500,
      maxBytes: 64_000_000,
      maxSpansPerTrace: 20_000,
      maxValueLength: 8192,
    },
    slowMs: 100,
    nPlusOne: { min: 5, minTotalMs: 0 },
    links: [],
    editor: '',
    readOnly: false,
    tryIt: 'curl http://localhost:3000/users',
    attributeKeys: ['tenant'],
  };
}
