import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, type Span } from '@opentelemetry/sdk-trace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RedactionOptions } from '../../../../libs/nestrace/src/config/redaction.options.js';
import { SpanPipeline } from '../../../../libs/nestrace/src/pipeline/processors/span-pipeline.processor.js';
import { createRedaction } from '../../../../libs/nestrace/src/pipeline/redaction/create-redaction.js';
import { createResource } from '../../../../libs/nestrace/src/pipeline/resource.js';
import { SpanTracerProvider } from '../../../../libs/nestrace/src/pipeline/spans/span-tracer.provider.js';
import { resolve } from '../../support/options.js';
import { EVERYTHING } from '../../support/tracing.js';

const TOKEN = 'Bearer abcdef123';

function tracing(redaction: boolean | RedactionOptions = true) {
  const options = resolve({ redaction });
  const exported = new InMemorySpanExporter();
  const late = new InMemoryTelemetry();
  const adding = {
    onStart: () => {},
    onEnding: (span: Span) => span.setAttribute('late', TOKEN),
    onEnd: () => {},
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const members = [adding, new SimpleSpanProcessor({ exporter: exported }), late];
  const provider = new SpanTracerProvider({
    resource: resourceFromAttributes({}),
    sampler: EVERYTHING,
    limits: options.limits,
    processor: new SpanPipeline(
      members,
      undefined,
      undefined,
      undefined,
      [],
      undefined,
      createRedaction(options),
    ),
  });
  return { tracer: provider.getTracer('test'), exported };
}

describe('redactSpan', () => {
  afterEach(() => vi.restoreAllMocks());

  it('cleans all parts of a span, after the processors of the application', () => {
    const { tracer, exported } = tracing();
    const given: Attributes = { password: 'x', list: ['a', TOKEN], fine: 'text' };
    const span = tracer.startSpan('for ann@example.org', { attributes: given });
    span.addEvent('to ann@example.org', { note: TOKEN });
    span.addLink({ context: span.spanContext(), attributes: { note: TOKEN } });
    span.recordException(new Error(TOKEN));
    span.setStatus({ code: SpanStatusCode.ERROR, message: TOKEN });
    span.end();
    const [ended] = exported.getFinishedSpans();
    expect(ended).toMatchObject({
      name: 'for ••••',
      attributes: {
        password: '••••',
        list: ['a', 'Bearer ••••'],
        fine: 'text',
        late: 'Bearer ••••',
      },
      events: [
        { name: 'to ••••', attributes: { note: 'Bearer ••••' } },
        { name: 'exception', attributes: { 'exception.message': 'Bearer ••••' } },
      ],
      links: [{ attributes: { note: 'Bearer ••••' } }],
      status: { code: SpanStatusCode.ERROR, message: 'Bearer ••••' },
    });
    const stack = String(ended?.events[1]?.attributes?.['exception.stacktrace']);
    expect(stack).not.toContain('abcdef123');
    expect(stack).toContain('redact-span.spec.ts');
    // What the application has is its own.
    expect(given).toEqual({ password: 'x', list: ['a', TOKEN], fine: 'text' });
  });

  it('leaves everything where it is off', () => {
    const { tracer, exported } = tracing(false);
    tracer.startSpan(TOKEN, { attributes: { password: 'x' } }).end();
    expect(exported.getFinishedSpans()[0]).toMatchObject({
      name: TOKEN,
      attributes: { password: 'x', late: TOKEN },
    });
  });

  it('asks the application about every text, by its name', () => {
    const redact = vi.fn<(key: string, value: unknown) => unknown>((_key, value) => value);
    const { tracer } = tracing({ redact });
    const span = tracer.startSpan('s', { attributes: { 'nest.type': 'provider' } });
    span.addEvent('e');
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'm' });
    span.end();
    expect(redact.mock.calls).toEqual([
      ['span.name', 's'],
      ['nest.type', 'provider'],
      ['late', TOKEN],
      ['status.message', 'm'],
      ['event.name', 'e'],
    ]);
  });

  it('hides parameters of statements, which others record, unless they are wanted', () => {
    const { tracer, exported } = tracing();
    tracer.startSpan('s', { attributes: { 'db.query.parameter.0': 'Ada' } }).end();
    expect(exported.getFinishedSpans()[0]?.attributes['db.query.parameter.0']).toBe('••••');
  });

  it('takes values away from a span that it cannot judge', () => {
    const { tracer, exported } = tracing();
    const span = tracer.startSpan('s', { attributes: { password: 'x' } });
    span.addEvent('e', { password: 'x' });
    Object.freeze((span as unknown as { attributes: Attributes }).attributes);
    expect(() => {
      span.end();
    }).not.toThrow();
    expect(exported.getFinishedSpans()).toMatchObject([{ name: '', attributes: {}, events: [] }]);
  });
});

describe('createResource', () => {
  it('hides secrets that a deployment has put there', () => {
    const options = resolve({
      resource: { attributes: { 'deploy.token': 'x', owner: 'ann@example.org', team: 'checkout' } },
    });
    expect(createResource(options, createRedaction(options)).attributes).toMatchObject({
      'deploy.token': '••••',
      owner: '••••',
      team: 'checkout',
      'telemetry.sdk.language': 'nodejs',
    });
  });
});
