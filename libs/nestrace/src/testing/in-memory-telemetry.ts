import { TraceFlags } from '@opentelemetry/api';
import type { TestingModuleBuilder } from '@nestjs/testing';
import type { ReadableSpan, Sampler, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { OTEL_SAMPLER, OTEL_SPAN_EXPORTERS, OTEL_SPAN_PROCESSORS } from '../config/tokens.js';
import { formatTrace } from '../pipeline/exporters/console/format-trace.js';
import { toSpanView, type SpanView } from '../pipeline/exporters/console/span-view.js';
import { isOfLifecycle } from '../pipeline/lifecycle-scope.js';
import { createSampler } from '../pipeline/sampling/head-sampler.js';

/** A span by its name, by a pattern of its name, or by a question. */
export type SpanMatch = string | RegExp | ((span: SpanView) => boolean);

export interface InMemoryTelemetryOptions {
  /**
   * Keep the traces of the application's own start and end too, `app.bootstrap` and `app.shutdown`,
   * with all that hooks do. A test that waits for the first trace would get that of the start.
   *
   * @default false
   */
  readonly lifecycle?: boolean;
}

export interface WaitOptions {
  /** @default 2000 */
  readonly timeoutMs?: number;
}

const POLL_MS = 5;

/**
 * Keeps the spans of an application under test. It is a span processor: give it to `OtelModule`, or
 * let it take the place of the real exporters with {@link InMemoryTelemetry.override}.
 *
 * @example
 * ```ts
 * const telemetry = new InMemoryTelemetry();
 * const testing = await telemetry
 *   .override(Test.createTestingModule({ imports: [AppModule] }))
 *   .compile();
 * const app = testing.createNestApplication();
 * await app.init();
 *
 * await request(app.getHttpServer()).get('/orders/1');
 * expectTrace(await telemetry.waitForTrace('GET /orders/:id'), {
 *   name: 'GET /orders/:id',
 *   kind: 'SERVER',
 *   children: [{ name: 'OrdersService.find' }],
 * });
 * ```
 *
 * @publicApi
 */
export class InMemoryTelemetry implements SpanProcessor {
  private readonly open = new Map<string, Span>();
  private readonly ended: SpanView[] = [];
  /** Of every span its parent, in the order they started. */
  private readonly parents = new Map<string, string | undefined>();

  constructor(private readonly options: InMemoryTelemetryOptions = {}) {}

  /** Makes every trace of a testing module end up here, whatever its options say. */
  override(builder: TestingModuleBuilder): TestingModuleBuilder {
    const everything: Sampler = createSampler({
      strategy: 'always',
      ratio: 1,
      rules: [],
      sampler: undefined,
    });
    return builder
      .overrideProvider(OTEL_SPAN_EXPORTERS)
      .useValue([])
      .overrideProvider(OTEL_SPAN_PROCESSORS)
      .useValue([this])
      .overrideProvider(OTEL_SAMPLER)
      .useValue(everything);
  }

  /** All spans that have ended, in the order they ended. */
  spans(): readonly SpanView[] {
    return [...this.ended];
  }

  /** Names of the spans that have started and not ended. */
  openSpans(): readonly string[] {
    return [...this.open.values()].map((span) => span.name);
  }

  /** Forgets everything. */
  clear(): void {
    this.open.clear();
    this.ended.length = 0;
    this.parents.clear();
  }

  /**
   * Waits for a span to end.
   *
   * @throws Error when it does not come in time, with a picture of what did
   */
  async waitForSpan(match: SpanMatch, options?: WaitOptions): Promise<SpanView> {
    const found = (): SpanView | undefined => this.ended.find((span) => matches(span, match));
    return this.poll(found, `span ${describe(match)}`, options);
  }

  /**
   * Waits for a whole trace of the application: its local root, found by `match`, has ended, and
   * nothing below it is open. Without `match` it takes the first. What is above the local root, as
   * the span of a `fetch` in the test itself, does not belong to it.
   *
   * @throws Error when it does not come in time, with a picture of what did
   */
  async waitForTrace(match?: SpanMatch, options?: WaitOptions): Promise<readonly SpanView[]> {
    const found = (): readonly SpanView[] | undefined => {
      const root = this.ended.find(
        (span) => isLocalRoot(span) && (match === undefined || matches(span, match)),
      );
      if (root === undefined) return undefined;
      const ids = this.idsFrom(root);
      if ([...this.open.keys()].some((id) => ids.has(id))) return undefined;
      return this.ended.filter(({ spanId }) => ids.has(spanId));
    };
    return this.poll(found, match === undefined ? 'trace' : `trace ${describe(match)}`, options);
  }

  onStart(span: Span): void {
    if (this.leavesOut(span)) return;
    const { spanId } = span.spanContext();
    this.open.set(spanId, span);
    this.parents.set(spanId, span.parentSpanContext?.spanId);
  }

  onEnd(span: ReadableSpan): void {
    if (this.leavesOut(span as unknown as Span)) return;
    const { spanId, traceFlags } = span.spanContext();
    this.open.delete(spanId);
    if ((traceFlags & TraceFlags.SAMPLED) !== 0) this.ended.push(toSpanView(span));
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  private leavesOut(span: Span): boolean {
    return this.options.lifecycle !== true && isOfLifecycle(span);
  }

  /** A span and everything below it. No span starts before its parent, so one look is enough. */
  private idsFrom(root: SpanView): ReadonlySet<string> {
    const ids = new Set([root.spanId]);
    for (const [id, parent] of this.parents) {
      if (parent !== undefined && ids.has(parent)) ids.add(id);
    }
    return ids;
  }

  private async poll<T>(
    look: () => T | undefined,
    what: string,
    { timeoutMs = 2000 }: WaitOptions = {},
  ): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (Date.now() >= deadline) throw new Error(this.report(what, timeoutMs));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private report(what: string, timeoutMs: number): string {
    const traces = groupByTrace(this.ended);
    const pictures = [...traces.values()].map((spans) => formatTrace(spans));
    const open = this.openSpans();
    return [
      `No ${what} within ${timeoutMs} ms.`,
      open.length === 0 ? 'No span is open.' : `Still open: ${open.join(', ')}.`,
      pictures.length === 0 ? 'No span has ended.' : `What has ended:\n\n${pictures.join('\n')}`,
    ].join('\n');
  }
}

function groupByTrace(spans: readonly SpanView[]): Map<string, SpanView[]> {
  const traces = new Map<string, SpanView[]>();
  for (const span of spans) {
    traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
  }
  return traces;
}

function isLocalRoot(span: SpanView): boolean {
  return span.parentSpanId === undefined || span.parentIsRemote === true;
}

function matches(span: SpanView, match: SpanMatch): boolean {
  if (typeof match === 'function') return match(span);
  // Not `test`: with the flag `g` it would remember where it stopped the last time.
  return typeof match === 'string' ? span.name === match : span.name.search(match) >= 0;
}

function describe(match: SpanMatch): string {
  return typeof match === 'function' ? 'that was asked for' : `"${String(match)}"`;
}
