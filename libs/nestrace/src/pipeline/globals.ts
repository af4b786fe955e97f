import {
  context,
  createContextKey,
  diag,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type DiagLogger,
  type DiagLogLevel,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  type TracerProvider,
} from '@opentelemetry/api';
import { useStorageContextManager } from './active-context.js';

/**
 * The OpenTelemetry API keeps one provider, one propagator and one context manager for the whole
 * process. Several applications in one process share what was registered first; the last one to
 * leave takes it down.
 */
interface Registration {
  readonly provider: TracerProvider;
  readonly propagator: TextMapPropagator;
}

const registrations: Registration[] = [];

/** Somebody who has these, an SDK for metrics for example, keeps them: they serve us as well. */
let ours = { context: false, propagation: false };

export interface DiagSettings {
  readonly logger: DiagLogger;
  readonly level: DiagLogLevel;
}

/** Whether an SDK that is not ours already serves this process. */
export function hasForeignProvider(): boolean {
  const delegate = delegateOf(trace.getTracerProvider());
  return delegate !== undefined && !registrations.some(({ provider }) => provider === delegate);
}

/** Registers globally what is not registered yet; the returned function takes it back. */
export function registerGlobals(
  registration: Registration,
  diagSettings: DiagSettings,
): () => void {
  if (registrations.length === 0) {
    diag.setLogger(diagSettings.logger, {
      logLevel: diagSettings.level,
      suppressOverrideMessage: true,
    });
    ours = { context: !hasContextManager(), propagation: propagation.fields().length === 0 };
    if (ours.context) useStorageContextManager();
    use(registration);
  }
  registrations.push(registration);
  return () => {
    unregister(registration);
  };
}

function unregister(registration: Registration): void {
  const index = registrations.indexOf(registration);
  if (index === -1) return;
  registrations.splice(index, 1);
  const [next] = registrations;
  if (index === 0) {
    trace.disable();
    if (ours.propagation) propagation.disable();
    if (next !== undefined) use(next);
  }
  if (next !== undefined) return;
  if (ours.context) context.disable();
  diag.disable();
}

function use({ provider, propagator }: Registration): void {
  trace.setGlobalTracerProvider(provider);
  if (ours.propagation) propagation.setGlobalPropagator(propagator);
}

/** The API does not tell, but without a manager nothing stays in a context. */
function hasContextManager(): boolean {
  const key = createContextKey('nestrace.probe');
  const probe = ROOT_CONTEXT.setValue(key, true);
  return context.with(probe, () => context.active().getValue(key) === true);
}

/** The API hands out a proxy; what counts is whether somebody stands behind it. */
function delegateOf(provider: TracerProvider): TracerProvider | undefined {
  const proxy = provider as {
    getDelegate?: () => TracerProvider;
    getDelegateTracer?: (name: string) => unknown;
  };
  if (typeof proxy.getDelegate !== 'function') return provider;
  return proxy.getDelegateTracer?.('nestrace') === undefined ? undefined : proxy.getDelegate();
}

/** Whatever propagator the process has, asked anew each time. */
export const globalPropagator: TextMapPropagator = {
  inject: (active: Context, carrier: unknown, setter: TextMapSetter) => {
    propagation.inject(active, carrier, setter);
  },
  extract: (active: Context, carrier: unknown, getter: TextMapGetter) =>
    propagation.extract(active, carrier, getter),
  fields: () => propagation.fields(),
};
