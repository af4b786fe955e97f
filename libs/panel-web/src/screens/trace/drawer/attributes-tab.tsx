import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SpanDetail } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { plural } from '../../../format/quantity.js';
import { SearchField } from '../../../parts/search-field.js';
import { meta } from '../../../state/meta.js';
import { AttributeList } from './attribute-list.js';

/** So few are seen at a glance. */
const FILTER_FROM = 6;

export function AttributesTab({ span }: { readonly span: SpanDetail }): JSX.Element {
  const [filter, setFilter] = useState('');
  const wanted = filter.toLowerCase();
  const total = span.attributes.reduce((sum, { items }) => sum + items.length, 0);
  const groups = span.attributes
    .map(({ group, items }) => ({
      group,
      items: items.filter(({ key, value }) => `${key} ${value}`.toLowerCase().includes(wanted)),
    }))
    .filter(({ items }) => items.length > 0);
  const { dropped } = span;
  return (
    <>
      {total >= FILTER_FROM && (
        <div class="drawer-filter">
          <SearchField
            value={filter}
            onInput={setFilter}
            label="Filter the attributes"
            placeholder={`Filter ${total} attributes`}
          />
        </div>
      )}
      {groups.map(({ group, items }) => (
        <section class="drawer-group" key={group}>
          <h3>{group}</h3>
          <AttributeList items={items} canFilter />
        </section>
      ))}
      {groups.length === 0 && (
        <p class="drawer-none">
          {total === 0 ? 'This span has no attributes.' : 'No attribute matches.'}
        </p>
      )}
      {dropped.attributes > 0 && (
        <p class="drawer-note">
          {plural(dropped.attributes, 'attribute')} were dropped by the limits of the SDK.
        </p>
      )}
      {span.attributes.some(({ items }) => items.some(({ cut }) => cut !== undefined)) && (
        <p class="drawer-note">
          Values are cut after {meta.value?.limits.maxValueLength ?? 8192} characters
          (panel.limits.maxValueLength).
        </p>
      )}
    </>
  );
}
