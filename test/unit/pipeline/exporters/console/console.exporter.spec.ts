import { ROOT_CONTEXT, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../../libs/nestrace/src/core/failures.js';
import {
  ConsoleExporter,
  type ConsoleExporterSettings,
} from '../../../../../libs/nestrace/src/pipeline/exporters/console/console.exporter.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

const GRACE_MS = 30;
const LATE_MS = 500;
const MAX_OPEN_TRACES = 200;
const MAX_SPANS_PER_TRACE = 1000;

let tracing: Tracing;
let printed: string[];
let exporter: ConsoleExporter;

function begin(settings: Partial<ConsoleExporterSettings> = {}): void {
  printed = [];
  exporter = new ConsoleExporter({
    format: 'tree',
    print: (text) => printed.push(text),
    ...settings,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  tracing = startTracing();
  begin();
});
afterEach(() => {
  tracing.stop();
  vi.useRealTimers();
});

function span(name: string, parent?: Span): Span {
  const active = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
  return tracing.tracer.startSpan(name, {}, active);
}

/** Ends spans and exports them, as a processor would. */
function send(...spans: Span[]): ExportResult[] {
  const results: ExportResult[] = [];
  for (const ended of spans) if (ended.isRecording()) ended.end();
  exporter.export(spans as unknown as ReadableSpan[], (result) => results.push(result));
  return results;
}

/** Names in a picture, in their order. */
function names(picture: string | undefined): string[] {
  const rows = (picture ?? '').trim().split('\n').slice(1);
  return rows.map((row) => row.replace(/^[^a-z]*/, '').replace(/ {2,}.*/, ''));
}

describe('a tree', () => {
  it('is printed a moment after the local root has ended, as one text', () => {
    const root = span('root');
    expect(send(span('child', root))).toEqual([{ code: ExportResultCode.SUCCESS }]);
    vi.advanceTimersByTime(1000);
    expect(printed).toEqual([]);
    send(root);
    vi.advanceTimersByTime(GRACE_MS - 1);
    expect(printed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(printed.map(names)).toEqual([['root', 'child']]);
    expect(printed[0]).toMatch(/^\ntrace [\da-f]{32} .*\n$/s);
  });

  it('holds spans that end just after the root', () => {
    const root = span('root');
    const late = span('late', root);
    send(root);
    vi.advanceTimersByTime(GRACE_MS - 1);
    send(late);
    vi.advanceTimersByTime(1);
    expect(printed.map(names)).toEqual([['root', 'late']]);
  });

  it('is followed by what comes later, in parts', () => {
    const root = span('root');
    const late = ['one', 'two', 'three'].map((name) => span(name, root));
    send(root);
    vi.advanceTimersByTime(GRACE_MS);
    send(...late.slice(0, 1));
    vi.advanceTimersByTime(LATE_MS - 1);
    send(...late.slice(1, 2));
    expect(printed).toHaveLength(1);
    vi.advanceTimersByTime(1);
    send(...late.slice(2));
    vi.advanceTimersByTime(LATE_MS);
    const title = 'A late part of a trace above:\n';
    expect(printed.map((text) => names(text.replace(title, '')))).toEqual([
      ['root'],
      ['one', 'two'],
      ['three'],
    ]);
    expect(printed.map((text) => text.includes(title))).toEqual([false, true, true]);
  });

  it('is printed when the local root continues a trace of another service', () => {
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    const served = tracing.tracer.startSpan('served', {}, remote);
    send(span('child', served), served);
    vi.advanceTimersByTime(GRACE_MS);
    expect(printed.map(names)).toEqual([['served', 'child']]);
    expect(printed[0]).toContain('continues b7ad6b7169203331');
  });

  it('is printed once for several local roots of one trace that end together', () => {
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    const [one, two] = ['one', 'two'].map((name) => tracing.tracer.startSpan(name, {}, remote));
    send(one as Span);
    vi.advanceTimersByTime(GRACE_MS - 1);
    send(two as Span);
    vi.advanceTimersByTime(GRACE_MS);
    expect(printed.map(names)).toEqual([['one', 'two']]);
  });

  it('does not mix traces up', () => {
    const [one, other] = [span('one'), span('other')];
    send(span('in one', one), span('in other', other), other, one);
    vi.advanceTimersByTime(GRACE_MS);
    expect(printed.map(names)).toEqual([
      ['other', 'in other'],
      ['one', 'in one'],
    ]);
  });

  it('is drawn as the settings want it', () => {
    begin({ colors: true, width: 80 });
    send(span('root'));
    vi.advanceTimersByTime(GRACE_MS);
    expect(printed[0]).toContain('\u001b[');
    expect(printed[0]).not.toContain('█');
  });

  it('does not keep the process alive while it waits', () => {
    vi.useRealTimers();
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    send(span('root'));
    const timer = setTimer.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    clearTimeout(timer);
    setTimer.mockRestore();
  });
});

describe('bounds', () => {
  it('of open traces: the oldest is drawn incomplete when there are more', () => {
    const roots = Array.from({ length: MAX_OPEN_TRACES + 1 }, (_, index) => span(`r${index}`));
    for (const [index, root] of roots.entries()) send(span(`child ${index}`, root));
    expect(printed.map(names)).toEqual([['child 0']]);
    send(...roots.slice(1, 3));
    vi.advanceTimersByTime(GRACE_MS);
    expect(printed.slice(1).map(names)).toEqual([
      ['r1', 'child 1'],
      ['r2', 'child 2'],
    ]);
  });

  it('of spans in one trace: a picture with more helps nobody', () => {
    const root = span('root');
    const many = Array.from({ length: MAX_SPANS_PER_TRACE + 100 }, (_, index) => {
      return span(`child ${index}`, root);
    });
    send(...many, root);
    vi.advanceTimersByTime(GRACE_MS);
    expect(printed).toHaveLength(1);
    expect(names(printed[0] ?? '')[0]).toBe('root');
    expect(printed[0]).toContain('… and 100 more spans');
  });

  it('hold even when no root ever ends', () => {
    for (let count = 0; count < 5 * MAX_OPEN_TRACES; count++) send(span('child', span('root')));
    expect(printed).toHaveLength(4 * MAX_OPEN_TRACES);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('flush and shutdown', () => {
  it.each(['forceFlush', 'shutdown'] as const)('%s prints what waits, once', async (method) => {
    const root = span('root');
    send(span('child of an open root', span('open root')), root);
    await exporter[method]();
    expect(printed.map(names)).toEqual([['child of an open root'], ['root']]);
    vi.advanceTimersByTime(GRACE_MS);
    await exporter[method]();
    expect(printed).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('print nothing when nothing waits', async () => {
    await exporter.forceFlush();
    await exporter.shutdown();
    expect(printed).toEqual([]);
  });
});

function broken(): never {
  throw new Error('the pipe is closed');
}

describe('a print that throws', () => {
  it('does not end the process from a timer', () => {
    begin({ print: broken });
    send(span('root'));
    const known = failureCounts().get('exporter') ?? 0;
    expect(() => vi.advanceTimersByTime(GRACE_MS)).not.toThrow();
    expect(failureCounts().get('exporter')).toBe(known + 1);
  });

  it('does not keep a flush from the other traces', async () => {
    const print = vi.fn<(text: string) => void>().mockImplementationOnce(broken);
    begin({ print });
    send(span('one'), span('two'));
    await exporter.forceFlush();
    expect(print).toHaveBeenCalledTimes(2);
  });
});

describe('lines of JSON', () => {
  beforeEach(() => {
    begin({ format: 'json' });
  });

  it('hold one span each, at once', () => {
    const root = span('root');
    const child = span('child', root);
    expect(send(child, root)).toEqual([{ code: ExportResultCode.SUCCESS }]);
    expect(printed.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { name: 'child', parentSpanId: root.spanContext().spanId, service: 'test' },
      { name: 'root', kind: 'INTERNAL', status: { code: 'UNSET' } },
    ]);
    expect(printed.join('')).not.toContain('\n');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reach the terminal without control characters, and mean the same', () => {
    const name = 'a\u001b[2J\n\u009b2J\u202eb';
    send(span(name));
    expect(printed[0]).toMatch(/^[\u0020-\u007e]+$/);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({ name });
  });
});
