import type { JSX } from 'preact';
import type { TraceSummary } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { Badge, type Tone } from '../../../parts/badge.js';

const SERVER_ERROR = 500;
const CLIENT_ERROR = 400;

export function StatusBadge({ summary }: { readonly summary: TraceSummary }): JSX.Element | null {
  const { httpStatus, status, inFlight } = summary;
  if (httpStatus === undefined) {
    if (status === 'unset') return inFlight ? <Badge tone="accent">in flight</Badge> : null;
    return <Badge tone={status === 'error' ? 'error' : 'ok'}>{status}</Badge>;
  }
  return <Badge tone={toneOf(httpStatus, status)}>{httpStatus}</Badge>;
}

function toneOf(httpStatus: number, status: TraceSummary['status']): Tone {
  if (httpStatus >= SERVER_ERROR || status === 'error') return 'error';
  return httpStatus >= CLIENT_ERROR ? 'warn' : 'ok';
}
