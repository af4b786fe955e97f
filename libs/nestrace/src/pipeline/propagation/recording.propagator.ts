import {
  createContextKey,
  trace,
  type Context,
  type Span,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { withValue } from '../context-frame.js';
import type { Header, IncomingHeaders } from '../span-store/stored-span.js';

const INCOMING = createContextKey('nestrace.incoming-headers');
const INJECTED = Symbol('nestrace.injected-headers');

interface Marked {
  [INJECTED]?: readonly Header[];
}

/**
 * What any of the usual formats travels in: a header nobody reads is the first thing to look for
 * when a trace does not go on.
 */
const WELL_KNOWN_HEADERS: readonly string[] = [
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-sampled',
  'uber-trace-id',
  'x-amzn-trace-id',
];

/** Of a header, as much as its format may be long at most is worth to be kept. */
const MAX_LENGTH = 2048;

/** Remembers what the propagators of an application have read and written, for the panel to show. */
export class RecordingPropagator implements TextMapPropagator {
  private readonly names: readonly string[];

  constructor(private readonly propagator: TextMapPropagator) {
    this.names = [...new Set([...WELL_KNOWN_HEADERS, ...propagator.fields()])];
  }

  inject(active: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpan(active);
    if (span?.isRecording() !== true) {
      this.propagator.inject(active, carrier, setter);
      return;
    }
    const headers: Header[] = [];
    this.propagator.inject(active, carrier, {
      set: (target, name, value) => {
        // First of all it is sent. A propagator of the application may give what is no text.
        setter.set(target, name, value);
        headers.push([name, cut(value)]);
      },
    });
    if (Object.isExtensible(span)) (span as Marked)[INJECTED] = headers;
  }

  extract(active: Context, carrier: unknown, getter: TextMapGetter): Context {
    const extracted = this.propagator.extract(active, carrier, getter);
    try {
      const headers = this.seen(carrier, getter);
      return headers.length === 0 ? extracted : withValue(extracted, INCOMING, { headers });
    } catch (error) {
      noteFailure('incoming.request', error);
      return extracted;
    }
  }

  fields(): string[] {
    return this.propagator.fields();
  }

  private seen(carrier: unknown, getter: TextMapGetter): Header[] {
    const headers: Header[] = [];
    for (const name of this.names) {
      const value = getter.get(carrier, name);
      if (value === undefined) continue;
      const all = Array.isArray(value) ? value : [value];
      for (const one of all) headers.push([name, cut(one)]);
    }
    return headers;
  }
}

function cut(value: unknown): string {
  return String(value).slice(0, MAX_LENGTH);
}

/** The headers a context was made from. */
export function incomingHeadersOf(context: Context): IncomingHeaders | undefined {
  return context.getValue(INCOMING) as IncomingHeaders | undefined;
}

/** The headers that were sent along with a span; none at all where a propagator wrote none. */
export function injectedHeadersOf(span: object): readonly Header[] | undefined {
  return (span as Span & Marked)[INJECTED];
}
