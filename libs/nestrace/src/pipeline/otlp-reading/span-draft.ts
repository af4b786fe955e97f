import type { StoredEvent, StoredLink } from '../span-store/stored-span.js';
import { AttributeBag } from './attribute-bag.js';
import type { ReadingLimits } from './reading.js';

export interface EventDraft {
  readonly name: string;
  readonly timeNs: bigint;
  readonly attributes: StoredEvent['attributes'];
}

/**
 * A span as it stands in a message, numbers as OTLP counts them; whether it makes sense is judged
 * in the end. Ids are hexadecimal in lower case, or something that is no id.
 */
export class SpanDraft {
  traceId = '';
  spanId = '';
  parentSpanId = '';
  name = '';
  kind = 0;
  flags = 0;
  startNs = 0n;
  endNs = 0n;
  statusCode = 0;
  statusMessage = '';
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  readonly attributes: AttributeBag;
  readonly events: EventDraft[] = [];
  readonly links: StoredLink[] = [];

  constructor(private readonly limits: ReadingLimits) {
    this.attributes = new AttributeBag(limits.maxAttributes);
  }

  get hasAllEvents(): boolean {
    return this.events.length >= this.limits.maxEvents;
  }

  get hasAllLinks(): boolean {
    return this.links.length >= this.limits.maxLinks;
  }

  addLink(link: StoredLink): void {
    const { traceId, spanId } = link.context;
    if (isTraceId(traceId) && isSpanId(spanId)) this.links.push(link);
    else this.droppedLinks++;
  }
}

/** All zero means none: https://www.w3.org/TR/trace-context/#trace-id */
export function isTraceId(id: string): boolean {
  return /^(?!0{32})[\da-f]{32}$/.test(id);
}

export function isSpanId(id: string): boolean {
  return /^(?!0{16})[\da-f]{16}$/.test(id);
}
