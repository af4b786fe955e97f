import type { Signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { paused, setBusy, showWaiting } from '../../state/traces.js';

/** A pointer that has rested for so long points at nothing. */
const IDLE_MS = 4000;

interface BusyHandlers {
  readonly onPointerMove: () => void;
  readonly onPointerLeave: () => void;
  readonly onFocusCapture: () => void;
  readonly onBlurCapture: () => void;
}

/** New rows wait while somebody reads below the top, points at a row, or is at one with the keys. */
export function useBusy(scrollTop: Signal<number>): BusyHandlers {
  const [isPointing, setPointing] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isBusy = isPointing || hasFocus || scrollTop.value > 0;
  useEffect(() => {
    setBusy(isBusy);
    if (!isBusy && !paused.peek()) showWaiting();
  }, [isBusy]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      setBusy(false);
    },
    [],
  );
  const rest = () => {
    clearTimeout(timer.current);
    setPointing(false);
  };
  return {
    onPointerMove: () => {
      setPointing(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(rest, IDLE_MS);
    },
    onPointerLeave: rest,
    onFocusCapture: () => setFocus(true),
    onBlurCapture: () => setFocus(false),
  };
}
