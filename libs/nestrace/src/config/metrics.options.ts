import { boolean, inCode, integer, text, type Kind } from './schema/kind.js';
import { feature, option, type Resolved } from './schema/node.js';

/**
 * Metrics, by the names of the semantic conventions, through the metrics API of OpenTelemetry. They
 * are recorded where a `MeterProvider` is set globally, by the application or by `prometheus`;
 * without one they cost nothing.
 *
 * @example
 * ```ts
 * OtelModule.forRoot({ metrics: { prometheus: true } });
 * ```
 *
 * @publicApi
 */
export interface MetricsOptions {
  /**
   * What nestrace knows about itself: spans started and open, queues, exports and why they failed
   * (`otel.sdk.*`).
   *
   * @default true
   */
  readonly sdk?: boolean | undefined;
  /**
   * How long requests and queries take, sampled or not: `http.server.request.duration` and
   * `db.client.operation.duration`.
   *
   * @default true
   */
  readonly durations?: boolean | undefined;
  /**
   * Serves all metrics of the process to Prometheus, on a port of its own. Needs the packages
   * `@opentelemetry/sdk-metrics` and `@opentelemetry/exporter-prometheus`. Where the application has
   * set a `MeterProvider`, that stays in charge and nothing is served.
   *
   * @default false
   */
  readonly prometheus?: boolean | PrometheusOptions | undefined;
}

/**
 * Where Prometheus finds the metrics. A port that is taken is said in the log; the application
 * starts without the endpoint then.
 *
 * @publicApi
 */
export interface PrometheusOptions {
  /**
   * Environment: `prometheus` in `OTEL_METRICS_EXPORTER`.
   *
   * @default false; true where one of the others is given
   */
  readonly enabled?: boolean | undefined;
  /**
   * `0` takes any port that is free. Environment: `OTEL_EXPORTER_PROMETHEUS_PORT`.
   *
   * @default 9464
   */
  readonly port?: number | undefined;
  /**
   * Address to listen on; `'0.0.0.0'` where Prometheus comes from another machine. Environment:
   * `OTEL_EXPORTER_PROMETHEUS_HOST`.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string | undefined;
  /** @default '/metrics' */
  readonly path?: string | undefined;
}

const path: Kind<string> = inCode(
  'a path such as "/metrics"',
  (value) => typeof value === 'string' && /^\/[\w\-./~]*$/.test(value),
);

export const metricsSchema = feature({
  sdk: option(boolean, { fallback: true }),
  durations: option(boolean, { fallback: true }),
  prometheus: feature({
    enabled: option(boolean, {
      env: [
        {
          name: 'OTEL_METRICS_EXPORTER',
          // Other exporters of metrics are for somebody else to set up.
          parse: (value) => (/(^|,)\s*prometheus\s*(,|$)/i.test(value) ? true : undefined),
        },
      ],
      fallback: (lookup) => lookup('metrics.prometheus') !== undefined,
    }),
    port: option(integer(0, 65_535), { env: 'OTEL_EXPORTER_PROMETHEUS_PORT', fallback: 9464 }),
    host: option(text, { env: 'OTEL_EXPORTER_PROMETHEUS_HOST', fallback: '127.0.0.1' }),
    path: option(path, { fallback: '/metrics' }),
  }),
});

export type ResolvedMetricsOptions = Resolved<typeof metricsSchema>;
