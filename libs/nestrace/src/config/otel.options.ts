import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { autoTraceSchema, type AutoTraceOptions } from './auto-trace.options.js';
import { batchSchema, type BatchOptions } from './batch.options.js';
import { configFileOption } from './config-file.options.js';
import { deliverySchema, type DeliveryOptions } from './delivery.options.js';
import type { ExporterInput } from './exporters.options.js';
import { httpSchema, type HttpOptions } from './http.options.js';
import { limitsSchema, type LimitsOptions } from './limits.options.js';
import { metricsSchema, type MetricsOptions } from './metrics.options.js';
import { logsSchema, type LogsOptions } from './logs.options.js';
import { outgoingSchema, type OutgoingOptions } from './outgoing.options.js';
import { panelSchema, type PanelOptions } from './panel.options.js';
import { propagatorsOption, type PropagatorInput } from './propagation.options.js';
import { redactionSchema, type RedactionOptions } from './redaction.options.js';
import { samplingSchema, type SamplingOptions } from './sampling.options.js';
import {
  attributes,
  boolean,
  instanceWith,
  integer,
  listOf,
  oneOf,
  REFUSED,
  text,
} from './schema/kind.js';
import { group, option } from './schema/node.js';
import { semconvSchema, type SemconvOptions } from './semconv.options.js';
import { resourceVariable, serviceSchema, type ServiceOptions } from './service.options.js';
import { typeOrmSchema, type TypeOrmOptions } from './typeorm.options.js';

/**
 * Options of `OtelModule.forRoot()`. All of them may be left out. A value given here wins over the
 * environment, the environment over the configuration file, the file over the default.
 *
 * @example
 * ```ts
 * OtelModule.forRoot({
 *   service: { name: 'orders' },
 *   exporters: ['otlp', 'console'],
 *   sampling: { ratio: 0.25, ignore: ['/internal/*'] },
 * });
 * ```
 *
 * @publicApi
 */
export interface OtelModuleOptions {
  /**
   * A YAML file with further options: OpenTelemetry's declarative configuration (`file_format`), or
   * the short form of nestrace (`tracing`). Relative to the working directory. What is given in
   * code, or by a variable, wins over what the file says. `false` reads none, whatever the
   * environment names. Environment: `OTEL_CONFIG_FILE`.
   */
  readonly configFile?: string | false | undefined;
  /**
   * `false` installs nothing at all: no provider, no exporter, no hook. Environment:
   * `OTEL_SDK_DISABLED=true` or `OTEL_ENABLED=false`.
   *
   * @default true
   */
  readonly enabled?: boolean | undefined;
  /**
   * Say what is going on inside, through Nest's Logger.
   *
   * @default false
   */
  readonly debug?: boolean | undefined;
  /**
   * From which level on the OpenTelemetry parts inside may write to Nest's Logger. Environment:
   * `OTEL_LOG_LEVEL`.
   *
   * @default 'warn', with `debug` 'debug'
   */
  readonly logLevel?: OtelLogLevel | undefined;
  /** Name, version, namespace and instance id of this service. */
  readonly service?: ServiceOptions | undefined;
  /**
   * `deployment.environment.name`. It also decides about the default sampling ratio and the trace
   * id in responses. Environment: `OTEL_ENVIRONMENT`, `deployment.environment.name` in
   * `OTEL_RESOURCE_ATTRIBUTES`, `NODE_ENV`.
   *
   * @default 'development'
   */
  readonly environment?: string | undefined;
  /** Further resource attributes. Environment: `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly resource?: ResourceOptions | undefined;
  /**
   * Where spans go, any number at once. Environment: `OTEL_TRACES_EXPORTER`.
   *
   * @default 'otlp'
   */
  readonly exporters?: ExporterInput | readonly ExporterInput[] | undefined;
  /**
   * `simple` exports every span as soon as it has ended: for tests and scripts, too costly under
   * load.
   *
   * @default 'batch'
   */
  readonly processor?: 'batch' | 'simple' | undefined;
  /** Queue and rhythm of the batch processor. */
  readonly batch?: BatchOptions | undefined;
  /** Retries, and what happens while a backend is down. */
  readonly delivery?: DeliveryOptions | undefined;
  /**
   * Span processors of your own, called after those of nestrace. One that throws is skipped.
   *
   * @default []
   */
  readonly processors?: readonly SpanProcessor[] | undefined;
  /** Which traces are recorded. */
  readonly sampling?: SamplingOptions | undefined;
  /**
   * Formats in which the trace context travels. Environment: `OTEL_PROPAGATORS`.
   *
   * @default ['tracecontext', 'baggage']
   */
  readonly propagators?: readonly PropagatorInput[] | undefined;
  /** Limits of one span. */
  readonly limits?: LimitsOptions | undefined;
  /** Which generation of attribute names is emitted. */
  readonly semconv?: SemconvOptions | undefined;
  /** Incoming HTTP requests; `false` turns their spans off. */
  readonly http?: boolean | HttpOptions | undefined;
  /** Methods of controllers, enhancers and providers; `false` leaves all of them out. */
  readonly autoTrace?: boolean | AutoTraceOptions | undefined;
  /** Outgoing HTTP calls; `false` turns their spans off. */
  readonly outgoing?: boolean | OutgoingOptions | undefined;
  /** Nest's `Logger`: records on spans, ids in lines; `false` turns both off. */
  readonly logs?: boolean | LogsOptions | undefined;
  /** TypeORM queries; `false` turns their spans off. */
  readonly typeorm?: boolean | TypeOrmOptions | undefined;
  /**
   * Traces of how the application itself starts and ends, `app.bootstrap` and `app.shutdown`: their
   * phases, the hooks of every class, and what those do. A start that fails waits up to a second
   * for its trace to be delivered. Left out where another OpenTelemetry SDK is in charge.
   *
   * @default true
   */
  readonly lifecycle?: boolean | undefined;
  /** Metrics of requests, queries and of nestrace itself; `false` leaves them out. */
  readonly metrics?: boolean | MetricsOptions | undefined;
  /**
   * What is taken out of spans before they leave; `false` takes nothing out besides what is hidden
   * where spans are made.
   */
  readonly redaction?: boolean | RedactionOptions | undefined;
  /** The live trace panel inside the application; `false` leaves it out. */
  readonly panel?: boolean | PanelOptions | undefined;
  /** What happens when the application closes. */
  readonly shutdown?: ShutdownOptions | undefined;
}

