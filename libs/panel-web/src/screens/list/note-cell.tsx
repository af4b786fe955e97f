import type { JSX } from 'preact';
import type { TraceSummary } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { printable, printableLine } from '../../format/printable.js';
import { plural } from '../../format/quantity.js';
import { noteParts } from './trace-look.js';
import { Badge } from '../../parts/badge.js';

/** What is worth to be known before the trace is opened. */
export function NoteCell({ trace }: { readonly trace: TraceSummary }): JSX.Element {
  const { note = '', notExported, orphan, omittedSpans = 0, errors } = trace;
  const [type, rest] = errors > 0 ? noteParts(note) : ['', note];
  return (
    <span class="cell-note" role="gridcell">
      {notExported && (
        <Badge title="The sampler said no: it is recorded here, and nowhere else">
          not exported
        </Badge>
      )}
      {orphan && (
        <Badge tone="warn" title="Its root has not come here">
          no root
        </Badge>
      )}
      {omittedSpans > 0 && (
        <Badge tone="warn" title={`There was no room for ${plural(omittedSpans, 'span')}`}>
          truncated
        </Badge>
      )}
      {note !== '' && (
        <span class="clip soft" title={printable(note)}>
          {type !== '' && <span class="note-error">{printableLine(type)}</span>}
          {printableLine(rest)}
        </span>
      )}
    </span>
  );
}
