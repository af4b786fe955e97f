import { useEffect, useRef, useState } from 'preact/hooks';

/**
 * Counts while somebody looks, for what is to be read again and again. With `hold`, not now: nothing
 * may move under the pointer.
 */
export function useTick(everyMs: number, hold: () => boolean = () => false): number {
  const [tick, setTick] = useState(0);
  const latest = useRef(hold);
  latest.current = hold;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden && !latest.current()) setTick((last) => last + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return tick;
}
