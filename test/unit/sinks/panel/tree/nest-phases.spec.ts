import { describe, expect, it } from 'vitest';
import { nestPhases } from '../../../../../libs/nestrace/src/sinks/panel/tree/nest-phases.js';
import { treeOf } from '../../../../../libs/nestrace/src/sinks/panel/tree/trace-tree.js';
import { method, request, span, trace } from '../support/trace-builder.js';

const AFTER = { 'nest.interceptor.phase': 'after' };

describe('nestPhases', () => {
  it('tells them in the order of the request, with what lies between', () => {
    const spans = [
      request('r', { for: 100 }),
      method('Log.use', 'r', { at: 10, for: 5 }, 'middleware'),
      method('Key.canActivate', 'r', { at: 15, for: 5 }, 'guard'),
      method('Role.canActivate', 'r', { at: 20, for: 5 }, 'guard'),
      method('Cache.intercept', 'r', { at: 25, for: 1 }, 'interceptor'),
      method('Int.transform', 'r', { at: 26, for: 2 }, 'pipe'),
      method('Orders.find', 'r', { at: 28, for: 50 }, 'handler'),
      method('Cache.after', 'r', { at: 78, for: 4, attributes: AFTER }, 'interceptor'),
      span('other', 'r', { at: 1, for: 3 }),
    ];
    expect(nestPhases(treeOf(trace(spans)))).toEqual([
      { phase: 'between', start: 0, duration: 10_000, spans: 0 },
      { phase: 'middleware', start: 10_000, duration: 5_000, spans: 1 },
      { phase: 'guards', start: 15_000, duration: 10_000, spans: 2 },
      { phase: 'interceptors', start: 25_000, duration: 1_000, spans: 1 },
      { phase: 'pipes', start: 26_000, duration: 2_000, spans: 1 },
      { phase: 'handler', start: 28_000, duration: 50_000, spans: 1 },
      { phase: 'interceptors after', start: 78_000, duration: 4_000, spans: 1 },
      { phase: 'response', start: 82_000, duration: 18_000, spans: 0 },
    ]);
  });

  it('does not count a moment twice, and nothing after the request', () => {
    const spans = [
      request('r', { for: 10 }),
      method('Orders.find', 'r', { at: 0, for: 6 }, 'handler'),
      method('Late.catch', 'r', { at: 5, for: 50 }, 'filter'),
    ];
    const phases = nestPhases(treeOf(trace(spans)));
    expect(phases.map(({ phase, duration }) => [phase, duration])).toEqual([
      ['handler', 6_000],
      ['filters', 4_000],
    ]);
  });

  it('knows of no response while the request is open', () => {
    const spans = [
      request('r', { for: 90, isOpen: true }),
      method('O.f', 'r', { for: 5 }, 'handler'),
    ];
    expect(nestPhases(treeOf(trace(spans))).map(({ phase }) => phase)).toEqual(['handler']);
  });

  it('finds none in what is no request', () => {
    expect(nestPhases(treeOf(trace([span('a', undefined)])))).toEqual([]);
  });
});
