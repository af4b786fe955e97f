import { createNoopMeter, metrics, type Meter, type MeterProvider } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { VERSION } from '../../version.js';

/** Instrumentation scope of every metric nestrace records. */
const SCOPE = 'nestrace';

/** Without a provider the API gives everybody this one, and does not tell that there is none. */
const NO_METER = createNoopMeter();

/** Whether somebody has set a `MeterProvider` globally. */
export function hasMeterProvider(): boolean {
  return metrics.getMeter(SCOPE, VERSION) !== NO_METER;
}

/**
 * Instruments of whatever `MeterProvider` is set globally. For tracers the API has a proxy that
 * finds a provider set later; for meters it has none. So the provider is asked for again and again,
 * which takes no more than a comparison, and instruments are made when it is another one.
 */
export class MeterBinding<Instruments> {
  private provider: MeterProvider | undefined;
  private instruments: Instruments | undefined;
  private meter: Meter | undefined;

  constructor(
    private readonly make: (meter: Meter) => Instruments,
    private readonly release?: (instruments: Instruments, meter: Meter) => void,
  ) {}

  /** Undefined as long as nobody collects metrics. */
  get(): Instruments | undefined {
    const provider = metrics.getMeterProvider();
    if (provider !== this.provider) this.bind(provider);
    return this.instruments;
  }

  private bind(provider: MeterProvider): void {
    const { instruments, meter } = this;
    this.provider = provider;
    this.instruments = undefined;
    try {
      if (instruments !== undefined && meter !== undefined) this.release?.(instruments, meter);
      const next = provider.getMeter(SCOPE, VERSION);
      if (next === NO_METER) return;
      this.meter = next;
      this.instruments = this.make(next);
    } catch (error) {
      noteFailure('metrics', error);
    }
  }
}
