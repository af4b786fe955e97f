import type { ComponentType } from 'preact';
import { lazy } from '../parts/lazy.js';
import { ListScreen } from '../screens/list/list-screen.js';
import type { ScreenName } from './router.js';
import type { ScreenProps } from './screens.js';

type Screens = { readonly [S in ScreenName]: ComponentType<ScreenProps<S>> };

/** The list is what one sees first; the other screens are fetched when they are asked for. */
export const SCREENS: Screens = {
  traces: ListScreen,
  trace: lazy(async () => (await import('../screens/trace/trace-screen.js')).TraceScreen),
  sql: lazy(async () => (await import('../screens/sql/sql-screen.js')).SqlScreen),
  errors: lazy(async () => (await import('../screens/errors/errors-screen.js')).ErrorsScreen),
  export: lazy(async () => (await import('../screens/export/export-screen.js')).ExportScreen),
  settings: lazy(
    async () => (await import('../screens/settings/settings-screen.js')).SettingsScreen,
  ),
};
