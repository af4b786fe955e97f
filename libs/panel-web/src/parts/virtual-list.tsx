import type { ComponentChildren, JSX, CSSProperties, HTMLAttributes, TargetedEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rowsToDraw, scrollTopFor } from './row-window.js';

/** Goes to the `style` of a row: puts it in its place. */
export type RowPlace = CSSProperties;

interface VirtualListProps<T> extends Pick<HTMLAttributes<HTMLDivElement>, 'onKeyDown'> {
  readonly items: readonly T[];
  /** Pixels; the same for every row. */
  readonly rowHeight: number;
  readonly keyOf: (item: T, index: number) => string | number;
  /** The element must take `key`-less `style={place}` and be focusable when it is the focused one. */
  readonly renderRow: (item: T, index: number, place: RowPlace) => JSX.Element;
  /** Stays drawn, wherever one has scrolled to; -1 for none. */
  readonly focused: number;
  /** The focused row is scrolled to whenever this changes, and not when rows come in above it. */
  readonly reveal?: number;
  readonly class?: string;
  readonly role: 'grid' | 'treegrid' | 'list' | 'table';
  readonly label: string;
  /** Sticks to the top. Its height in pixels belongs to it. */
  readonly header?: ComponentChildren;
  readonly headerHeight?: number;
  readonly columnCount?: number;
  readonly onScroll?: (scrollTop: number) => void;
}

/** Draws the rows that can be seen, of as many as there are. */
export function VirtualList<T>(props: VirtualListProps<T>): JSX.Element {
  const { items, rowHeight, focused, reveal, header, headerHeight = 0 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const body = view.height - headerHeight;
  const isList = props.role === 'list';

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (element === null || focused < 0 || reveal === undefined) return;
    const height = element.clientHeight - headerHeight;
    const top = scrollTopFor(focused, element.scrollTop, height, rowHeight);
    if (top !== undefined) element.scrollTop = top;
  }, [reveal]);

  const onScroll = (event: TargetedEvent<HTMLDivElement>) => {
    const { scrollTop, clientHeight } = event.currentTarget;
    setView({ top: scrollTop, height: clientHeight });
    props.onScroll?.(scrollTop);
  };

  return (
    <div
      class={`virtual ${props.class ?? ''}`}
      ref={scroller}
      role={isList ? 'group' : props.role}
      aria-label={props.label}
      // Nothing in a list takes the focus: it has to be scrolled by itself.
      tabIndex={isList ? 0 : undefined}
      aria-rowcount={isList ? undefined : items.length + (header === undefined ? 0 : 1)}
      aria-colcount={props.columnCount}
      onScroll={onScroll}
      onKeyDown={props.onKeyDown}
    >
      {header}
      <div
        class="virtual-rows"
        role={isList ? 'list' : 'rowgroup'}
        style={{ height: `${items.length * rowHeight}px` }}
      >
        {rowsToDraw(view.top, body, rowHeight, items.length, focused).map((index) => {
          const item = items[index];
          if (item === undefined) return null;
          const place = { transform: `translateY(${index * rowHeight}px)` };
          return <Row key={props.keyOf(item, index)}>{props.renderRow(item, index, place)}</Row>;
        })}
      </div>
    </div>
  );
}

/** Carries the key, so that the renderer of a row needs to know none. */
function Row({ children }: { readonly children: JSX.Element }): JSX.Element {
  return children;
}
