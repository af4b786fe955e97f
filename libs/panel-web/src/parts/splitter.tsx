import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';

interface SplitterProps {
  readonly label: string;
  /** Pixels of what it makes wider. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
  /** The part it makes wider lies behind it: to the right, or below. */
  readonly reversed?: boolean;
  /** It moves up and down. */
  readonly horizontal?: boolean;
}

const STEP = 16;

/** A line to drag; with the keyboard, arrows move it. */
export function Splitter(props: SplitterProps): JSX.Element {
  const { label, value, min, max, onChange, reversed = false, horizontal = false } = props;
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));
  const sign = reversed ? -1 : 1;

  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const element = event.currentTarget;
    const axis = horizontal ? 'clientY' : 'clientX';
    const from = event[axis];
    const onMove = (move: PointerEvent) => set(value + sign * (move[axis] - from));
    element.setPointerCapture(event.pointerId);
    element.addEventListener('pointermove', onMove);
    element.addEventListener(
      'lostpointercapture',
      () => element.removeEventListener('pointermove', onMove),
      { once: true },
    );
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const steps: Record<string, number> = horizontal
      ? { ArrowDown: STEP, ArrowUp: -STEP }
      : { ArrowRight: STEP, ArrowLeft: -STEP };
    const step = steps[event.key];
    if (step !== undefined) set(value + sign * step);
    else if (event.key === 'Home') set(min);
    else if (event.key === 'End') set(max);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class={`splitter ${horizontal ? 'is-horizontal' : ''}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={horizontal ? 'horizontal' : 'vertical'}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
