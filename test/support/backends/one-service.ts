import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { SpanKind, type Span, type SpanOptions } from '@opentelemetry/api';
import { OTEL_TRACER_PROVIDER, OtelModule, TraceService, type OtelModuleOptions } from 'nestrace';
import { startApp, type RunningApp } from '../apps.js';
import type { SentTrace } from './shop.js';
import { TraceRecorder } from './trace-recorder.js';

@Module({})
class Application {}

/** A trace nobody had to ask for. */
export type SentSpans = Omit<SentTrace, 'answer'>;

/** A service that makes whatever spans a test wants. */
export class OneService {
  private constructor(
    private readonly running: RunningApp,
    private readonly recorder: TraceRecorder,
  ) {}

  static async open(options: OtelModuleOptions): Promise<OneService> {
    const recorder = new TraceRecorder();
    const tracing = OtelModule.forRoot({
      service: { name: `odd-${randomBytes(4).toString('hex')}` },
      environment: 'test',
      lifecycle: false,
      processors: [recorder],
      ...options,
    });
    const running = await startApp({ module: Application, imports: [tracing] });
    return new OneService(running, recorder);
  }

  /** Runs something below a root span, and delivers the trace. */
  async send(
    name: string,
    make: (root: Span, tracing: TraceService) => void,
    options: SpanOptions = {},
  ): Promise<SentSpans> {
    const { app } = this.running;
    const tracing = app.get(TraceService);
    const traceId = tracing.withSpan(name, { kind: SpanKind.SERVER, ...options }, (root) => {
      make(root, tracing);
      return root.spanContext().traceId;
    });
    await app.get<{ forceFlush(): Promise<void> }>(OTEL_TRACER_PROVIDER).forceFlush();
    return { traceId, spans: this.recorder.of(traceId) };
  }

  close(): Promise<void> {
    return this.running.close();
  }
}
