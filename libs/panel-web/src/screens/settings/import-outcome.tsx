import type { JSX } from 'preact';
import { hrefOf } from '../../app/router.js';
import { plural } from '../../format/quantity.js';
import { Icon } from '../../parts/icon.js';
import { Text } from '../../parts/text.js';
import type { ImportedFile } from './import-files.js';

const LINKS = 8;

/** What came of a file, with links to its traces. */
export function ImportOutcome({ file }: { readonly file: ImportedFile }): JSX.Element {
  if ('problem' in file) {
    return (
      <li class="imported-file is-fail">
        <Icon name="error" />
        <div>
          <Text value={file.name} line class="mono" /> <Text value={file.problem} class="is-bad" />
        </div>
      </li>
    );
  }
  const { traces, spans, rejected, problem, traceIds } = file.result;
  const isWhole = rejected === 0 && problem === undefined;
  return (
    <li class={`imported-file ${isWhole ? 'is-ok' : 'is-warn'}`}>
      <Icon name={isWhole ? 'check' : 'warn'} />
      <div>
        <Text value={file.name} line class="mono" /> {plural(traces, 'trace')},{' '}
        {plural(spans, 'span')}
        {rejected > 0 && `, ${rejected} rejected`}
        {problem !== undefined && (
          <p>
            <Text value={problem} />
          </p>
        )}
        <p class="imported-links">
          {traceIds.slice(0, LINKS).map((traceId) => (
            <a key={traceId} href={hrefOf({ screen: 'trace', traceId, tab: 'waterfall' })}>
              <code>{traceId.slice(0, 12)}</code>
            </a>
          ))}
          {traceIds.length > LINKS && <span class="soft">and {traceIds.length - LINKS} more</span>}
        </p>
      </div>
    </li>
  );
}
