import { boolean, either, integer, oneOf } from './schema/kind.js';
import { feature, option, type Resolved } from './schema/node.js';

/** @publicApi */
export type LogsLevel = 'verbose' | 'debug' | 'log' | 'warn' | 'error' | 'fatal';

/**
 * What Nest's `Logger` and traces have to do with each other: records become events of the span
 * they are written in, and lines carry the ids of that span.
 *
 * @publicApi
 */
export interface LogsOptions {
  /**
   * Records become events of the active span.
   *
   * @default true
   */
  readonly events?: boolean | undefined;
  /**
   * From which level on they do. It is a level of its own: a record the application's logger leaves
   * out may be an event all the same.
   *
   * @default 'log'
   */
  readonly level?: LogsLevel | undefined;
  /**
   * Events of this kind on one span; further ones are counted in `nest.log.omitted`. Records of the
   * levels `error` and `fatal` get a quarter more. Never more than half of `limits.eventCount` in
   * all, so that there is room for exceptions.
   *
   * @default 48
   */
  readonly maxPerSpan?: number | undefined;
  /**
   * Lines carry `trace_id` and `span_id`: those of Nest's `ConsoleLogger` as text and as JSON, and
   * those of the pino and winston loggers the application uses. `'json'` leaves text as it is.
   *
   * @default true
   */
  readonly ids?: boolean | 'json' | undefined;
}

export const logsSchema = feature({
  events: option(boolean, { fallback: true }),
  level: option(oneOf('verbose', 'debug', 'log', 'warn', 'error', 'fatal'), { fallback: 'log' }),
  maxPerSpan: option(integer(0, 10_000), { fallback: 48 }),
  ids: option(either(boolean, oneOf('json')), { fallback: true }),
});

export type ResolvedLogsOptions = Resolved<typeof logsSchema>;
