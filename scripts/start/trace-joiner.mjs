/** Spans of the other service, and those that end just after the root, still belong. */
const SETTLE_MS = 300;
/** A trace that somebody else began has no root here; this long it may go on. */
const FOREIGN_SETTLE_MS = 3000;
const MAX_OPEN_TRACES = 200;
const MAX_SPANS_PER_TRACE = 1000;
/** Traces that are remembered after they were shown, to tell late spans from new traces. */
const MAX_REMEMBERED = 1000;

/**
 * Puts the spans of all services together, trace by trace. A trace is shown once its root has ended
 * and nothing more has come for a moment; what comes later is shown as a late part.
 */
export class TraceJoiner {
  #open = new Map();
  #shown = new Set();
  #show;

  /** @param show called with the spans and whether they are a late part */
  constructor(show) {
    this.#show = show;
  }

  add(span) {
    const trace = this.#traceOf(span.traceId);
    trace.spans.push(span);
    if (span.parentSpanId === undefined) trace.settleMs = SETTLE_MS;
    else if (span.parentIsRemote) trace.settleMs ??= FOREIGN_SETTLE_MS;
    clearTimeout(trace.timer);
    if (trace.spans.length >= MAX_SPANS_PER_TRACE) {
      this.#finish(span.traceId);
    } else if (trace.settleMs !== undefined) {
      trace.timer = setTimeout(() => this.#finish(span.traceId), trace.settleMs);
    }
  }

  /** Shows all that is left, complete or not. */
  flush() {
    for (const traceId of this.#open.keys()) this.#finish(traceId);
  }

  #traceOf(traceId) {
    let trace = this.#open.get(traceId);
    if (trace === undefined) {
      if (this.#open.size >= MAX_OPEN_TRACES) this.#finish(oldest(this.#open.keys()));
      const isLate = this.#shown.has(traceId);
      trace = { spans: [], isLate, settleMs: isLate ? SETTLE_MS : undefined, timer: undefined };
      this.#open.set(traceId, trace);
    }
    return trace;
  }

  #finish(traceId) {
    const { spans, isLate, timer } = this.#open.get(traceId);
    clearTimeout(timer);
    this.#open.delete(traceId);
    this.#shown.add(traceId);
    if (this.#shown.size > MAX_REMEMBERED) this.#shown.delete(oldest(this.#shown.keys()));
    this.#show(spans, isLate);
  }
}

function oldest(keys) {
  return keys.next().value;
}
