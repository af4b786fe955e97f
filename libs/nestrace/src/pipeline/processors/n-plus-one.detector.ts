import {
  SpanKind,
  trace,
  type Attributes,
  type AttributeValue,
  type Context,
  type Span as ApiSpan,
} from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace';
import {
  ATTR_DB_QUERY_TEXT,
  ATTR_NEST_DB_N_PLUS_ONE,
  ATTR_NEST_DB_N_PLUS_ONE_COUNT,
  ATTR_NEST_TYPE,
  NEST_TYPE_LIFECYCLE,
  NEST_TYPE_PROVIDER,
} from '../attributes.js';
import { localParentOf, localTraceOf } from '../local-trace.js';

/** All runs of one statement under one parent. */
interface Repetition {
  count: number;
  /** Ended spans that wait for the verdict; `undefined` once it is known. */
  held: ReadableSpan[] | undefined;
}

/** The statements that ran under one parent, by the methods that led to them. */
class Siblings {
  private readonly byPath = new Map<string, Map<string, Repetition>>();
  private size = 0;

  /** Undefined where there are too many different ones already. */
  find(path: string, text: string): Repetition | undefined {
    let byText = this.byPath.get(path);
    let repetition = byText?.get(text);
    if (repetition !== undefined || this.size >= MAX_STATEMENTS) return repetition;
    if (byText === undefined) {
      byText = new Map();
      this.byPath.set(path, byText);
    }
    repetition = { count: 0, held: [] };
    byText.set(text, repetition);
    this.size++;
    return repetition;
  }

  *all(): Iterable<Repetition> {
    for (const byText of this.byPath.values()) yield* byText.values();
  }
}

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

/** Methods that are looked through on the way up. */
const MAX_DEPTH = 16;

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
    if (parent === undefined) return;
    const { caller, path } = callerOf(parent);
    if (!caller.isRecording() || typeOf(caller) === NEST_TYPE_LIFECYCLE) return;
    const siblings = ((caller as Marked)[SIBLINGS] ??= new Siblings());
    const repetition = siblings.find(path, text);
    if (repetition === undefined) return;
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
    for (const repetition of siblings.all()) {
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

/**
 * A loop may call a method, which runs the statement: then each run has a parent of its own. So the
 * methods of providers are looked through, up to what called them: a handler, a job. Migrations are
 * spared by the one who asks: they repeat themselves, and nobody waits for them.
 */
function callerOf(parent: ApiSpan): { caller: ApiSpan; path: string } {
  let caller: ApiSpan = parent;
  let path = '';
  for (let depth = 0; depth < MAX_DEPTH && typeOf(caller) === NEST_TYPE_PROVIDER; depth++) {
    const above = localParentOf(caller);
    if (above?.isRecording() !== true) break;
    path += `${(caller as Span).name}\n`;
    caller = above;
  }
  return { caller, path };
}

function typeOf(span: object): unknown {
  return (span as { attributes?: Attributes }).attributes?.[ATTR_NEST_TYPE];
}

/** The span has ended, so its API takes no attribute any more; its record still does. */
function flag(span: ReadableSpan): void {
  put(span, ATTR_NEST_DB_N_PLUS_ONE, true);
  const local = localTraceOf(span as unknown as Span);
  if (local === undefined) return;
  local.nPlusOneQueries++;
  // The root may have ended as well, when it is the end of the parent that decides.
  put(local.root, ATTR_NEST_DB_N_PLUS_ONE_COUNT, local.nPlusOneQueries);
}

function put(span: object, name: string, value: AttributeValue): void {
  const { attributes } = span as { readonly attributes?: Attributes };
  if (attributes !== undefined) attributes[name] = value;
}
