import type { TextMapPropagator, Tracer, TracerProvider } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Ending } from '../core/ending.js';
import { within } from '../core/within.js';
import { announceTelemetry } from './current-telemetry.js';
import { registerGlobals, type DiagSettings } from './globals.js';
import type { SpanPipeline } from './processors/span-pipeline.processor.js';
import type { Telemetry } from './telemetry.js';
import { forgetSettings } from './telemetry-settings.js';

/** After the flush there is nothing left to wait for but the closing of connections. */
const CLOSE_MS = 500;

/** Whose provider makes the spans of this application. */
export type ProviderMode = 'off' | 'own' | 'foreign';

export interface TelemetryParts {
  readonly mode: ProviderMode;
  readonly provider: TracerProvider;
  readonly tracer: Tracer;
  readonly propagator: TextMapPropagator;
  readonly processors: readonly SpanProcessor[];
  readonly pipeline: SpanPipeline | undefined;
  readonly diag: DiagSettings;
  readonly ending: Ending;
}

/** Starts and ends the telemetry of one application. */
export class TelemetryLifecycle {
  /** What edges work with; undefined while tracing is off. */
  readonly telemetry: Telemetry | undefined;
  private readonly undo: (() => void)[] = [];
  private ending: Promise<boolean> | undefined;

  constructor(private readonly parts: TelemetryParts) {
    const { mode, tracer, propagator, provider, pipeline } = parts;
    if (mode === 'off') return;
    this.telemetry = { tracer, propagator };
    pipeline?.serve(this.telemetry);
    if (mode === 'own') this.undo.push(registerGlobals({ provider, propagator }, parts.diag));
    this.undo.push(announceTelemetry(this.telemetry));
  }

  /** Another SDK was there first: it owns sampling, processing and export. */
  get usesForeignProvider(): boolean {
    return this.parts.mode === 'foreign';
  }

  /** Delivers what is waiting, within the given time. Never rejects. */
  flush(timeoutMs: number): Promise<boolean> {
    const provider = this.parts.provider as Closeable;
    // The provider has a timer of its own. Were it the first, a flush that hangs would seem done.
    return within(call(provider.forceFlush, provider, timeoutMs + CLOSE_MS), timeoutMs);
  }

  /**
   * Delivers what is waiting, within the given time, and lets go of everything. Never rejects;
   * tells whether all processors were done in time. Further calls wait for the first.
   */
  shutdown(timeoutMs: number): Promise<boolean> {
    return (this.ending ??= this.end(timeoutMs));
  }

  private async end(timeoutMs: number): Promise<boolean> {
    this.parts.ending.begin();
    const inTime = this.parts.mode !== 'own' || (await this.flushAndClose(timeoutMs));
    for (const undo of this.undo) undo();
    if (this.telemetry !== undefined) forgetSettings(this.telemetry);
    return inTime;
  }

  private async flushAndClose(timeoutMs: number): Promise<boolean> {
    const provider = this.parts.provider as Closeable;
    const inTime = await this.flush(timeoutMs);
    const closing = inTime ? call(provider.shutdown, provider) : this.abandon();
    return (await within(closing, CLOSE_MS)) && inTime;
  }

  /** Nothing may keep the process alive once its time is up, least of all a server that hangs. */
  private async abandon(): Promise<void> {
    await Promise.allSettled(
      this.parts.processors.map((processor) => {
        const { abandon } = processor as Abandonable;
        return abandon === undefined ? processor.shutdown() : abandon.call(processor);
      }),
    );
  }
}

interface Abandonable {
  abandon?(): Promise<void>;
}

/** What a provider of the SDK has beyond the API; one put there by a test may lack it. */
interface Closeable {
  forceFlush?(options: { timeoutMillis: number }): Promise<void>;
  shutdown?(): Promise<void>;
}

/** Makes a rejected promise of whatever is thrown, so that the caller has one thing to wait for. */
async function call(
  method: ((options: { timeoutMillis: number }) => Promise<void>) | undefined,
  receiver: Closeable,
  timeoutMs = 0,
): Promise<void> {
  await method?.call(receiver, { timeoutMillis: timeoutMs });
}
