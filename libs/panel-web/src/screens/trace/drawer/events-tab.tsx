import type { JSX } from 'preact';
import type {
  ShownEvent,
  SpanDetail,
} from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../../../format/duration.js';
import { printable, printableLine } from '../../../format/printable.js';
import { plural } from '../../../format/quantity.js';
import { CopyButton } from '../../../parts/copy-button.js';
import { stackText } from '../../../copying/error-markdown.js';
import { StackTrace } from '../../errors/stack-trace.js';
import { AttributeList } from './attribute-list.js';

export function EventsTab({ span }: { readonly span: SpanDetail }): JSX.Element {
  const { events, dropped } = span;
  return (
    <>
      {events.length === 0 && <p class="drawer-none">Nothing was noted in this span.</p>}
      {events.map((event, at) => (
        <Event key={at} event={event} total={span.duration} />
      ))}
      {dropped.events > 0 && (
        <p class="drawer-note">
          {plural(dropped.events, 'event')} were dropped by the limits of the SDK.
        </p>
      )}
    </>
  );
}

interface EventProps {
  readonly event: ShownEvent;
  /** Microseconds of the span. */
  readonly total: number;
}

function Event({ event, total }: EventProps): JSX.Element {
  const { name, at, attributes, exception } = event;
  const part = total > 0 ? Math.max(0, Math.min(1, at / total)) : 0;
  return (
    <section class={`event ${exception === undefined ? '' : 'is-error'}`}>
      <div class="event-head">
        <h3 class="event-name clip">{printableLine(name)}</h3>
        <span class="event-track" aria-hidden="true">
          <span class="event-dot" style={{ left: `${part * 100}%` }} />
        </span>
        <span class="soft">+{formatMicros(at)}</span>
        {exception !== undefined && (
          <CopyButton label="Copy the error" text={() => stackText(exception)} />
        )}
      </div>
      {exception !== undefined && (
        <>
          <p class="event-message">
            <strong>{printableLine(exception.type)}</strong>
            {exception.message !== '' && `: ${printable(exception.message)}`}
          </p>
          <StackTrace exception={exception} />
        </>
      )}
      {attributes.length > 0 && <AttributeList items={attributes} />}
    </section>
  );
}
