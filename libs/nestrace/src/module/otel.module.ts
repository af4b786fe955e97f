import { Module, type DynamicModule } from '@nestjs/common';
import { autoTraceProviders, traceEarly } from '../edges/autotrace/index.js';
import { incomingProviders } from '../edges/incoming/index.js';
import { lifecycleProviders } from '../edges/lifecycle/index.js';
import { loggingProviders } from '../edges/logging/index.js';
import { TraceService } from '../edges/manual/index.js';
import { outgoingProviders } from '../edges/outgoing/index.js';
import { typeOrmProviders } from '../edges/typeorm/index.js';
import { OtelHealthIndicator } from '../sinks/health/otel-health.indicator.js';
import {
  ConfigurableModuleClass,
  type ASYNC_OPTIONS_TYPE,
  type OPTIONS_TYPE,
} from './otel.module-definition.js';
import { OtelLifecycle } from './otel.lifecycle.js';
import { metricsProviders } from './metrics.providers.js';
import { livePanelProviders } from './panel.providers.js';
import { PUBLIC_TOKENS, telemetryProviders } from './telemetry.providers.js';

/**
 * Traces a Nest application: incoming requests, traced methods, TypeORM queries and outgoing calls,
 * as standard OpenTelemetry. Import it once, in the root module.
 *
 * @example
 * ```ts
 * @Module({ imports: [OtelModule.forRoot()] })
 * export class AppModule {}
 * ```
 *
 * @publicApi
 */
@Module({
  providers: [
    ...lifecycleProviders(),
    ...telemetryProviders(),
    ...incomingProviders(),
    ...autoTraceProviders(),
    ...outgoingProviders(),
    ...loggingProviders(),
    ...typeOrmProviders(),
    ...livePanelProviders(),
    ...metricsProviders(),
    OtelHealthIndicator,
    OtelLifecycle,
    TraceService,
  ],
  exports: [...PUBLIC_TOKENS, OtelHealthIndicator, TraceService],
})
export class OtelModule extends ConfigurableModuleClass {
  /**
   * Sets tracing up with the given options, the environment, the configuration file and the
   * defaults, in this order of precedence. The module is global unless `isGlobal` is false.
   *
   * @throws OtelConfigError while the application starts, with every option that is not valid
   */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    if (options.enabled !== false) traceEarly(this);
    return super.forRoot(options);
  }

  /**
   * Like `forRoot`, with options made by `useFactory`, or by a class with the method
   * `createOtelModuleOptions` given as `useClass` or `useExisting`.
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    traceEarly(this);
    return super.forRootAsync(options);
  }
}
