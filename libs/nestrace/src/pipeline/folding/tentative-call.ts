import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_DB_SYSTEM_NAME, LEGACY } from '../attributes.js';
import { drop, keep } from './release.js';

/** A call with more spans than this in it is worth to be kept. */
const MAX_SPANS = 200;

/** Decides what becomes of a call that has ended. */
interface Judge {
  settle(call: TentativeCall, root: ReadableSpan): void;
}

/**
 * One call that may be folded, and the spans in it that have ended. They wait until it is known
 * what becomes of the call; then they all share its fate.
 */
export class TentativeCall {
  isWorthKeeping = false;
  private state: 'waiting' | 'kept' | 'folded' = 'waiting';
  private spans: ReadableSpan[] = [];
  private ended: ReadableSpan | undefined;

  constructor(
    private readonly judge: Judge,
    private readonly root: Span,
    /** The tentative call this one is made in. */
    private readonly outer: TentativeCall | undefined,
  ) {}

  /** Takes a span of this call that has ended. */
  take(span: ReadableSpan): void {
    if (isWorthKeeping(span, this.root)) this.isWorthKeeping = true;
    if (this.state === 'kept') {
      this.pass(span);
    } else if (this.state === 'folded') {
      drop(span);
    } else {
      this.spans.push(span);
      if (this.spans.length > MAX_SPANS) this.isWorthKeeping = true;
    }
    if ((span as unknown) === this.root) {
      this.ended = span;
      this.judge.settle(this, span);
    } else if (this.ended !== undefined && this.isWorthKeeping) {
      this.keep();
    }
  }

  keep(): void {
    if (this.state !== 'waiting') return;
    this.state = 'kept';
    if (this.outer !== undefined && this.isWorthKeeping) this.outer.isWorthKeeping = true;
    const { spans } = this;
    this.spans = [];
    for (const span of spans) this.pass(span);
  }

  /** Drops everything; the span of the call itself is returned for the sum. */
  fold(): ReadableSpan | undefined {
    if (this.state !== 'waiting') return undefined;
    this.state = 'folded';
    for (const span of this.spans) drop(span);
    this.spans = [];
    return this.ended;
  }

  private pass(span: ReadableSpan): void {
    if (this.outer === undefined) keep(span);
    else this.outer.take(span);
  }
}

/**
 * Failures are kept, and so are calls to other services: their spans hang below the one here. So is
 * what others than nestrace have put there, the application itself for example.
 */
function isWorthKeeping(span: ReadableSpan, root: Span): boolean {
  if (span.status.code === SpanStatusCode.ERROR) return true;
  const { attributes, kind, instrumentationScope } = span;
  if (attributes[ATTR_DB_SYSTEM_NAME] ?? attributes[LEGACY.DB_SYSTEM]) return false;
  const ours = (root as unknown as ReadableSpan).instrumentationScope.name;
  return (
    kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER || instrumentationScope.name !== ours
  );
}
