import type { Provider } from '@nestjs/common';
import { PanelMount } from './serving/panel.mount.js';

/** What serves the panel. `PANEL_BACKEND` and `PANEL_LOG` are to be provided next to it. */
export function panelProviders(): Provider[] {
  return [PanelMount];
}
