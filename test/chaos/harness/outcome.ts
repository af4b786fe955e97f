import type { AppState } from '../app/app.entry.js';
import type { TallyReport } from '../load/tally.js';
import type { StartedApp } from './started-app.js';
import type { Ledger } from './read-ledger.js';
import type { Story } from './story.js';

/** Everything that is known about a story when it is over. */
export interface Outcome {
  readonly story: Story;
  readonly served: TallyReport;
  readonly control: TallyReport;
  /** As the application saw itself when it was closed. */
  readonly app: Required<AppState>;
  /** Undefined where the process did not end by itself. */
  readonly exit: StartedApp['exit'];
  /** Between the end of `app.close()` and that of the process. */
  readonly exitMs: number;
  /** What the process wrote to the standard error, but for its log. */
  readonly outcry: string;
  readonly said: readonly string[];
  /** One for each door, in their order. */
  readonly ledgers: readonly Ledger[];
  /** The most connections a door had at once; undefined where the collector did not live. */
  readonly sockets: number | undefined;
  /** Bytes in use. */
  readonly heap: { readonly before: number; readonly troubled: number; readonly after: number };
}
