import { Controller, Get, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { PanelOptions } from '../../../libs/nestrace/src/config/panel.options.js';
import { resolveOptions } from '../../../libs/nestrace/src/config/resolve-options.js';
import { OTEL_OPTIONS, OTEL_PANEL_ADDRESS } from '../../../libs/nestrace/src/config/tokens.js';
import { PanelAddress } from '../../../libs/nestrace/src/pipeline/panel-address.js';
import { panelProviders } from '../../../libs/nestrace/src/sinks/panel/panel.providers.js';
import { PANEL_BACKEND, PANEL_LOG } from '../../../libs/nestrace/src/sinks/panel/panel-tokens.js';
import { startApp, type RunningApp, type StartOptions } from '../../support/apps.js';
import { FakeBackend } from './fake-backend.js';
import { ListLog } from './list-log.js';

@Controller('things')
class ThingsController {
  @Get()
  list(): { readonly things: number } {
    return { things: 3 };
  }
}

export interface PanelAppOptions extends StartOptions {
  readonly panel?: PanelOptions;
  readonly environment?: string;
  readonly providers?: readonly Provider[];
  readonly imports?: readonly (Type | DynamicModule)[];
}

export interface PanelApp extends RunningApp {
  readonly backend: FakeBackend;
  readonly log: ListLog;
  readonly address: PanelAddress;
}

interface PanelModule {
  readonly module: DynamicModule;
  readonly backend: FakeBackend;
  readonly log: ListLog;
  readonly address: PanelAddress;
}

/** The panel with what stands around it, its options late, as those of `forRootAsync` are. */
export function panelModule(panel: PanelOptions, environment = 'development'): PanelModule {
  const backend = new FakeBackend();
  const log = new ListLog();
  const address = new PanelAddress();
  const options = resolveOptions({ environment, panel: { enabled: true, ...panel } }, {});
  const providers: Provider[] = [
    ...panelProviders(),
    { provide: PANEL_BACKEND, useValue: backend },
    { provide: PANEL_LOG, useValue: log },
    { provide: OTEL_PANEL_ADDRESS, useValue: address },
    {
      provide: OTEL_OPTIONS,
      useFactory: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return options;
      },
    },
  ];
  return { module: { module: class PanelUnderTest {}, providers }, backend, log, address };
}

/** An application with a controller of its own, and the panel. */
export async function startPanelApp(
  adapter: AbstractHttpAdapter,
  { panel = {}, environment, providers = [], imports = [], ...start }: PanelAppOptions = {},
): Promise<PanelApp> {
  const { module, ...rest } = panelModule(panel, environment);
  const application: DynamicModule = {
    module: class Application {},
    controllers: [ThingsController],
    providers: [...providers],
    imports: [...imports, module],
  };
  const running = await startApp(application, adapter, start);
  return { ...running, close: () => running.close(), ...rest };
}