/**
 * What the class given to `OtelModule.forRootAsync({ useClass })` or `{ useExisting }` has to be.
 *
 * @example
 * ```ts
 * @Injectable()
 * class OtelOptions implements OtelModuleOptionsFactory {
 *   constructor(private readonly config: ConfigService) {}
 *
 *   createOtelModuleOptions(): OtelModuleOptions {
 *     return { service: { name: this.config.getOrThrow('NAME') } };
 *   }
 * }
 * ```
 *
 * @publicApi
 */
export interface OtelModuleOptionsFactory {
  createOtelModuleOptions(): OtelModuleOptions | Promise<OtelModuleOptions>;
}

/** @publicApi */
export type OtelLogLevel = 'none' | 'error' | 'warn' | 'info' | 'debug' | 'verbose' | 'all';

/** @publicApi */
export interface ResourceOptions {
  /** Attributes every span of this process carries. They win over detected ones. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** @publicApi */
export interface ShutdownOptions {
  /**
   * Milliseconds the last spans get to reach their backends.
   *
   * @default 5000
   */
  readonly timeoutMs?: number | undefined;
}

/** Every option but the exporters, which come in several shapes and have a resolver of their own. */
export const otelSchema = {
  configFile: configFileOption,
  enabled: option(boolean, {
    env: [
      {
        name: 'OTEL_SDK_DISABLED',
        accepted: boolean.accepted,
        parse: (value) => {
          const isDisabled = boolean.parse(value);
          // Not to be disabled does not mean to be enabled: OTEL_ENABLED may still say no.
          return isDisabled === true ? false : isDisabled === false ? undefined : REFUSED;
        },
      },
      'OTEL_ENABLED',
    ],
    fallback: true,
  }),
  debug: option(boolean, { fallback: false }),
  logLevel: option(oneOf('none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'), {
    env: 'OTEL_LOG_LEVEL',
    fallback: (lookup) => (lookup('debug') === true ? 'debug' : 'warn'),
  }),
  environment: option(text, {
    env: [
      'OTEL_ENVIRONMENT',
      resourceVariable('deployment.environment.name'),
      { name: 'NODE_ENV', parse: text.parse, isHint: true },
    ],
    fallback: 'development',
  }),
  service: serviceSchema,
  resource: group({
    attributes: option(attributes, { env: 'OTEL_RESOURCE_ATTRIBUTES', fallback: {}, joins: true }),
  }),
  processor: option(oneOf('batch', 'simple'), { fallback: 'batch' }),
  batch: batchSchema,
  delivery: deliverySchema,
  processors: option(
    listOf(
      instanceWith<SpanProcessor>('a SpanProcessor', 'onStart', 'onEnd', 'shutdown', 'forceFlush'),
    ),
    { fallback: [] },
  ),
  sampling: samplingSchema,
  propagators: propagatorsOption,
  limits: limitsSchema,
  semconv: semconvSchema,
  http: httpSchema,
  autoTrace: autoTraceSchema,
  outgoing: outgoingSchema,
  logs: logsSchema,
  typeorm: typeOrmSchema,
  lifecycle: option(boolean, { fallback: true }),
  metrics: metricsSchema,
  redaction: redactionSchema,
  panel: panelSchema,
  shutdown: group({ timeoutMs: option(integer(0, 600_000), { fallback: 5000 }) }),
};
