import type { Provider } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_OPTIONS, OTEL_PANEL_ADDRESS } from '../../config/tokens.js';
import type { OperationsLog } from '../../core/operations-log.js';
import type { PanelAddress } from '../../pipeline/panel-address.js';
import type { PanelBackend } from './panel-backend.js';
import { PANEL_BACKEND, PANEL_LOG, PANEL_MOUNT } from './panel-tokens.js';
import type { PanelMount } from './serving/panel.mount.js';

/**
 * What serves the panel. `PANEL_BACKEND` and `PANEL_LOG` are to be provided next to it. Where the
 * panel is off, its code is not even loaded.
 */
export function panelProviders(): Provider[] {
  return [
    {
      provide: PANEL_MOUNT,
      inject: [
        OTEL_OPTIONS,
        PANEL_BACKEND,
        PANEL_LOG,
        OTEL_PANEL_ADDRESS,
        ModulesContainer,
        ModuleRef,
        HttpAdapterHost,
        ApplicationConfig,
      ],
      useFactory: mount,
    },
  ];
}

async function mount(
  options: Pick<ResolvedOtelOptions, 'panel' | 'environment'>,
  backend: PanelBackend | undefined,
  log: OperationsLog,
  address: PanelAddress,
  modules: ModulesContainer,
  moduleRef: ModuleRef,
  host: HttpAdapterHost,
  config: ApplicationConfig,
): Promise<PanelMount | undefined> {
  if (!options.panel.enabled || backend === undefined) return undefined;
  const { PanelMount: Mount } = await import('./serving/panel.mount.js');
  return new Mount(options, backend, log, address, modules, moduleRef, host, config);
}
