import type { JSX } from 'preact';
import type {
  HeaderVerdict,
  SeenHeader,
} from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { Icon } from '../../parts/icon.js';
import { Text } from '../../parts/text.js';

/** In words: a colour alone says nothing to many. */
const WORDS: Readonly<Record<HeaderVerdict, string>> = {
  valid: 'valid',
  malformed: 'malformed',
  ignored: 'ignored',
  unused: 'no propagator reads it',
};

export function SeenHeaders({ headers }: { readonly headers: readonly SeenHeader[] }): JSX.Element {
  return (
    <ul class="headers">
      {headers.map((header, index) => (
        <li key={index} class="header-row">
          <Text value={header.name} line class="mono soft" />
          <Text value={header.value} line class="mono header-value" />
          <span class={`verdict verdict-${header.verdict}`}>
            <Icon
              name={
                header.verdict === 'valid'
                  ? 'check'
                  : header.verdict === 'malformed'
                    ? 'error'
                    : 'warn'
              }
            />
            <span>
              {WORDS[header.verdict]}
              {header.note !== '' && (
                <span class="soft">
                  {' · '}
                  <Text value={header.note} line />
                </span>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
