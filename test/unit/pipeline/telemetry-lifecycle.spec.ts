import { ProxyTracerProvider, trace, type TracerProvider as ApiProvider } from '@opentelemetry/api';
import { DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { AlwaysOnSampler, TracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ending } from '../../../libs/nestrace/src/core/ending.js';
import { telemetryFor } from '../../../libs/nestrace/src/pipeline/current-telemetry.js';
import { localTraceOf } from '../../../libs/nestrace/src/pipeline/local-trace.js';
import { SpanPipeline } from '../../../libs/nestrace/src/pipeline/processors/span-pipeline.processor.js';
import {
  TelemetryLifecycle,
  type ProviderMode,
} from '../../../libs/nestrace/src/pipeline/telemetry-lifecycle.js';

const silent: DiagLogger = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  verbose: () => {},
};

const never = (): Promise<void> => new Promise(() => {});

/** Notes what is asked of it, and answers as it is told. */
class NotingProcessor implements SpanProcessor {
  readonly calls: string[] = [];
  onFlush = async (): Promise<void> => {};
  onShutdown = async (): Promise<void> => {};

  onStart(): void {}

  onEnd(): void {}

  async forceFlush(): Promise<void> {
    this.calls.push('flush');
    await this.onFlush();
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
    await this.onShutdown();
  }
}

class AbandonableProcessor extends NotingProcessor {
  onAbandon = async (): Promise<void> => {};

  async abandon(): Promise<void> {
    this.calls.push('abandon');
    await this.onAbandon();
  }
}

const live: TelemetryLifecycle[] = [];

function start(
  mode: ProviderMode,
  processors: readonly SpanProcessor[] = [],
  given?: ApiProvider,
): TelemetryLifecycle {
  const pipeline = new SpanPipeline(processors);
  const provider =
    given ?? new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [pipeline] });
  const lifecycle = new TelemetryLifecycle({
    mode,
    provider,
    tracer: provider.getTracer('tests'),
    propagator: new W3CTraceContextPropagator(),
    processors,
    pipeline,
    diag: { logger: silent, level: DiagLogLevel.NONE },
    ending: new Ending(),
  });
  live.push(lifecycle);
  return lifecycle;
}

