import { attributes, REFUSED, text } from './schema/kind.js';
import { group, option, type EnvBinding } from './schema/node.js';
import { nearestPackage } from './nearest-package.js';

/**
 * Who sends the telemetry (https://opentelemetry.io/docs/specs/semconv/resource/#service).
 *
 * @publicApi
 */
export interface ServiceOptions {
  /**
   * `service.name`. Environment: `OTEL_SERVICE_NAME`, `service.name` in `OTEL_RESOURCE_ATTRIBUTES`.
   *
   * @default the name in the package.json nearest to the started script
   */
  readonly name?: string | undefined;
  /**
   * `service.version`. Environment: `OTEL_SERVICE_VERSION`, `service.version` in
   * `OTEL_RESOURCE_ATTRIBUTES`.
   *
   * @default the version in the same package.json
   */
  readonly version?: string | undefined;
  /** `service.namespace`: the system several services belong to. No default. */
  readonly namespace?: string | undefined;
  /**
   * `service.instance.id`: unique for each running process.
   *
   * @default a random UUID
   */
  readonly instanceId?: string | undefined;
}

/** Lets `OTEL_RESOURCE_ATTRIBUTES` give one option, as the OpenTelemetry rules want. */
export function resourceVariable(attribute: string): EnvBinding<string> {
  return {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    accepted: 'key=value pairs separated by commas, values percent-encoded',
    parse: (value) => {
      const pairs = attributes.parse(value);
      if (pairs === REFUSED) return REFUSED;
      const found = pairs[attribute];
      return typeof found === 'string' && found !== '' ? found : undefined;
    },
  };
}

export const serviceSchema = group({
  name: option(text, {
    env: ['OTEL_SERVICE_NAME', resourceVariable('service.name')],
    fallback: () => nearestPackage().name ?? 'unknown_service:node',
  }),
  version: option<string | undefined>(text, {
    env: ['OTEL_SERVICE_VERSION', resourceVariable('service.version')],
    fallback: () => nearestPackage().version,
  }),
  namespace: option<string | undefined>(text, {
    env: [resourceVariable('service.namespace')],
    fallback: undefined,
  }),
  instanceId: option<string>(text, {
    env: [resourceVariable('service.instance.id')],
    fallback: () => crypto.randomUUID(),
  }),
});
