import type { PanelMeta } from '../../libs/nestrace/src/sinks/panel/contract/index.js';

export function panelMeta(change: Partial<PanelMeta> = {}): PanelMeta {
  return {
    service: { name: 'orders', environment: 'test' },
    version: '0.1.0',
    bootId: 'boot',
    pid: 1,
    nodeVersion: '22.0.0',
    startedAt: 0,
    recording: { state: 'recording' },
    capture: { paused: false },
    limits: { maxTraces: 500, maxBytes: 1e6, maxSpansPerTrace: 100, maxValueLength: 100 },
    slowMs: 100,
    nPlusOne: { min: 5, minTotalMs: 0 },
    links: [],
    editor: '',
    readOnly: false,
    attributeKeys: [],
    ...change,
  };
}