/** Whether tracers of the API do something. */
function isRegistered(): boolean {
  return trace.getTracer('anybody').startSpan('work').isRecording();
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(async () => {
  const endings = live.splice(0).map((lifecycle) => lifecycle.shutdown(1));
  await vi.runAllTimersAsync();
  await Promise.all(endings);
  vi.useRealTimers();
});

describe('TelemetryLifecycle', () => {
  describe('while tracing is off', () => {
    it('sets nothing up and has nothing to end', async () => {
      const processor = new NotingProcessor();
      const lifecycle = start('off', [processor], new ProxyTracerProvider());
      expect(lifecycle.telemetry).toBeUndefined();
      expect(lifecycle.usesForeignProvider).toBe(false);
      expect(telemetryFor(undefined)).toBeUndefined();
      expect(isRegistered()).toBe(false);
      expect(await lifecycle.shutdown(1000)).toBe(true);
      expect(processor.calls).toEqual([]);
    });
  });

  describe('told to flush', () => {
    it('delivers what is waiting, and goes on', async () => {
      const processor = new NotingProcessor();
      const lifecycle = start('own', [processor]);
      expect(await lifecycle.flush(1000)).toBe(true);
      expect(processor.calls).toEqual(['flush']);
      expect(isRegistered()).toBe(true);
    });

    it('waits no longer than it is told to', async () => {
      const processor = new NotingProcessor();
      processor.onFlush = never;
      const flushing = start('own', [processor]).flush(1000);
      await vi.advanceTimersByTimeAsync(1000);
      expect(await flushing).toBe(false);
    });
  });

  describe('beside another SDK', () => {
    it('makes spans with its provider, and leaves it alone at the end', async () => {
      const processor = new NotingProcessor();
      const foreign = new TracerProvider({ spanProcessors: [processor] });
      const lifecycle = start('foreign', [], foreign);

      expect(lifecycle.usesForeignProvider).toBe(true);
      expect(telemetryFor(undefined)).toBe(lifecycle.telemetry);
      expect(isRegistered()).toBe(false);

      expect(await lifecycle.shutdown(1000)).toBe(true);
      expect(processor.calls).toEqual([]);
      expect(telemetryFor(undefined)).toBeUndefined();
    });
  });

  describe('with a provider of its own', () => {
    it('registers it, and takes everything back at the end', async () => {
      const lifecycle = start('own');
      expect(isRegistered()).toBe(true);
      expect(telemetryFor(undefined)).toBe(lifecycle.telemetry);

      expect(await lifecycle.shutdown(1000)).toBe(true);

      expect(isRegistered()).toBe(false);
      expect(telemetryFor(undefined)).toBeUndefined();
    });

    it('makes its spans known as its own', () => {
      const lifecycle = start('own');
      const span = lifecycle.telemetry?.tracer.startSpan('work');
      expect(span && localTraceOf(span)?.telemetry).toBe(lifecycle.telemetry);
    });

    it('flushes everybody before it closes anybody', async () => {
      const order: string[] = [];
      const processors = ['first', 'second'].map((name, index) => {
        const processor = new NotingProcessor();
        processor.onFlush = async () => {
          await new Promise((resolve) => setTimeout(resolve, 10 - index));
          order.push(`${name} flushed`);
        };
        processor.onShutdown = async () => {
          order.push(`${name} closed`);
        };
        return processor;
      });
      const ending = start('own', processors).shutdown(1000);
      await vi.runAllTimersAsync();
      expect(await ending).toBe(true);
      expect(order).toEqual(['second flushed', 'first flushed', 'first closed', 'second closed']);
    });

    it('still serves spans while it flushes', async () => {
      const processor = new NotingProcessor();
      let registeredDuringFlush = false;
      processor.onFlush = async () => {
        registeredDuringFlush = isRegistered();
      };
      await start('own', [processor]).shutdown(1000);
      expect(registeredDuringFlush).toBe(true);
    });

    it('ends once, however often it is told to', async () => {
      const processor = new NotingProcessor();
      const lifecycle = start('own', [processor]);
      const endings = [lifecycle.shutdown(1000), lifecycle.shutdown(1)];
      await vi.runAllTimersAsync();
      expect(await Promise.all(endings)).toEqual([true, true]);
      expect(await lifecycle.shutdown(1000)).toBe(true);
      expect(processor.calls).toEqual(['flush', 'shutdown']);
    });

    it('leaves no timer behind', async () => {
      await start('own', [new NotingProcessor()]).shutdown(60_000);
      expect(vi.getTimerCount()).toBe(0);
    });

    it.each([
      ['rejects', () => Promise.reject(new Error('no'))],
      [
        'throws',
        () => {
          throw new Error('no');
        },
      ],
    ])('does not mind a processor that %s, and ends the others', async (_, fail) => {
      const broken = new NotingProcessor();
      broken.onFlush = fail;
      broken.onShutdown = fail;
      const healthy = new NotingProcessor();
      expect(await start('own', [broken, healthy]).shutdown(1000)).toBe(true);
      expect(healthy.calls).toEqual(['flush', 'shutdown']);
      expect(isRegistered()).toBe(false);
    });

    it('gives up on a flush that takes too long, and tells', async () => {
      const hanging = new AbandonableProcessor();
      hanging.onFlush = never;
      const plain = new NotingProcessor();
      const settled = vi.fn<(inTime: boolean) => void>();
      void start('own', [hanging, plain]).shutdown(3000).then(settled);

      await vi.advanceTimersByTimeAsync(2999);
      expect(settled).not.toHaveBeenCalled();
      expect(isRegistered()).toBe(true);
      await vi.advanceTimersByTimeAsync(1);

      expect(settled).toHaveBeenCalledExactlyOnceWith(false);
      expect(hanging.calls).toEqual(['flush', 'abandon']);
      expect(plain.calls).toEqual(['flush', 'shutdown']);
      expect(isRegistered()).toBe(false);
    });

    it.each([
      ['closing', (processor: AbandonableProcessor) => (processor.onShutdown = never), 0],
      [
        'giving up',
        (processor: AbandonableProcessor) => {
          processor.onFlush = never;
          processor.onAbandon = never;
        },
        3000,
      ],
    ])('does not wait for ever when %s hangs', async (_, hang, flushMs) => {
      const processor = new AbandonableProcessor();
      hang(processor);
      const settled = vi.fn<(inTime: boolean) => void>();
      void start('own', [processor]).shutdown(3000).then(settled);

      await vi.advanceTimersByTimeAsync(flushMs + 499);
      expect(settled).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(settled).toHaveBeenCalledExactlyOnceWith(false);
      expect(isRegistered()).toBe(false);
    });

    it('gives up on everybody, also when giving up fails', async () => {
      const processors = [new AbandonableProcessor(), new AbandonableProcessor()];
      for (const processor of processors) {
        processor.onFlush = never;
        processor.onAbandon = () => Promise.reject(new Error('no'));
      }
      const ending = start('own', processors).shutdown(1000);
      await vi.runAllTimersAsync();
      expect(await ending).toBe(false);
      for (const { calls } of processors) expect(calls).toEqual(['flush', 'abandon']);
    });

    it('takes a provider that can be neither flushed nor closed', async () => {
      const lifecycle = start('own', [], { getTracer: () => trace.getTracer('nobody') });
      expect(await lifecycle.shutdown(1000)).toBe(true);
    });

    it('gives up at once when there is no time at all, but not on what needs none', async () => {
      const quick = start('own', [new NotingProcessor()]);
      expect(await quick.shutdown(0)).toBe(true);
      const slow = new NotingProcessor();
      slow.onFlush = never;
      const ending = start('own', [slow]).shutdown(0);
      await vi.runAllTimersAsync();
      expect(await ending).toBe(false);
    });
  });

  it('keeps two applications of one process apart', async () => {
    const processors = [new NotingProcessor(), new NotingProcessor()] as const;
    const [first, second] = processors.map((processor) => start('own', [processor]));
    expect(telemetryFor(undefined)).toBe(second?.telemetry);

    await first?.shutdown(1000);

    expect(isRegistered()).toBe(true);
    expect(telemetryFor(undefined)).toBe(second?.telemetry);
    expect(processors[0].calls).toEqual(['flush', 'shutdown']);
    expect(processors[1].calls).toEqual([]);
  });
});
