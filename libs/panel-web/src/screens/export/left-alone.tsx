import type { JSX } from 'preact';
import type { ExporterStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { now } from '../../state/now.js';

interface LeftAloneProps {
  readonly breaker: NonNullable<ExporterStatus['breaker']>;
}

/** What is done about a backend that does not take spans: nothing, for a while. */
export function LeftAlone({ breaker }: LeftAloneProps): JSX.Element {
  return (
    <p class="soft exporter-alone">
      The backend is left alone, spans wait in the queue. {nextStep(breaker)}
    </p>
  );
}

function nextStep({ state, until }: LeftAloneProps['breaker']): string {
  if (state === 'half_open') return 'One batch is under way to see whether it is back.';
  const seconds = Math.ceil((until - now.value) / 1000);
  return seconds > 0 ? `It is asked again in ${seconds} s.` : 'It is asked with the next batch.';
}
