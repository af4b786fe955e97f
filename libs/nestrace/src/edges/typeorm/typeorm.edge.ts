import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_OPTIONS, OTEL_TYPEORM_OPTIONS } from '../../config/tokens.js';
import type { ResolvedTypeOrmOptions } from '../../config/typeorm.options.js';
import { noteFailure } from '../../core/failures.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { attachSubscriber } from './attach-subscriber.js';
import { querySettings, type QuerySettings } from './query-settings.js';
import { recordStartup, startupQueries } from './startup-queries.js';
import { isDataSource, type DataSourceLike } from './typeorm-shapes.js';

/** Finds the DataSources of the application and listens to their queries. */
@Injectable()
export class TypeOrmEdge implements OnModuleInit {
  private readonly settings: QuerySettings;

  constructor(
    @Inject(OTEL_TYPEORM_OPTIONS) options: ResolvedTypeOrmOptions,
    @Inject(OTEL_OPTIONS) { semconv, metrics }: ResolvedOtelOptions,
    private readonly lifecycle: TelemetryLifecycle,
    private readonly modules: ModulesContainer,
  ) {
    this.settings = {
      ...options,
      legacyNames: semconv.database === 'dup',
      measures: metrics.enabled && metrics.durations,
    };
    if (lifecycle.telemetry !== undefined && options.enabled) {
      querySettings.keep(lifecycle.telemetry, this.settings);
    }
    startupQueries.applicationStarts(this);
  }

  /** All providers are there now, and no request has come yet. */
  onModuleInit(): void {
    startupQueries.applicationStarted(this);
    for (const dataSource of this.dataSources()) {
      try {
        this.adopt(dataSource);
      } catch (error) {
        noteFailure('typeorm.attach', error);
      }
    }
  }

  private adopt(dataSource: DataSourceLike): void {
    const kept = startupQueries.settle(dataSource);
    const { telemetry } = this.lifecycle;
    if (telemetry === undefined || !this.settings.enabled) return;
    attachSubscriber(dataSource);
    recordStartup(kept, telemetry, this.settings);
  }

  private dataSources(): ReadonlySet<DataSourceLike> {
    const found = new Set<DataSourceLike>();
    for (const { providers } of this.modules.values()) {
      for (const wrapper of providers.values()) {
        // Looking at the instance of a scoped provider would make one.
        if (!wrapper.isDependencyTreeStatic()) continue;
        const instance: unknown = wrapper.instance;
        if (isDataSource(instance)) found.add(instance);
      }
    }
    return found;
  }
}
