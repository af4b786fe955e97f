import { SPAN_FLAG } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import type { TraceView } from '../model/trace-view.js';

/** Read from the style sheet: a canvas knows nothing of custom properties. */
export interface MapColours {
  readonly hues: ReadonlyMap<string, string>;
  readonly error: string;
  readonly bar: string;
}

/** More lines than pixels lie on each other; then the later ones must let the earlier shine through. */
const LEAST_LINE = 1;
const TALLEST_LINE = 4;

/** All spans from the first row at the top to the last at the bottom, errors on top of them. */
export function drawMinimap(
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  view: TraceView,
  colours: MapColours,
): void {
  const { spans, services } = view.detail.peek();
  const duration = view.duration.peek();
  const rows = view.index.peek().size;
  const { width, height } = size;
  context.clearRect(0, 0, width, height);
  if (rows === 0) return;
  const pitch = Math.min(TALLEST_LINE + 1, height / rows);
  const line = Math.max(LEAST_LINE, Math.min(TALLEST_LINE, pitch * 0.75));
  const paint = (row: number) => {
    const x = ((spans.start[row] ?? 0) / duration) * width;
    const w = Math.max(1, (view.durationOf(row) / duration) * width);
    context.fillRect(x, row * pitch, w, line);
  };
  const colourOf = services.map((service) => colours.hues.get(service) ?? colours.bar);
  const errors: number[] = [];
  let last = '';
  context.globalAlpha = pitch < 1 ? 0.7 : 1;
  for (let row = 0; row < rows; row += 1) {
    const flags = spans.flags[row] ?? 0;
    if ((flags & SPAN_FLAG.placeholder) !== 0) continue;
    if ((flags & SPAN_FLAG.error) !== 0) {
      errors.push(row);
      continue;
    }
    const colour = colourOf[spans.service[row] ?? -1] ?? colours.bar;
    if (colour !== last) context.fillStyle = colour;
    last = colour;
    paint(row);
  }
  context.globalAlpha = 1;
  context.fillStyle = colours.error;
  for (const row of errors) paint(row);
}
