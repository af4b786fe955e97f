import { useEffect, useState } from 'preact/hooks';
import type { Failure, Result } from '../api/failure.js';

export interface Loaded<T> {
  /** The last good answer; it stays while another one is on its way. */
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly loading: boolean;
}

/** Loads when `inputs` change. An answer that comes too late is thrown away. */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<Result<T>>,
  inputs: readonly unknown[],
): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({
    value: undefined,
    failure: undefined,
    loading: true,
  });
  useEffect(() => {
    const controller = new AbortController();
    setState((last) => ({ ...last, loading: true }));
    void load(controller.signal).then((result) => {
      if (controller.signal.aborted) return;
      setState((last) =>
        result.ok
          ? { value: result.value, failure: undefined, loading: false }
          : { value: last.value, failure: result.failure, loading: false },
      );
    });
    return () => controller.abort();
  }, inputs);
  return state;
}
