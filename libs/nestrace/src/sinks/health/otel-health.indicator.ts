import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_OPTIONS, OTEL_SPAN_EXPORTERS, OTEL_SPAN_PROCESSORS } from '../../config/tokens.js';
import type { ObservedExporter } from '../../pipeline/exporters/observed.exporter.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { exporterHealth, troubleOf } from './exporter-health.js';
import { HealthFailure, takesResults } from './health-failure.js';
import type { OtelHealth, OtelHealthOptions, OtelHealthResult } from './otel-health.options.js';

/**
 * A health indicator for `@nestjs/terminus`, versions 10 to 12: whether traces arrive. Unless it is
 * asked to be strict it always tells `up`, with what there is to know beside it.
 *
 * @example
 * ```ts
 * @Get('health')
 * @HealthCheck()
 * check() {
 *   return this.health.check([() => this.otel.isHealthy()]);
 * }
 * ```
 *
 * @publicApi
 */
@Injectable()
export class OtelHealthIndicator {
  constructor(
    @Inject(OTEL_OPTIONS) private readonly options: ResolvedOtelOptions,
    @Inject(OTEL_SPAN_EXPORTERS) private readonly exporters: readonly ObservedExporter[],
    @Inject(OTEL_SPAN_PROCESSORS) private readonly processors: readonly SpanProcessor[],
    private readonly lifecycle: TelemetryLifecycle,
    private readonly modules: ModulesContainer,
  ) {}

  /**
   * Tells how the exporters are. It asks no backend, so it takes no time.
   *
   * @throws an error that `@nestjs/terminus` 10 takes for `down`, where that is installed and it is
   * `down`; with other versions the result says so
   */
  async isHealthy<Key extends string = 'opentelemetry'>(
    key: Key = 'opentelemetry' as Key,
    options: OtelHealthOptions = {},
  ): Promise<OtelHealthResult<Key>> {
    const exporters = this.exporters.map((exporter, index) =>
      exporterHealth(exporter, this.processors[index], this.options.batch.maxQueueSize),
    );
    const shown = options.brief ? exporters.map(({ state }) => ({ state })) : exporters;
    const trouble = exporters
      .map((exporter) => troubleOf(exporter, options))
      .find((sentence) => sentence !== undefined);
    const isFailing = exporters.some(({ state }) => state === 'failing');
    const health: OtelHealth = {
      status: trouble === undefined ? 'up' : 'down',
      ...(trouble !== undefined && !options.brief && { message: trouble }),
      state: this.special() ?? (isFailing ? 'failing' : 'ok'),
      exporters: shown,
    };
    const result = { [key]: health } as OtelHealthResult<Key>;
    if (trouble === undefined || takesResults(this.modules)) return result;
    throw new HealthFailure(options.brief ? 'traces do not arrive' : trouble, result);
  }

  private special(): 'off' | 'foreign' | undefined {
    if (!this.options.enabled) return 'off';
    return this.lifecycle.usesForeignProvider ? 'foreign' : undefined;
  }
}
