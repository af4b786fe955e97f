import type { JSX, TargetedPointerEvent } from 'preact';
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatMicros } from '../../../format/duration.js';
import { hueClass } from '../../../format/hue.js';
import { preferences } from '../../../state/preferences.js';
import { dragged } from '../model/time-window.js';
import type { TraceView } from '../model/trace-view.js';
import { drawMinimap, type MapColours } from './draw-minimap.js';

/** Less is a click with an unsteady hand. */
const LEAST_DRAG = 0.004;

/** The whole trace in small: dragging zooms, a double click shows all again. */
export function Minimap({ view }: { readonly view: TraceView }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useSignal<{ readonly from: number; readonly to: number } | undefined>(undefined);
  const [width, setWidth] = useState(0);
  const [scheme, setScheme] = useState(0);
  const detail = view.detail.value;
  const duration = view.duration.value;
  const { theme } = preferences.value;
  const shown = useComputed(() => view.window.value).value;

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const onScheme = () => setScheme((count) => count + 1);
    dark.addEventListener('change', onScheme);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', onScheme);
    };
  }, []);

  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const element = canvas.current;
      const context = element?.getContext('2d');
      if (!element || !context || box.current === null) return;
      const height = element.clientHeight;
      const scale = devicePixelRatio;
      element.width = Math.max(1, Math.round(width * scale));
      element.height = Math.max(1, Math.round(height * scale));
      context.scale(scale, scale);
      drawMinimap(context, { width, height }, view, readColours(box.current, detail.services));
    });
    return () => cancelAnimationFrame(frame);
  }, [detail, duration, width, theme, scheme]);

  const partAt = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect();
    if (rect === undefined || rect.width === 0) return 0;
    return Math.max(0, Math.min(1, (event.clientX - rect.left) / rect.width));
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.value = { from: partAt(event), to: partAt(event) };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag.peek() !== undefined) drag.value = { from: drag.peek()?.from ?? 0, to: partAt(event) };
  };
  const onPointerUp = () => {
    const done = drag.peek();
    drag.value = undefined;
    if (done === undefined || Math.abs(done.to - done.from) < LEAST_DRAG) return;
    view.zoom.value = dragged(done.from, done.to, view.duration.peek());
  };
  const cancel = () => {
    drag.value = undefined;
  };
  const left = shown.from / duration;
  const right = 1 - Math.min(1, shown.to / duration);
  return (
    <div
      class="minimap"
      ref={box}
      title="Drag to zoom, double-click to see all"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={cancel}
      onDblClick={() => {
        view.zoom.value = undefined;
      }}
    >
      <canvas ref={canvas} class="minimap-canvas" aria-hidden="true" />
      {detail.services.map((service) => (
        <i key={service} class={`hue-dot minimap-colour ${hueClass(service)}`} aria-hidden="true" />
      ))}
      {view.zoom.value !== undefined && (
        <>
          <span class="minimap-shade is-left" style={{ width: `${left * 100}%` }} />
          <span class="minimap-shade is-right" style={{ width: `${right * 100}%` }} />
        </>
      )}
      {drag.value !== undefined && (
        <span
          class="minimap-drag"
          style={{
            left: `${Math.min(drag.value.from, drag.value.to) * 100}%`,
            width: `${Math.abs(drag.value.to - drag.value.from) * 100}%`,
          }}
        />
      )}
      <span class="only-read">
        {`The timeline shows ${formatMicros(shown.from)} to ${formatMicros(shown.to)} of ${formatMicros(duration)}. The keys plus, minus and 0 zoom.`}
      </span>
    </div>
  );
}

/** Of hidden elements with the classes of the services: there the variables have been resolved. */
function readColours(box: HTMLElement, services: readonly string[]): MapColours {
  const dots = [...box.querySelectorAll('.minimap-colour')];
  const hues = services.map((service, at): [string, string] => {
    const dot = dots[at];
    return [service, dot === undefined ? 'gray' : getComputedStyle(dot).backgroundColor];
  });
  const style = getComputedStyle(box);
  return {
    hues: new Map(hues),
    error: style.getPropertyValue('--bar-error').trim() || 'red',
    bar: style.getPropertyValue('--bar').trim() || 'gray',
  };
}
