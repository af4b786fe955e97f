import type { JSX } from 'preact';
import type {
  PropagationVerdict,
  TracePropagation,
} from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Section } from '../../page/page.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Text } from '../../parts/text.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { OutgoingHop } from './outgoing-hop.js';
import { SeenHeaders } from './seen-headers.js';
import { SpanButton } from './span-button.js';
import type { TraceTabProps } from './tab-props.js';
import './tabs.css';

const TONES: Readonly<Record<PropagationVerdict, Tone>> = {
  'new root': 'neutral',
  continued: 'ok',
  'ignored: malformed': 'error',
  'ignored: all-zero id': 'error',
  'ignored: no propagator': 'warn',
};

export function PropagationTab({ traceId, detail, onSelectSpan }: TraceTabProps): JSX.Element {
  const { seq } = detail.summary;
  const loaded = useLoaded((abort) => api.propagation(traceId, abort), [traceId, seq]);
  return (
    <LoadedView of={loaded} gone="This trace has left memory">
      {(value) => <Propagation value={value} onSelectSpan={onSelectSpan} />}
    </LoadedView>
  );
}

interface PropagationProps {
  readonly value: TracePropagation;
  readonly onSelectSpan: (spanId: string) => void;
}

function Propagation({ value, onSelectSpan }: PropagationProps): JSX.Element {
  const { propagators, incoming, outgoing } = value;
  const readers =
    propagators.length === 0
      ? 'No propagator is set: headers are neither read nor written'
      : `Read and written by ${propagators.join(', ')}`;
  return (
    <div class="tab-body propagation">
      <Section title="Incoming" note={readers}>
        {incoming.length === 0 && (
          <p class="soft">
            Nothing of this trace came into this process from outside, or it began before the panel
            watched.
          </p>
        )}
        <ul class="hops">
          {incoming.map((one) => (
            <li key={one.spanId} class="hop">
              <div class="hop-head">
                <Badge tone={TONES[one.verdict]}>{one.verdict}</Badge>
                <Text value={one.text} class="hop-title" />
                <span class="hop-aside">
                  <SpanButton spanId={one.spanId} onSelectSpan={onSelectSpan}>
                    <Text value={one.spanName} line />
                  </SpanButton>
                </span>
              </div>
              {one.headers.length > 0 && <SeenHeaders headers={one.headers} />}
              <p class="soft">
                Sampler <Text value={one.sampler} line class="mono" /> said{' '}
                {one.sampled
                  ? 'yes: it goes to the exporters.'
                  : 'no: it is shown here, and exported nowhere.'}
              </p>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Outgoing" note={outgoing.length === 0 ? undefined : countText(outgoing)}>
        {outgoing.length === 0 ? (
          <p class="soft">This trace called no other service, and sent no message.</p>
        ) : (
          <ul class="hops">
            {outgoing.map((hop) => (
              <OutgoingHop key={hop.row} hop={hop} onSelectSpan={onSelectSpan} />
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function countText(outgoing: TracePropagation['outgoing']): string {
  const bare = outgoing.filter(({ headers }) => headers.length === 0).length;
  const calls = `${outgoing.length} ${outgoing.length === 1 ? 'call' : 'calls'}`;
  return bare === 0 ? `${calls}, all carry the context` : `${calls}, ${bare} without the context`;
}
