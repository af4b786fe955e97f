import type { JSX } from 'preact';
import { Icon, type IconName } from '../../../parts/icon.js';

/** By what the server says a span is. */
const BY_TYPE: Readonly<Record<string, IconName>> = {
  request: 'http',
  provider: 'method',
  method: 'method',
  middleware: 'pipe',
  guard: 'guard',
  pipe: 'filter',
  interceptor: 'interceptor',
  handler: 'handler',
  filter: 'warn',
  operation: 'operation',
  lifecycle: 'lifecycle',
  db: 'database',
  'db.query': 'database',
  'db.transaction': 'database',
  http: 'http',
  rpc: 'rpc',
  messaging: 'rpc',
  queue: 'queue',
  cron: 'cron',
  graphql: 'graphql',
  websocket: 'websocket',
  event: 'event',
};

const CLIENT = 2;
const PRODUCER = 3;

function iconOf(type: string, kind: number): IconName {
  const leaves = kind === CLIENT || kind === PRODUCER;
  if (leaves && !type.startsWith('db')) return 'outgoing';
  return BY_TYPE[type] ?? (type === '' && kind === 0 ? 'method' : 'other');
}

interface SpanIconProps {
  readonly type: string;
  readonly kind: number;
  readonly isMissing: boolean;
}

export function SpanIcon({ type, kind, isMissing }: SpanIconProps): JSX.Element {
  return (
    <Icon name={isMissing ? 'help' : iconOf(type, kind)} class={`wf-icon wf-type-${tone(type)}`} />
  );
}

function tone(type: string): string {
  if (type.startsWith('db')) return 'db';
  return type === 'guard' || type === 'handler' ? type : 'other';
}
