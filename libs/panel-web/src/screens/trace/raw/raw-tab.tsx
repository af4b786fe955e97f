import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TraceDetail } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../../api/endpoints.js';
import { failureText } from '../../../api/failure.js';
import { printable } from '../../../format/printable.js';
import { formatBytes } from '../../../format/quantity.js';
import { Banner } from '../../../parts/banner.js';
import { Button } from '../../../parts/button.js';
import { CopyButton } from '../../../parts/copy-button.js';
import { useLoaded } from '../../../parts/use-loaded.js';
import { VirtualList } from '../../../parts/virtual-list.js';
import { saveFile } from '../../../parts/save-file.js';

const LINE_HEIGHT = 18;

/** The trace as OTLP/JSON, with secrets taken out as everywhere in the panel. */
export function RawTab({ detail }: { readonly detail: TraceDetail }): JSX.Element {
  const { id, seq } = detail.summary;
  const { value, failure } = useLoaded((signal) => api.otlp(id, signal), [id, seq]);
  const text = useMemo(
    () => (value === undefined ? '' : JSON.stringify(value, undefined, 2)),
    [value],
  );
  const lines = useMemo(() => text.split('\n'), [text]);
  if (failure !== undefined && value === undefined) {
    return <Banner tone="error">{failureText(failure)}</Banner>;
  }
  return (
    <div class="raw">
      <div class="raw-tools">
        <span class="soft">OTLP JSON, {formatBytes(text.length)}, redacted</span>
        <CopyButton label="Copy the OTLP JSON" text={() => text}>
          Copy
        </CopyButton>
        <Button icon="download" onClick={() => saveFile(`trace-${id}.json`, text)}>
          Download
        </Button>
      </div>
      <VirtualList
        class="raw-lines"
        role="list"
        label="OTLP JSON"
        items={lines}
        rowHeight={LINE_HEIGHT}
        keyOf={(_, line) => line}
        focused={-1}
        renderRow={(line, at, place) => (
          <div class="raw-line" role="listitem" style={place} key={at}>
            {printable(line)}
          </div>
        )}
      />
    </div>
  );
}
