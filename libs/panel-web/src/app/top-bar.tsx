import type { ComponentChildren, JSX } from 'preact';
import { api } from '../api/endpoints.js';
import { readList } from '../live/feed.js';
import { IconButton } from '../parts/button.js';
import { Icon, type IconName } from '../parts/icon.js';
import { announce } from '../state/announce.js';
import { meta } from '../state/meta.js';
import { preferences } from '../state/preferences.js';
import { nextTheme } from '../state/theme.js';
import { counts, exportBrief } from '../state/traces.js';
import { FilterField } from '../screens/list/filter-field.js';
import { lastList } from './last-list.js';
import { LiveButton } from './live-button.js';
import { hrefOf, route, type Route } from './router.js';

const THEME_ICONS = { system: 'system', light: 'sun', dark: 'moon' } satisfies Record<
  string,
  IconName
>;

export function TopBar({ onHelp }: { readonly onHelp: () => void }): JSX.Element {
  const { theme } = preferences.value;
  return (
    <header class="top">
      <a class="top-service" href={hrefOf(lastList.value)} title={serviceTitle()}>
        <Icon name="mark" class="top-mark" />
        <span class="clip">{meta.value?.service.name ?? 'nestrace'}</span>
      </a>
      <nav class="top-nav" aria-label="Screens">
        <TopLink to={lastList.value}>Traces</TopLink>
        <TopLink to={{ screen: 'sql' }}>SQL</TopLink>
        <TopLink to={{ screen: 'errors' }}>
          Errors
          {counts.value !== undefined && counts.value.errors > 0 && (
            <span class="badge tone-error">{counts.value.errors}</span>
          )}
        </TopLink>
        <ExportLink />
      </nav>
      <div class="top-search">
        <FilterField />
      </div>
      <div class="top-tools">
        <LiveButton />
        {meta.value?.readOnly !== true && (
          <IconButton icon="trash" label="Clear all traces" onClick={() => void clear()} />
        )}
        <IconButton icon={THEME_ICONS[theme]} label={`Theme: ${theme}`} onClick={nextTheme} />
        <a
          class="icon-button"
          href={hrefOf({ screen: 'settings' })}
          aria-label="Settings"
          title="Settings"
          aria-current={route.value.screen === 'settings' ? 'page' : undefined}
        >
          <Icon name="settings" />
        </a>
        <IconButton icon="help" label="Keys and legend" shortcut="?" onClick={onHelp} />
      </div>
    </header>
  );
}

async function clear(): Promise<void> {
  const result = await api.clear();
  announce(result.ok ? 'Cleared' : 'Could not be cleared');
  await readList(false);
}

function TopLink(props: { readonly to: Route; readonly children: ComponentChildren }): JSX.Element {
  const { screen } = route.value;
  const own = props.to.screen;
  const isHere = screen === own || (own === 'traces' && screen === 'trace');
  return (
    <a class="top-link" href={hrefOf(props.to)} aria-current={isHere ? 'page' : undefined}>
      {props.children}
    </a>
  );
}

/** The dot says from anywhere that something is wrong with the export. */
function ExportLink(): JSX.Element {
  const brief = exportBrief.value;
  const isHere = route.value.screen === 'export';
  return (
    <a
      class={`top-link state-${brief?.state ?? 'none'}`}
      href={hrefOf({ screen: 'export' })}
      aria-current={isHere ? 'page' : undefined}
      title={brief?.text}
    >
      Export
      <span class="state-dot" />
      {brief !== undefined && <span class="only-read">{brief.text}</span>}
    </a>
  );
}

function serviceTitle(): string {
  const known = meta.value;
  if (known === undefined) return 'Traces';
  const { name, version, environment } = known.service;
  return [name, version, environment, `pid ${known.pid}`, `Node ${known.nodeVersion}`]
    .filter(Boolean)
    .join(' · ');
}
