import type { TimeWindow } from './time-window.js';

/** A piece of the timeline, as parts of its width. */
export interface Piece {
  readonly left: number;
  readonly width: number;
}

/** What of a time is in the window; undefined where nothing is. */
export function pieceOf(from: number, to: number, window: TimeWindow): Piece | undefined {
  if (to < window.from || from > window.to) return undefined;
  const length = window.to - window.from;
  const left = (Math.max(from, window.from) - window.from) / length;
  const right = (Math.min(to, window.to) - window.from) / length;
  return { left, width: right - left };
}

/** A bar, and the parts of it outside of its parent, which are drawn thin. */
export interface BarShape {
  readonly within: Piece | undefined;
  readonly before: Piece | undefined;
  readonly after: Piece | undefined;
}

interface Times {
  readonly start: number;
  readonly end: number;
}

/** `parent` undefined: nothing is outside of it. */
export function barShape(span: Times, parent: Times | undefined, window: TimeWindow): BarShape {
  const outer = parent ?? span;
  const before =
    span.start < outer.start
      ? pieceOf(span.start, Math.min(span.end, outer.start), window)
      : undefined;
  const after =
    span.end > outer.end ? pieceOf(Math.max(span.start, outer.end), span.end, window) : undefined;
  const isOutside = span.end < outer.start || span.start > outer.end;
  const within = isOutside
    ? undefined
    : pieceOf(Math.max(span.start, outer.start), Math.min(span.end, outer.end), window);
  return { within, before, after };
}

/** For `style`. */
export function placed({ left, width }: Piece): { left: string; width: string } {
  return { left: `${(left * 100).toFixed(3)}%`, width: `${(width * 100).toFixed(3)}%` };
}
