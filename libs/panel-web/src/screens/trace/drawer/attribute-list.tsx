import type { JSX } from 'preact';
import type { ShownAttribute } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { printableLine } from '../../../format/printable.js';
import { AttributeValue } from './attribute-value.js';

interface AttributeListProps {
  readonly items: readonly ShownAttribute[];
  /** The list of traces can be filtered by them. */
  readonly canFilter?: boolean;
}

export function AttributeList({ items, canFilter = false }: AttributeListProps): JSX.Element {
  return (
    <dl class="attributes">
      {items.map((item) => (
        <div class="attribute" key={item.key}>
          <dt class="attribute-key" title={printableLine(item.key)}>
            {printableLine(item.key)}
          </dt>
          <dd class="attribute-cell">
            <AttributeValue attribute={item} canFilter={canFilter} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
