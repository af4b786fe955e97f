import type { JSX } from 'preact';
import type { TraceQuery } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { Badge } from '../../parts/badge.js';

export function QueryBadges({ query }: { readonly query: TraceQuery }): JSX.Element {
  const { error, slow, open, repeat, duplicates, similar } = query;
  return (
    <>
      {open && <Badge tone="accent">running</Badge>}
      {error !== undefined && <Badge tone="error">failed</Badge>}
      {slow && <Badge tone="slow">slow</Badge>}
      {repeat === 'n+1' && <Badge tone="n-plus-one">N+1</Badge>}
      {repeat === 'fan-out' && <Badge tone="accent">fan-out</Badge>}
      {duplicates > 1 && (
        <Badge
          tone="warn"
          title="The very same text, with the same values as far as they are known"
        >
          {duplicates}× same
        </Badge>
      )}
      {similar > 1 && similar > duplicates && repeat === undefined && (
        <Badge title="The same statement with other values">{similar}× similar</Badge>
      )}
    </>
  );
}
