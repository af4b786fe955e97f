import { effect, signal } from '@preact/signals';

/** Widths in pixels, and what of the waterfall is drawn; kept in this browser. */
export interface TraceLayout {
  readonly name: number;
  readonly service: number;
  readonly duration: number;
  readonly drawerWidth: number;
  readonly drawerHeight: number;
  /** 1 where the critical path is drawn. */
  readonly critical: number;
}

const KEY = 'nestrace-panel-trace-layout';

const DEFAULTS: TraceLayout = {
  name: 380,
  service: 116,
  duration: 108,
  drawerWidth: 480,
  drawerHeight: 340,
  critical: 1,
};

export const LIMITS: Readonly<Record<keyof TraceLayout, readonly [number, number]>> = {
  name: [160, 900],
  service: [0, 320],
  duration: [60, 200],
  drawerWidth: [320, 900],
  drawerHeight: [160, 700],
  critical: [0, 1],
};

export const layout = signal<TraceLayout>(read());

export function arrange(change: Partial<TraceLayout>): void {
  layout.value = { ...layout.peek(), ...change };
}

/** Writes it whenever it changes. Returns what ends it. */
export function keepLayout(): () => void {
  return effect(() => {
    const text = JSON.stringify(layout.value);
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // Storage may be forbidden; it lasts as long as the page then.
    }
  });
}

function read(): TraceLayout {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return sanitizedLayout(kept);
  } catch {
    return DEFAULTS;
  }
}

/** What another version or a person has put there must not break this one. */
export function sanitizedLayout(kept: unknown): TraceLayout {
  const given = typeof kept === 'object' && kept !== null ? kept : {};
  const entries = Object.entries(DEFAULTS).map(([key, standard]) => {
    const [min, max] = LIMITS[key as keyof TraceLayout];
    const value: unknown = Reflect.get(given, key);
    return [key, typeof value === 'number' && value >= min && value <= max ? value : standard];
  });
  return Object.fromEntries(entries) as TraceLayout;
}
