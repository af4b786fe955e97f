import type { JSX } from 'preact';
import { adjust, type ListRoute } from '../../app/router.js';
import { formatCount } from '../../format/quantity.js';
import { counts, matching } from '../../state/traces.js';
import { CHIPS } from './chips.js';
import { hasTerm, toggleTerm } from './query-terms.js';

export function ListToolbar({ route }: { readonly route: ListRoute }): JSX.Element {
  return (
    <div class="list-toolbar">
      <Chips route={route} />
      <div class="list-options">
        {route.query !== '' && !route.byRoute && (
          <span class="faint">{formatCount(matching.value)} match</span>
        )}
        <NoiseToggle route={route} />
        <div class="segments" role="group" aria-label="Group the traces">
          {[false, true].map((byRoute) => (
            <button
              key={String(byRoute)}
              type="button"
              class="segment"
              aria-pressed={route.byRoute === byRoute}
              onClick={() => adjust({ ...route, byRoute })}
            >
              {byRoute ? 'By route' : 'Each trace'}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

function Chips({ route }: { readonly route: ListRoute }): JSX.Element {
  const known = counts.value;
  const { query } = route;
  return (
    <div class="chips" role="group" aria-label="Quick filters">
      <button
        type="button"
        class="chip"
        aria-pressed={query === ''}
        onClick={() => adjust({ ...route, query: '' })}
      >
        All <span class="chip-count">{known === undefined ? '' : formatCount(known.all)}</span>
      </button>
      {CHIPS.map(({ label, term, count, tone }) => {
        const value = known?.[count] ?? 0;
        const isOn = hasTerm(query, term);
        return (
          <button
            key={term}
            type="button"
            class={`chip ${value > 0 ? `chip-${tone}` : 'chip-none'}`}
            title={term}
            aria-pressed={isOn}
            onClick={() => adjust({ ...route, byRoute: false, query: toggleTerm(query, term) })}
          >
            {label} <span class="chip-count">{formatCount(value)}</span>
          </button>
        );
      })}
    </div>
  );
}

/** What nobody asks about most of the time. */
function NoiseToggle({ route }: { readonly route: ListRoute }): JSX.Element | null {
  const hidden = counts.value?.noise ?? 0;
  if (hidden === 0 && !route.noise) return null;
  return (
    <button
      type="button"
      class="noise"
      aria-pressed={route.noise}
      title="Show or hide: health checks, assets, start and stop of the application, background work"
      onClick={() => adjust({ ...route, noise: !route.noise })}
    >
      {route.noise ? 'Hide noise' : `${formatCount(hidden)} hidden`}
    </button>
  );
}
