import type { JSX } from 'preact';
import type { TracePropagation } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { hueClass } from '../../format/hue.js';
import { Icon } from '../../parts/icon.js';
import { Text } from '../../parts/text.js';
import { SeenHeaders } from './seen-headers.js';
import { SpanButton } from './span-button.js';

interface OutgoingHopProps {
  readonly hop: TracePropagation['outgoing'][number];
  readonly onSelectSpan: (spanId: string) => void;
}

/** A call to somewhere else: what it took along, and whether a span came back for it. */
export function OutgoingHop({ hop, onSelectSpan }: OutgoingHopProps): JSX.Element {
  const { answered, headers, reason } = hop;
  return (
    <li class="hop">
      <div class="hop-head">
        <Icon name="outgoing" class="faint" />
        <Text value={hop.target} line class="hop-title" />
        <span class="hop-aside">
          <SpanButton spanId={hop.spanId} onSelectSpan={onSelectSpan}>
            <Text value={hop.spanName} line />
          </SpanButton>
        </span>
      </div>
      {headers.length > 0 ? (
        <SeenHeaders headers={headers} />
      ) : (
        <p class="verdict verdict-malformed">
          <Icon name="error" />
          <span>
            No header was sent. <Text value={reason ?? ''} class="soft" />
          </span>
        </p>
      )}
      {answered !== undefined ? (
        <p class="verdict verdict-valid">
          <Icon name="check" />
          <span>
            <span class={`hue-dot ${hueClass(answered.service)}`} />{' '}
            <Text value={answered.service} line /> has gone on with it:{' '}
            <SpanButton spanId={answered.spanId} onSelectSpan={onSelectSpan}>
              its span
            </SpanButton>
          </span>
        </p>
      ) : (
        headers.length > 0 && (
          <p class="soft">
            No span of the other side has come here. It may export elsewhere, or not be traced.
          </p>
        )
      )}
    </li>
  );
}
