import { TraceFlags, type Attributes, type SpanContext, type SpanKind } from '@opentelemetry/api';
import type { SpanStatusCode } from '@opentelemetry/api';
import type { SpanSource, StoredEvent, StoredLink, StoredSpan } from './stored-span.js';

/** What most spans do not have. */
export interface Rarities {
  readonly statusMessage: StoredSpan['statusMessage'];
  readonly events: readonly StoredEvent[];
  readonly links: readonly StoredLink[];
  readonly dropped: StoredSpan['dropped'];
  readonly redacted: StoredSpan['redacted'];
  readonly incoming: StoredSpan['incoming'];
  readonly injected: StoredSpan['injected'];
}

const NONE: Rarities = Object.freeze({
  statusMessage: undefined,
  events: Object.freeze([]),
  links: Object.freeze([]),
  dropped: Object.freeze({ attributes: 0, events: 0, links: 0 }),
  redacted: undefined,
  incoming: undefined,
  injected: undefined,
});

/**
 * A span of this process, as small as it can be: thousands of them outlive the requests they belong
 * to, and what outlives is what costs the garbage collector.
 */
export class KeptSpan implements StoredSpan {
  constructor(
    private readonly ids: SpanContext,
    private readonly parent: SpanContext | undefined,
    readonly name: string,
    readonly kind: SpanKind,
    readonly startMs: number,
    readonly durationMs: number,
    readonly isOpen: boolean,
    readonly statusCode: SpanStatusCode,
    readonly attributes: Attributes,
    readonly source: SpanSource,
    private readonly rarities: Rarities = NONE,
  ) {}

  get traceId(): string {
    return this.ids.traceId;
  }

  get spanId(): string {
    return this.ids.spanId;
  }

  get parentSpanId(): string | undefined {
    return this.parent?.spanId;
  }

  get hasRemoteParent(): boolean {
    return this.parent?.isRemote === true;
  }

  get isSampled(): boolean {
    return (this.ids.traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  get statusMessage(): StoredSpan['statusMessage'] {
    return this.rarities.statusMessage;
  }

  get events(): readonly StoredEvent[] {
    return this.rarities.events;
  }

  get links(): readonly StoredLink[] {
    return this.rarities.links;
  }

  get dropped(): StoredSpan['dropped'] {
    return this.rarities.dropped;
  }

  get redacted(): StoredSpan['redacted'] {
    return this.rarities.redacted;
  }

  get incoming(): StoredSpan['incoming'] {
    return this.rarities.incoming;
  }

  get injected(): StoredSpan['injected'] {
    return this.rarities.injected;
  }
}
