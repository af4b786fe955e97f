import type { SpanSource, StoredSpan } from '../span-store/stored-span.js';
import { AttributeBag } from './attribute-bag.js';
import { faultOf, finishSpan } from './finish-span.js';
import { textLimit, type OtlpReading, type ReadingLimits } from './reading.js';
import type { ReceivedSources } from './received-sources.js';
import { SpanDraft } from './span-draft.js';

/** Takes the spans of a message as they are read. */
export class SpanCollector {
  readonly maxLength: number;
  private readonly spans: StoredSpan[] = [];
  private rejected = 0;
  private reason: string | undefined;

  constructor(
    private readonly limits: ReadingLimits,
    private readonly sources: ReceivedSources,
  ) {
    this.maxLength = textLimit(limits);
  }

  newBag(): AttributeBag {
    return new AttributeBag(this.limits.maxAttributes);
  }

  newDraft(): SpanDraft {
    return new SpanDraft(this.limits);
  }

  sourceOf(resource: AttributeBag, name: string, version: string): SpanSource {
    const scope = { name, ...(version !== '' && { version }) };
    return this.sources.of(resource.values, scope);
  }

  add(draft: SpanDraft, source: SpanSource): void {
    const fault = faultOf(draft);
    if (fault === undefined) this.spans.push(finishSpan(draft, source));
    else this.reject(fault);
  }

  reject(reason: string): void {
    this.rejected++;
    this.reason ??= reason;
  }

  finish(): OtlpReading {
    const { spans, rejected, reason } = this;
    return { spans, rejected, ...(reason !== undefined && { reason }) };
  }
}
