import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { OtelModuleOptions } from '../config/otel.options.js';
import { OTEL_USER_OPTIONS } from '../config/tokens.js';
import { namedTracerProviders } from '../edges/manual/index.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<OtelModuleOptions>({ optionsInjectionToken: OTEL_USER_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createOtelModuleOptions')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => {
      const tracers = namedTracerProviders();
      return {
        ...definition,
        global: isGlobal,
        providers: [...(definition.providers ?? []), ...tracers],
        exports: [...(definition.exports ?? []), ...tracers],
      };
    })
    .build();
