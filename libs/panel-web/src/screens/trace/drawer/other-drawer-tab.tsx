import type { JSX } from 'preact';
import type { SpanDetail } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { printable } from '../../../format/printable.js';
import { CopyButton } from '../../../parts/copy-button.js';
import type { TraceView } from '../model/trace-view.js';
import { AttributeList } from './attribute-list.js';
import type { DrawerTab } from './drawer-tabs.js';
import { EventsTab } from './events-tab.js';
import { LinksTab } from './links-tab.js';
import { SpanLogsTab } from './span-logs-tab.js';

interface OtherDrawerTabProps {
  readonly view: TraceView;
  readonly span: SpanDetail;
  readonly tab: Exclude<DrawerTab, 'attributes'>;
  readonly onSelect: (spanId: string) => void;
}

/** The tabs of a span that are fetched when the first of them is opened. */
export function OtherDrawerTab({ view, span, tab, onSelect }: OtherDrawerTabProps): JSX.Element {
  switch (tab) {
    case 'events':
      return <EventsTab span={span} />;
    case 'links':
      return <LinksTab span={span} />;
    case 'logs':
      return <SpanLogsTab view={view} spanId={span.spanId} onSelect={onSelect} />;
    case 'propagation':
      return <Injected span={span} />;
    case 'resource':
      return <Resource span={span} />;
    case 'raw':
      return <Raw span={span} />;
    default:
      return tab satisfies never;
  }
}

function Injected({ span }: { readonly span: SpanDetail }): JSX.Element {
  if (span.injected.length === 0) {
    return <p class="drawer-none">No headers were sent along with this span.</p>;
  }
  const items = span.injected.map(({ name, value }) => ({
    key: name,
    value,
    type: 'string' as const,
  }));
  return (
    <section class="drawer-group">
      <h3>Headers sent along</h3>
      <AttributeList items={items} />
    </section>
  );
}

function Resource({ span }: { readonly span: SpanDetail }): JSX.Element {
  const { scope } = span;
  const own = [
    { key: 'name', value: scope.name, type: 'string' as const },
    ...(scope.version === undefined
      ? []
      : [{ key: 'version', value: scope.version, type: 'string' as const }]),
  ];
  return (
    <>
      <section class="drawer-group">
        <h3>Resource</h3>
        <AttributeList items={span.resource} />
      </section>
      <section class="drawer-group">
        <h3>Instrumentation scope</h3>
        <AttributeList items={own} />
      </section>
    </>
  );
}

function Raw({ span }: { readonly span: SpanDetail }): JSX.Element {
  const text = JSON.stringify(span.raw, undefined, 2) ?? '';
  return (
    <section class="drawer-group">
      <div class="drawer-group-head">
        <h3>OTLP JSON</h3>
        <CopyButton label="Copy the span as OTLP JSON" text={() => text} />
      </div>
      <pre class="drawer-raw">{printable(text)}</pre>
    </section>
  );
}
