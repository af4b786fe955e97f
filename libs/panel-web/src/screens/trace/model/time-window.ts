/** The part of the time of a trace that the timeline shows; microseconds since its start. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Nothing shorter can be told apart. */
const SHORTEST = 10;
const STEP = 2;

export const whole = (duration: number): TimeWindow => ({ from: 0, to: Math.max(1, duration) });

/** Undefined stands for the whole trace, however long that gets while it runs. */
export function clamped(window: TimeWindow, duration: number): TimeWindow | undefined {
  const shortest = Math.min(SHORTEST, duration);
  const length = Math.max(shortest, Math.min(duration, window.to - window.from));
  if (length >= duration) return undefined;
  const from = Math.max(0, Math.min(duration - length, window.from));
  return { from, to: from + length };
}

/** Closer, with `center` staying where it is as far as it can. */
export function zoomedIn(window: TimeWindow, center: number, duration: number) {
  return scaled(window, center, 1 / STEP, duration);
}

export function zoomedOut(window: TimeWindow, center: number, duration: number) {
  return scaled(window, center, STEP, duration);
}

function scaled(window: TimeWindow, center: number, factor: number, duration: number) {
  const within = Math.max(window.from, Math.min(window.to, center));
  const from = within - (within - window.from) * factor;
  return clamped({ from, to: from + (window.to - window.from) * factor }, duration);
}

/** By a part of what is seen: negative to the left. */
export function panned(window: TimeWindow, part: number, duration: number): TimeWindow | undefined {
  const by = (window.to - window.from) * part;
  return clamped({ from: window.from + by, to: window.to + by }, duration);
}

/** Between two points of a drag, in any order, as parts of the whole. */
export function dragged(a: number, b: number, duration: number): TimeWindow | undefined {
  const [from, to] = a < b ? [a, b] : [b, a];
  return clamped({ from: from * duration, to: to * duration }, duration);
}

/** Moments for the axis: round ones, at most `most` of them. */
export function axisTicks(window: TimeWindow, most: number): readonly number[] {
  const step = niceStep((window.to - window.from) / Math.max(1, most));
  const ticks: number[] = [];
  for (let at = Math.ceil(window.from / step) * step; at < window.to; at += step) ticks.push(at);
  return ticks;
}

/** The next of 1, 2, 5, 10, 20, 50 … */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least) ?? 10;
  return factor * power;
}
