import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/endpoints.js';
import type { Failure } from '../../api/failure.js';
import { book } from '../../state/traces.js';
import { TraceView } from './model/trace-view.js';

/** Not more often than this, however much happens in a trace. */
const LOOK_MS = 700;
/** A trace that the list does not show (it has a filter) is asked for by itself while it runs. */
const POLL_MS = 2000;

export interface LoadedTrace {
  /** The same one as long as the trace is shown: it takes in what is new. */
  readonly view: TraceView | undefined;
  readonly failure: Failure | undefined;
  readonly retry: () => void;
}

/** Reads a trace, and again whenever the list says that it has changed. Give its component a key. */
export function useTrace(traceId: string): LoadedTrace {
  const [view, setView] = useState<TraceView>();
  const [failure, setFailure] = useState<Failure>();
  const reading = useRef<() => Promise<void>>(() => Promise.resolve());

  useEffect(() => {
    const controller = new AbortController();
    let current: TraceView | undefined;
    let isReading = false;
    let seenSeq = 0;
    let lastRead = 0;
    const read = async () => {
      if (isReading) return;
      isReading = true;
      seenSeq = listedSeq(traceId);
      lastRead = Date.now();
      const result = await api.trace(traceId, controller.signal);
      isReading = false;
      if (controller.signal.aborted) return;
      setFailure(result.ok ? undefined : result.failure);
      if (!result.ok) return;
      if (current === undefined) {
        current = new TraceView(result.value);
        setView(current);
      } else {
        current.take(result.value);
      }
    };
    const look = () => {
      if (document.hidden || current === undefined) return;
      const isRunning = current.detail.peek().summary.inFlight;
      const isDue = isRunning && Date.now() - lastRead >= POLL_MS;
      if (isDue || listedSeq(traceId) > seenSeq) void read();
    };
    reading.current = read;
    void read();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [traceId]);

  return { view, failure, retry: () => void reading.current() };
}

/** What the list last said about the trace; 0 when it does not show it. */
function listedSeq(traceId: string): number {
  const { shown, waiting } = book.peek();
  const isIt = ({ summary }: { readonly summary: { readonly id: string } }) =>
    summary.id === traceId;
  return (waiting.find(isIt) ?? shown.find(isIt))?.summary.seq ?? 0;
}
