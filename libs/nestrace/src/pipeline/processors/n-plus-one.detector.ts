import { SpanKind, trace, type Attributes, type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace';
import {
  ATTR_DB_QUERY_TEXT,
  ATTR_NEST_DB_N_PLUS_ONE,
  ATTR_NEST_DB_N_PLUS_ONE_COUNT,
  ATTR_NEST_TYPE,
  NEST_TYPE_LIFECYCLE,
} from '../attributes.js';
import { localTraceOf } from '../local-trace.js';

/** All runs of one statement under one parent. */
interface Repetition {
  count: number;
  /** Ended spans that wait for the verdict; `undefined` once it is known. */
  held: ReadableSpan[] | undefined;
}

/** The statements that ran under one parent. */
type Siblings = Map<string, Repetition>;

const SIBLINGS = Symbol('nestrace.sibling-queries');
const REPETITION = Symbol('nestrace.repetition');

interface Marked {
  /** On a parent: the statements below it. */
  [SIBLINGS]?: Siblings;
  /** On a query: the run it is part of. */
  [REPETITION]?: Repetition;
}

/** More spans than this never wait; the ones beyond are exported without a verdict. */
const MAX_HELD = 4096;

/** Below a parent that lives for hours nothing waits longer than this. */
const MAX_HELD_MS = 5000;

/** Different statements watched under one parent: a span that lives for hours must stay small. */
const MAX_STATEMENTS = 256;

/** BEGIN, COMMIT and the like repeat by nature. */
const TRANSACTION_CONTROL = /^\s*(begin|start transaction|commit|rollback|savepoint|release)\b/i;

/**
 * Finds the same statement run many times under one parent. A flag cannot be put on a span that
 * was exported, so the first runs of a statement wait until the threshold is reached, their parent
 * ends, or they have waited long enough, whichever comes first.
 */
export class NPlusOneDetector {
  private release: (span: ReadableSpan) => void = () => {};
  private readonly waiting = new Set<Repetition>();
  private heldSpans = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly threshold: number) {}

  releaseTo(release: (span: ReadableSpan) => void): void {
    this.release = release;
  }

  onStart(span: Span, parentContext: Context): void {
    if (span.kind !== SpanKind.CLIENT) return;
    const text = span.attributes[ATTR_DB_QUERY_TEXT];
    if (typeof text !== 'string' || TRANSACTION_CONTROL.test(text)) return;
    const parent = trace.getSpan(parentContext);
    if (parent === undefined || !parent.isRecording() || isLifecycle(parent)) return;
    const siblings = ((parent as Marked)[SIBLINGS] ??= new Map());
    let repetition = siblings.get(text);
    if (repetition === undefined) {
      if (siblings.size >= MAX_STATEMENTS) return;
      repetition = { count: 0, held: [] };
      siblings.set(text, repetition);
    }
    repetition.count++;
    (span as Marked)[REPETITION] = repetition;
    if (repetition.count === this.threshold) this.flagHeld(repetition);
  }

  /** Called for every ended span; true while the span has to wait. */
  holds(span: ReadableSpan): boolean {
    const siblings = (span as Marked)[SIBLINGS];
    if (siblings !== undefined) this.settle(siblings);
    const repetition = (span as Marked)[REPETITION];
    if (repetition === undefined) return false;
    if (repetition.count >= this.threshold) {
      flag(span);
      return false;
    }
    if (repetition.held === undefined || this.heldSpans >= MAX_HELD) return false;
    repetition.held.push(span);
    this.heldSpans++;
    this.waiting.add(repetition);
    this.timer ??= setTimeout(() => {
      this.releaseAll();
    }, MAX_HELD_MS).unref();
    return true;
  }

  /** Lets everything go: before a flush, and when it has waited long enough. */
  releaseAll(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const repetition of this.waiting) this.letGo(repetition);
  }

  /** The parent has ended: what was held below it will not be flagged any more. */
  private settle(siblings: Siblings): void {
    for (const repetition of siblings.values()) {
      this.letGo(repetition);
      repetition.held = undefined;
    }
  }

  private flagHeld(repetition: Repetition): void {
    repetition.held?.forEach(flag);
    this.letGo(repetition);
    repetition.held = undefined;
  }

  private letGo(repetition: Repetition): void {
    const { held } = repetition;
    if (held === undefined || held.length === 0) return;
    this.waiting.delete(repetition);
    this.heldSpans -= held.length;
    repetition.held = [];
    held.forEach(this.release);
  }
}

/** Migrations repeat themselves, and nobody waits for them. */
function isLifecycle(parent: object): boolean {
  const { attributes } = parent as { attributes?: Attributes };
  return attributes?.[ATTR_NEST_TYPE] === NEST_TYPE_LIFECYCLE;
}

/** The span has ended, so its API takes no attribute any more; its record still does. */
function flag(span: ReadableSpan): void {
  (span.attributes as Record<string, unknown>)[ATTR_NEST_DB_N_PLUS_ONE] = true;
  const local = localTraceOf(span as unknown as Span);
  if (local === undefined) return;
  local.nPlusOneQueries++;
  if (local.root.isRecording()) {
    local.root.setAttribute(ATTR_NEST_DB_N_PLUS_ONE_COUNT, local.nPlusOneQueries);
  }
}
