import {
  Controller,
  Get,
  Module,
  type DynamicModule,
  type Provider,
  type Type,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { PanelOptions } from '../../../libs/nestrace/src/config/panel.options.js';
import { resolveOptions } from '../../../libs/nestrace/src/config/resolve-options.js';
import { OTEL_PANEL_OPTIONS } from '../../../libs/nestrace/src/config/tokens.js';
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

@Module({})
class PanelUnderTest {}

export interface PanelAppOptions extends StartOptions {
  readonly panel?: PanelOptions;
  readonly providers?: readonly Provider[];
  readonly imports?: readonly (Type | DynamicModule)[];
}

export interface PanelApp extends RunningApp {
  readonly backend: FakeBackend;
  readonly log: ListLog;
}

/** The panel in an application, with options that come late, as those of `forRootAsync` do. */
export async function startPanelApp(
  adapter: AbstractHttpAdapter,
  { panel = {}, providers = [], imports = [], ...start }: PanelAppOptions = {},
): Promise<PanelApp> {
  const backend = new FakeBackend();
  const log = new ListLog();
  const options = resolveOptions({ panel: { enabled: true, ...panel } }, {}).panel;
  const module: DynamicModule = {
    module: class Application {},
    controllers: [ThingsController],
    providers: [...providers],
    imports: [
      ...imports,
      {
        module: PanelUnderTest,
        providers: [
          ...panelProviders(),
          { provide: PANEL_BACKEND, useValue: backend },
          { provide: PANEL_LOG, useValue: log },
          {
            provide: OTEL_PANEL_OPTIONS,
            useFactory: async () => {
              await new Promise((resolve) => setImmediate(resolve));
              return options;
            },
          },
        ],
      },
    ],
  };
  const running = await startApp(module, adapter, start);
  return { ...running, close: () => running.close(), backend, log };
}
