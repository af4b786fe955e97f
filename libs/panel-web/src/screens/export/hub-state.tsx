import type { JSX } from 'preact';
import type { HubState } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { hueClass } from '../../format/hue.js';
import { formatCount } from '../../format/quantity.js';
import { Facts } from '../../page/page.js';
import { Text } from '../../parts/text.js';
import { meta } from '../../state/meta.js';

/** What of other processes comes together here, or where ours goes to. */
export function HubView(): JSX.Element {
  const known = meta.value;
  const hub = known?.hub;
  if (hub === undefined) {
    return (
      <p class="soft export-text">
        This is process {known?.pid ?? '–'}. Other services, and other workers of this one, keep
        their traces in their own memory. With <code>panel.ingest</code> they come together in one
        panel.
      </p>
    );
  }
  return (
    <>
      <p class="export-text">
        {roleText(hub)} {hub.problem !== undefined && <Text value={hub.problem} class="is-lost" />}
      </p>
      <Facts
        entries={[
          ['Address', <code>{hub.url}</code>],
          ['Panel', hub.panelUrl === undefined ? undefined : <PanelLink url={hub.panelUrl} />],
          ['Requests', formatCount(hub.requests)],
          ['Spans received', formatCount(hub.spans)],
          [
            'Rejected',
            <span class={hub.rejected > 0 ? 'is-lost' : ''}>{formatCount(hub.rejected)}</span>,
          ],
          [
            'Services',
            hub.services.length === 0 ? 'none so far' : <Services names={hub.services} />,
          ],
        ]}
      />
    </>
  );
}

function roleText({ role }: HubState): string {
  switch (role) {
    case 'hub':
      return 'Other services send their spans here.';
    case 'sibling':
      return 'Another process has the address: spans go there, and its panel shows them all.';
    case 'waiting':
      return 'The address is about to be taken.';
    case 'blocked':
      return 'Something else has the address.';
    default:
      return role satisfies never;
  }
}

/** Only what a browser opens as a page: the address came from another process. */
function PanelLink({ url }: { readonly url: string }): JSX.Element {
  if (!/^https?:\/\//i.test(url)) return <code>{url}</code>;
  return <a href={url}>{url}</a>;
}

function Services({ names }: { readonly names: readonly string[] }): JSX.Element {
  return (
    <span class="hub-services">
      {names.map((name) => (
        <span key={name} class="hub-service">
          <span class={`hue-dot ${hueClass(name)}`} />
          <Text value={name} line />
        </span>
      ))}
    </span>
  );
}
