import type { StartedApp } from './started-app.js';
import type { StartedCollector } from './started-collector.js';

/** A process that is told to end, and its collector. */
export interface SignalScene {
  readonly app: StartedApp;
  readonly collector: StartedCollector;
}

/** An application under load, and the collector it delivers to. */
export interface Scene extends SignalScene {
  /** Lets the trouble last. */
  readonly trouble: (milliseconds?: number) => Promise<void>;
  /** Trouble is over: waits until every exporter has delivered something again. */
  readonly recovered: () => Promise<void>;
}
