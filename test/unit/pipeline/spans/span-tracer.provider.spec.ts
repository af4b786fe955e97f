import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SpanTracerProvider } from '../../../../libs/nestrace/src/pipeline/spans/span-tracer.provider.js';
import { resolve } from '../../support/options.js';
import { EVERYTHING, NOTHING } from '../../support/tracing.js';

class Recorder implements SpanProcessor {
  readonly started: Span[] = [];
  readonly ended: ReadableSpan[] = [];
  flushes = 0;
  shutdowns = 0;

  onStart(span: Span, _parent: Context): void {
    this.started.push(span);
  }
  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
  }
  async forceFlush(): Promise<void> {
    this.flushes++;
  }
  async shutdown(): Promise<void> {
    this.shutdowns++;
  }
}

describe('SpanTracerProvider', () => {
  const resource = resourceFromAttributes({ 'service.name': 'orders' });
  let processor: Recorder;

  beforeEach(() => {
    processor = new Recorder();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function provider(limits: object = {}, sampler = EVERYTHING) {
    return new SpanTracerProvider({
      resource,
      sampler,
      limits: resolve({ limits }).limits,
      processor,
    });
  }

  it('makes spans of the resource and hands them to the processor', async () => {
    const made = provider();
    made.getTracer('scope', '1').startSpan('span').end();
    expect(processor.started).toHaveLength(1);
    expect(processor.ended[0]?.name).toBe('span');
    expect(processor.ended[0]?.resource.attributes).toEqual({ 'service.name': 'orders' });
    expect(processor.ended[0]?.instrumentationScope).toMatchObject({ name: 'scope', version: '1' });
    await made.forceFlush();
    await made.shutdown();
    expect(processor).toMatchObject({ flushes: 1, shutdowns: 1 });
  });

  it('asks the sampler', () => {
    provider({}, NOTHING).getTracer('scope').startSpan('span').end();
    expect(processor.started).toEqual([]);
  });

  it('keeps every limit', () => {
    const span = provider({
      attributeValueLength: 3,
      attributeCount: 2,
      eventCount: 1,
      linkCount: 1,
      attributePerEventCount: 1,
      attributePerLinkCount: 1,
    })
      .getTracer('scope')
      .startSpan('span', {}, ROOT_CONTEXT);
    const other = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    span.setAttributes({ a: '12345', b: 'x', c: 'x' });
    span.addEvent('first').addEvent('second', { a: 1, b: 2 });
    span.addLink({ context: other }).addLink({ context: other, attributes: { a: 1, b: 2 } });
    span.end();
    const [ended] = processor.ended;
    expect(ended).toMatchObject({
      attributes: { a: '123', b: 'x' },
      droppedAttributesCount: 1,
      events: [{ name: 'second', attributes: { a: 1 }, droppedAttributesCount: 1 }],
      droppedEventsCount: 1,
      links: [{ attributes: { a: 1 }, droppedAttributesCount: 1 }],
      droppedLinksCount: 1,
    });
  });

  it('may allow no events and links at all', () => {
    const span = provider({ eventCount: 0, linkCount: 0 }).getTracer('scope').startSpan('span');
    span.addEvent('event').end();
    expect(processor.ended[0]?.events).toEqual([]);
  });

  it('does not let the SDK read the environment on its own', () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off');
    vi.stubEnv('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '1');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team=a');
    provider()
      .getTracer('scope')
      .startSpan('span', { attributes: { a: 1, b: 2 } })
      .end();
    expect(processor.ended[0]?.attributes).toEqual({ a: 1, b: 2 });
    expect(processor.ended[0]?.resource.attributes).toEqual({ 'service.name': 'orders' });
  });

  it('gives out one tracer for one scope', () => {
    const made = provider();
    expect(made.getTracer('scope', '1')).toBe(made.getTracer('scope', '1'));
    expect(made.getTracer('scope', '1')).not.toBe(made.getTracer('scope', '2'));
    expect(made.getTracer('scope', '1')).not.toBe(
      made.getTracer('scope', '1', { schemaUrl: 'https://schema' }),
    );
  });

  it('does not wait for ever', async () => {
    processor.forceFlush = () => new Promise(() => {});
    await expect(provider().forceFlush({ timeoutMillis: 1 })).rejects.toThrow(
      'the spans were not delivered within 1 ms',
    );
  });

  it('tells when spans could not be delivered', async () => {
    processor.forceFlush = async () => {
      throw new Error('no backend');
    };
    await expect(provider().forceFlush()).rejects.toThrow('no backend');
  });
});
