import type { JSX } from 'preact';
import type {
  ShownLink,
  SpanDetail,
} from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { hrefOf } from '../../../app/router.js';
import { printableLine } from '../../../format/printable.js';
import { plural } from '../../../format/quantity.js';
import { CopyButton } from '../../../parts/copy-button.js';
import { Icon } from '../../../parts/icon.js';
import { AttributeList } from './attribute-list.js';

/** To other spans, and from other spans to this one. A click shows the trace with the span selected. */
export function LinksTab({ span }: { readonly span: SpanDetail }): JSX.Element {
  const { links, backLinks, dropped } = span;
  if (links.length + backLinks.length === 0) {
    return <p class="drawer-none">This span is linked to no other.</p>;
  }
  return (
    <>
      <LinkGroup title="Links to" links={links} />
      <LinkGroup title="Linked from" links={backLinks} />
      {dropped.links > 0 && (
        <p class="drawer-note">
          {plural(dropped.links, 'link')} were dropped by the limits of the SDK.
        </p>
      )}
    </>
  );
}

function LinkGroup(props: { readonly title: string; readonly links: readonly ShownLink[] }) {
  if (props.links.length === 0) return null;
  return (
    <section class="drawer-group">
      <h3>{props.title}</h3>
      {props.links.map((link) => (
        <div class="span-link" key={`${link.traceId} ${link.spanId}`}>
          <LinkedSpan link={link} />
          <CopyButton label="Copy the trace id" text={() => link.traceId} />
          {link.attributes.length > 0 && <AttributeList items={link.attributes} />}
        </div>
      ))}
    </section>
  );
}

function LinkedSpan({ link }: { readonly link: ShownLink }): JSX.Element {
  const { traceId, spanId, name, here } = link;
  const title = printableLine(name ?? `span ${spanId}`);
  const ids = `trace ${traceId}, span ${spanId}`;
  if (!here) {
    return (
      <span class="span-link-name" title={ids}>
        <span class="clip">{title}</span>
        <span class="faint">not in this panel</span>
      </span>
    );
  }
  const target = { screen: 'trace', traceId, tab: 'waterfall', span: spanId } as const;
  return (
    <a class="span-link-name" href={hrefOf(target)} title={ids}>
      <Icon name="link" />
      <span class="clip">{title}</span>
    </a>
  );
}
