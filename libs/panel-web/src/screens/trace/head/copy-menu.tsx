import type { JSX } from 'preact';
import { api } from '../../../api/endpoints.js';
import { failureText } from '../../../api/failure.js';
import { hrefOf } from '../../../app/router.js';
import { traceCurl } from '../../../copying/trace-curl.js';
import { traceMarkdown } from '../../../copying/trace-markdown.js';
import { copyText } from '../../../parts/copy.js';
import { Icon, type IconName } from '../../../parts/icon.js';
import { Menu, type MenuItem } from '../../../parts/menu.js';
import { announce } from '../../../state/announce.js';
import type { TraceView } from '../model/trace-view.js';

interface CopyMenuProps {
  readonly view: TraceView;
  readonly openSignal: number;
}

export function CopyMenu({ view, openSignal }: CopyMenuProps): JSX.Element {
  const detail = view.detail.value;
  const { id } = detail.summary;
  const curl = traceCurl(detail.summary, detail);
  const items: readonly MenuItem[] = [
    item('Link', 'link', () => traceLink(id)),
    ...(curl === undefined ? [] : [item('curl of the request', 'code', () => curl)]),
    item('Markdown of the tree', 'queue', () => traceMarkdown(detail)),
    { label: 'OTLP JSON', icon: 'code', onSelect: () => void copyOtlp(id) },
    item('Trace id', 'copy', () => id),
  ];
  const label = (
    <>
      <Icon name="copy" />
      Copy
    </>
  );
  return <Menu label={label} title="Copy (c)" items={items} openSignal={openSignal} />;
}

function item(label: string, icon: IconName, text: () => string): MenuItem {
  return { label, icon, onSelect: () => void copyText(text()) };
}

export function traceLink(traceId: string, span?: string): string {
  const path = hrefOf({ screen: 'trace', traceId, tab: 'waterfall', ...(span && { span }) });
  return new URL(path, location.origin).href;
}

async function copyOtlp(id: string): Promise<void> {
  const result = await api.otlp(id);
  if (result.ok) await copyText(JSON.stringify(result.value, undefined, 2));
  else announce(failureText(result.failure));
}
