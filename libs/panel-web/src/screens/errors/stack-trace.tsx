import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type {
  ShownException,
  StackFrame,
} from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { editorLink } from '../../editor/editor-link.js';
import { printable } from '../../format/printable.js';
import { plural } from '../../format/quantity.js';
import { Icon } from '../../parts/icon.js';
import { Text } from '../../parts/text.js';
import { foldFrames } from './fold-frames.js';
import './stack-trace.css';

/** The frames of the application with the code around them; the others can be opened. */
export function StackTrace({ exception }: { readonly exception: ShownException }): JSX.Element {
  const parts = useMemo(() => foldFrames(exception.frames), [exception]);
  if (parts.length === 0) return <p class="soft">No stack was recorded with it.</p>;
  const hasOwn = parts.some(({ kind }) => kind === 'own');
  return (
    <ol class="stack">
      {parts.map((part, index) =>
        part.kind === 'own' ? (
          <li key={index}>
            <OwnFrame frame={part.frame} />
          </li>
        ) : (
          <li key={index}>
            <details class="stack-others" open={!hasOwn}>
              <summary>
                <Icon name="chevron" />
                {plural(part.frames.length, 'frame')} of packages and Node
              </summary>
              <ol>
                {part.frames.map((frame, place) => (
                  <li key={place}>
                    <Text value={frame.text.trim()} class="mono" />
                  </li>
                ))}
              </ol>
            </details>
          </li>
        ),
      )}
    </ol>
  );
}

function OwnFrame({ frame }: { readonly frame: StackFrame }): JSX.Element {
  const link = editorLink(frame.file, frame.line, frame.column);
  return (
    <div class="stack-own">
      <div class="stack-line">
        <Text value={frame.text.trim()} class="stack-text mono" />
        {link !== undefined && (
          <a class="stack-editor" href={link} title="Open in the editor">
            <Icon name="external" />
            Open
          </a>
        )}
      </div>
      {frame.source !== undefined && frame.source.length > 0 && (
        <pre class="stack-source" tabIndex={0} aria-label="Source">
          {frame.source.map(({ line, text }) => (
            <span key={line} class={`stack-code ${line === frame.line ? 'is-here' : ''}`}>
              <span class="stack-number">{line}</span>
              {printable(text)}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </div>
  );
}
