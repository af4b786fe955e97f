import type { TraceDetail } from '../../../../nestrace/src/sinks/panel/contract/index.js';

/** What the tabs beside the waterfall get from the screen around them. */
export interface TraceTabProps {
  readonly traceId: string;
  readonly detail: TraceDetail;
  readonly onSelectSpan: (spanId: string) => void;
}
