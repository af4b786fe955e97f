import type { JSX } from 'preact';
import { adjust } from '../../app/router.js';
import { lastList } from '../../app/last-list.js';
import { SearchField } from '../../parts/search-field.js';

export function FilterField(): JSX.Element {
  return (
    <SearchField
      value={lastList.value.query}
      onInput={(query) => adjust({ ...lastList.peek(), query })}
      label="Filter the traces"
      placeholder="Filter: status:>=500 dur:>100ms"
      hint="/"
    />
  );
}
