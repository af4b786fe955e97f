import type { ComponentType } from 'preact';
import { ErrorsScreen } from '../screens/errors/errors-screen.js';
import { ExportScreen } from '../screens/export/export-screen.js';
import { ListScreen } from '../screens/list/list-screen.js';
import { SettingsScreen } from '../screens/settings/settings-screen.js';
import { SqlScreen } from '../screens/sql/sql-screen.js';
import { TraceScreen } from '../screens/trace/trace-screen.js';
import type { ScreenName } from './router.js';
import type { ScreenProps } from './screens.js';

type Screens = { readonly [S in ScreenName]: ComponentType<ScreenProps<S>> };

export const SCREENS: Screens = {
  traces: ListScreen,
  trace: TraceScreen,
  sql: SqlScreen,
  errors: ErrorsScreen,
  export: ExportScreen,
  settings: SettingsScreen,
};
