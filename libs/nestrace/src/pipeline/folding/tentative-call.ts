import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_DB_SYSTEM_NAME, LEGACY } from '../attributes.js';
import { drop, keep } from './release.js';

/** A call with more spans than this in it is worth to be kept. */
const MAX_SPANS = 200;

/** Decides what becomes of a call that has ended. */
interface Judge {
  /** Nothing is folded any more. */
  readonly isClosed: boolean;
  settle(call: TentativeCall, root: ReadableSpan): void;
}

const CALL = Symbol('nestrace.tentative-call');

interface Marked {
  [CALL]?: TentativeCall | undefined;
}

/** The call a span may be folded with, until it is known what becomes of that. */
export function tentativeCallOf(span: object): TentativeCall | undefined {
  return (span as Marked)[CALL];
}

export function makePartOf(span: object, call: TentativeCall | undefined): void {
  (span as Marked)[CALL] = call;
}

/**
 * One call that may be folded, and the spans in it that have ended. They wait until it is known
 * what becomes of the call; then they all share its fate.
 */
export class TentativeCall {
  private isWorthKeeping = false;
  private state: 'waiting' | 'kept' | 'folded' = 'waiting';
  private spans: ReadableSpan[] = [];
  private ended: ReadableSpan | undefined;

  constructor(
    private readonly judge: Judge,
    private readonly root: Span,
    /** The tentative call this one is made in. */
    private readonly outer: TentativeCall | undefined,
  ) {}

  /** It is too late for its open spans, and for what starts below them. */
  get isFolded(): boolean {
    return this.state === 'folded' || this.outer?.isFolded === true;
  }

  /**
   * A span has started in this call. One that will be seen elsewhere, in another service, is known by
   * now; and a call that has ended must stay to be the parent of what it has left behind.
   */
  join(span: ReadableSpan): void {
    makePartOf(span, this);
    if (this.ended !== undefined || isWorthKeeping(span, this.root)) this.keepWhole();
  }

  /** Takes a span of this call that has ended. */
  take(span: ReadableSpan): void {
    if (isWorthKeeping(span, this.root)) this.keepWhole();
    if ((span as unknown) === this.root) this.ended = span;
    if (this.state === 'kept') {
      this.pass(span);
    } else if (this.state === 'folded') {
      this.drop(span);
    } else {
      this.spans.push(span);
      if (this.spans.length > MAX_SPANS) this.keepWhole();
      if (this.ended === span) this.judge.settle(this, span);
      // What is kept anyway does not wait: the call may never end.
      else if (this.isWorthKeeping || this.judge.isClosed) this.keep();
    }
  }

  /** Somebody wants to see this call, and so those it is made in. */
  keepWhole(): void {
    this.isWorthKeeping = true;
    if (this.ended !== undefined) this.keep();
    this.outer?.keepWhole();
  }

  get mayBeFolded(): boolean {
    return this.state === 'waiting' && !this.isWorthKeeping;
  }

  keep(): void {
    if (this.state !== 'waiting') return;
    this.state = 'kept';
    const { spans } = this;
    this.spans = [];
    for (const span of spans) this.pass(span);
  }

  /** Drops everything; the span of the call itself is returned for the sum. */
  fold(): ReadableSpan | undefined {
    if (this.state !== 'waiting') return undefined;
    this.state = 'folded';
    for (const span of this.spans) this.drop(span);
    this.spans = [];
    return this.ended;
  }

  private pass(span: ReadableSpan): void {
    makePartOf(span, this.outer);
    if (this.outer === undefined) keep(span);
    else this.outer.take(span);
  }

  private drop(span: ReadableSpan): void {
    makePartOf(span, undefined);
    drop(span);
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
