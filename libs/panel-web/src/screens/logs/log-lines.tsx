import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LogLine } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../../format/duration.js';
import { plural } from '../../format/quantity.js';
import { Button } from '../../parts/button.js';
import { Text } from '../../parts/text.js';
import { levelName, levelTone } from './log-levels.js';
import './logs.css';

/** As many as are drawn without a pause; more when asked for. */
const STEP = 300;

interface LogLinesProps {
  readonly lines: readonly LogLine[];
  readonly link: (line: LogLine, children: ComponentChildren) => JSX.Element;
}

export function LogLines({ lines, link }: LogLinesProps): JSX.Element {
  const [limit, setLimit] = useState(STEP);
  const left = lines.length - limit;
  return (
    <>
      <ol class="log">
        {lines.slice(0, limit).map((line, index) => (
          <li key={index} class={`log-line log-${levelTone(line.level)}`}>
            <span class="log-at number">+{formatMicros(line.at)}</span>
            <span class="log-level">{levelName(line.level)}</span>
            <span class="log-message">
              <Text value={line.message} />
              {line.attributes.length > 0 && (
                <span class="log-attributes">
                  {line.attributes.map(({ key, value }) => (
                    <span key={key} class="log-attribute">
                      <Text value={key} line class="faint" /> <Text value={value} line />
                    </span>
                  ))}
                </span>
              )}
            </span>
            <span class="log-span clip">{link(line, <Text value={line.spanName} line />)}</span>
          </li>
        ))}
      </ol>
      {left > 0 && (
        <Button kind="quiet" onClick={() => setLimit(limit + STEP)}>
          Show {plural(Math.min(left, STEP), 'more line')}
        </Button>
      )}
    </>
  );
}
