import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ExportStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatCount } from '../../format/quantity.js';
import { Section } from '../../page/page.js';
import { Button } from '../../parts/button.js';
import { SearchField } from '../../parts/search-field.js';
import { Text } from '../../parts/text.js';

type Option = ExportStatus['options'][number];

/** Every option with its value, and who has set it. */
export function OptionList({ options }: { readonly options: readonly Option[] }): JSX.Element {
  const [text, setText] = useState('');
  const [set, setSet] = useState(false);
  const shown = options.filter(
    (option) => (!set || option.source !== 'default') && matches(option, text),
  );
  return (
    <Section
      title="Options"
      note={`${formatCount(shown.length)} of ${formatCount(options.length)}`}
      actions={
        <div class="option-tools">
          <Button pressed={set} onClick={() => setSet(!set)}>
            Only what was set
          </Button>
          <SearchField
            value={text}
            onInput={setText}
            label="Filter the options"
            placeholder="Option, value, variable, file"
          />
        </div>
      }
    >
      <table class="data option-list">
        <thead>
          <tr>
            <th scope="col">Option</th>
            <th scope="col">Value</th>
            <th scope="col">Set by</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((option) => (
            <tr key={option.path}>
              <td title={option.path}>
                <code>{option.path}</code>
              </td>
              <td class="option-value">
                <Text value={option.value} class="mono" />
              </td>
              <td title={placeOf(option)}>
                <SetBy option={option} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p class="option-none soft">No option matches.</p>}
    </Section>
  );
}

function SetBy({ option }: { readonly option: Option }): JSX.Element {
  switch (option.source) {
    case 'env':
      return <code>{option.variable ?? 'environment'}</code>;
    case 'code':
      return <span>code</span>;
    case 'file':
      return <code>{placeOf(option) ?? 'file'}</code>;
    case 'default':
      return <span class="faint">default</span>;
    default:
      return option.source satisfies never;
  }
}

/** Which variable, or which line of which file. */
function placeOf({ variable, file, line }: Option): string | undefined {
  return file === undefined ? variable : `${file}:${line}`;
}

function matches(option: Option, wanted: string): boolean {
  const needle = wanted.trim().toLowerCase();
  const { path, value, source } = option;
  return [path, value, placeOf(option) ?? '', source].some((one) =>
    one.toLowerCase().includes(needle),
  );
}
