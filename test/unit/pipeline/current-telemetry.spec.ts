import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import {
  announceTelemetry,
  isLive,
  telemetryFor,
} from '../../../libs/nestrace/src/pipeline/current-telemetry.js';
import type { Telemetry } from '../../../libs/nestrace/src/pipeline/telemetry.js';
import { contextOfStart } from '../support/start-context.js';
import { startTracing } from '../support/tracing.js';

describe('telemetryFor', () => {
  const undo: (() => void)[] = [];

  afterEach(() => {
    for (const step of undo.splice(0).toReversed()) step();
  });

  function application(service: string) {
    const tracing = startTracing({ service });
    undo.push(tracing.stop);
    return tracing;
  }

  it('finds nothing while no application runs', () => {
    expect(telemetryFor(undefined)).toBeUndefined();
  });

  it('finds the application that started last, outside of any trace', () => {
    const first = application('first');
    expect(telemetryFor(undefined)).toBe(first.telemetry);
    const second = application('second');
    expect(telemetryFor(undefined)).toBe(second.telemetry);
  });

  it('finds the application that started the trace, inside of one', () => {
    const first = application('first');
    const inFirst = first.tracer.startSpan('root');
    const second = application('second');
    const inSecond = second.tracer.startSpan('root');
    expect(telemetryFor(inFirst)).toBe(first.telemetry);
    expect(telemetryFor(inSecond)).toBe(second.telemetry);
    const child = first.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, inFirst));
    expect(telemetryFor(child)).toBe(first.telemetry);
  });

  it('finds the last application for a trace whose own has closed', () => {
    const first = application('first');
    const leaveFirst = undo.at(-1);
    const second = application('second');
    const root = first.tracer.startSpan('root');
    leaveFirst?.();
    expect(telemetryFor(root)).toBe(second.telemetry);
  });

  it('finds the last application for a span that nobody knows', () => {
    const { telemetry } = application('only');
    const remote = trace.wrapSpanContext({ traceId: '1', spanId: '2', traceFlags: 1 });
    expect(telemetryFor(remote)).toBe(telemetry);
  });

  it('finds the application whose hook has left something running, while it lives', () => {
    const first = application('first');
    const leaveFirst = undo.at(-1);
    const second = application('second');
    const left = contextOfStart(first.telemetry, { isOver: true });
    expect(telemetryFor(undefined, left)).toBe(first.telemetry);
    const inSecond = second.tracer.startSpan('root');
    expect(telemetryFor(inSecond, left)).toBe(second.telemetry);
    expect(telemetryFor(undefined, ROOT_CONTEXT)).toBe(second.telemetry);
    leaveFirst?.();
    expect(telemetryFor(undefined, left)).toBe(second.telemetry);
  });

  it('forgets an application that has gone, in whatever order they go', () => {
    const make = (): Telemetry => ({ ...application('any').telemetry });
    const [a, b, c] = [make(), make(), make()];
    for (const step of undo.splice(0).toReversed()) step();
    const leaveA = announceTelemetry(a);
    const leaveB = announceTelemetry(b);
    const leaveC = announceTelemetry(c);
    leaveB();
    expect(telemetryFor(undefined)).toBe(c);
    leaveC();
    expect(telemetryFor(undefined)).toBe(a);
    leaveC();
    expect(telemetryFor(undefined)).toBe(a);
    leaveA();
    expect(telemetryFor(undefined)).toBeUndefined();
  });

  it('tells who is still there', () => {
    const { telemetry } = application('any');
    expect(isLive(telemetry)).toBe(true);
    for (const step of undo.splice(0).toReversed()) step();
    expect(isLive(telemetry)).toBe(false);
  });
});
