/**
 * Every name nestrace puts on telemetry. Stable ones come from the semantic conventions package;
 * names still in development are copied here, as that package asks.
 */
export {
  ATTR_CLIENT_ADDRESS,
  ATTR_CODE_FILE_PATH,
  ATTR_CODE_FUNCTION_NAME,
  ATTR_CODE_LINE_NUMBER,
  ATTR_DB_NAMESPACE,
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_QUERY_TEXT,
  ATTR_DB_RESPONSE_STATUS_CODE,
  ATTR_DB_SYSTEM_NAME,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_REQUEST_HEADER,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_HEADER,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_OTEL_SCOPE_NAME,
  ATTR_OTEL_SCOPE_VERSION,
  ATTR_OTEL_STATUS_CODE,
  ATTR_RPC_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
  METRIC_DB_CLIENT_OPERATION_DURATION,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from '@opentelemetry/semantic-conventions';

/** What Zipkin has no place of its own for: https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/ */
export const ATTR_OTEL_DROPPED_ATTRIBUTES_COUNT = 'otel.dropped_attributes_count';
export const ATTR_OTEL_DROPPED_EVENTS_COUNT = 'otel.dropped_events_count';
export const ATTR_OTEL_DROPPED_LINKS_COUNT = 'otel.dropped_links_count';

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/ (development) */
export const ATTR_DB_RESPONSE_RETURNED_ROWS = 'db.response.returned_rows';
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/ (development) */
export const ATTR_DB_QUERY_PARAMETER = (key: string): string => `db.query.parameter.${key}`;
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/ (development) */
export const PREFIX_DB_QUERY_PARAMETER = ATTR_DB_QUERY_PARAMETER('');
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/host/ (development) */
export const ATTR_HOST_NAME = 'host.name';
export const ATTR_HOST_ARCH = 'host.arch';
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/os/ (development) */
export const ATTR_OS_TYPE = 'os.type';
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/process/ (development) */
export const ATTR_PROCESS_PID = 'process.pid';
export const ATTR_PROCESS_RUNTIME_VERSION = 'process.runtime.version';
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/rpc/ (release candidate) */
export const ATTR_RPC_SYSTEM_NAME = 'rpc.system.name';
export const ATTR_RPC_METHOD = 'rpc.method';
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/messaging/ (development) */
export const ATTR_MESSAGING_SYSTEM = 'messaging.system';
export const ATTR_MESSAGING_DESTINATION_NAME = 'messaging.destination.name';
export const ATTR_MESSAGING_OPERATION_NAME = 'messaging.operation.name';
export const ATTR_MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/graphql/ (development) */
export const ATTR_GRAPHQL_OPERATION_TYPE = 'graphql.operation.type';
export const ATTR_GRAPHQL_OPERATION_NAME = 'graphql.operation.name';

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/otel/ (development) */
export const ATTR_OTEL_COMPONENT_NAME = 'otel.component.name';
export const ATTR_OTEL_COMPONENT_TYPE = 'otel.component.type';
export const ATTR_OTEL_SPAN_PARENT_ORIGIN = 'otel.span.parent.origin';
export const ATTR_OTEL_SPAN_SAMPLING_RESULT = 'otel.span.sampling_result';

/** https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/ (development) */
export const METRIC_OTEL_SDK_SPAN_STARTED = 'otel.sdk.span.started';
export const METRIC_OTEL_SDK_SPAN_LIVE = 'otel.sdk.span.live';
export const METRIC_OTEL_SDK_PROCESSOR_SPAN_PROCESSED = 'otel.sdk.processor.span.processed';
export const METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE = 'otel.sdk.processor.span.queue.size';
export const METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY =
  'otel.sdk.processor.span.queue.capacity';
export const METRIC_OTEL_SDK_EXPORTER_SPAN_INFLIGHT = 'otel.sdk.exporter.span.inflight';
export const METRIC_OTEL_SDK_EXPORTER_SPAN_EXPORTED = 'otel.sdk.exporter.span.exported';
export const METRIC_OTEL_SDK_EXPORTER_OPERATION_DURATION = 'otel.sdk.exporter.operation.duration';

/** The part of Nest a span stands for. */
export const ATTR_NEST_TYPE = 'nest.type';
export const NEST_TYPE_REQUEST = 'request';
export const NEST_TYPE_PROVIDER = 'provider';
export const NEST_TYPE_MIDDLEWARE = 'middleware';
export const NEST_TYPE_GUARD = 'guard';
export const NEST_TYPE_PIPE = 'pipe';
export const NEST_TYPE_INTERCEPTOR = 'interceptor';
export const NEST_TYPE_HANDLER = 'handler';
export const NEST_TYPE_FILTER = 'filter';
export const NEST_TYPE_OPERATION = 'operation';
export const NEST_TYPE_DB_QUERY = 'db.query';
export const NEST_TYPE_DB_TRANSACTION = 'db.transaction';
export const NEST_TYPE_LIFECYCLE = 'lifecycle';
/** Name of the module class the controller belongs to. */
export const ATTR_NEST_MODULE = 'nest.module';
/** Name of the controller class. */
export const ATTR_NEST_CONTROLLER = 'nest.controller';
/** Name of the handler method. */
export const ATTR_NEST_HANDLER = 'nest.handler';
/** What a guard decided: `allow`, `deny` or `throw`. */
export const ATTR_NEST_GUARD_OUTCOME = 'nest.guard.outcome';
/** Where the argument of a pipe comes from: `param`, `query`, `body` or `custom`. */
export const ATTR_NEST_PIPE_SOURCE = 'nest.pipe.source';
/** Name of the argument of a pipe, for example `id`. */
export const ATTR_NEST_PIPE_ARGUMENT = 'nest.pipe.argument';
/** Which side of the handler an interceptor was on: `before` or `after`. */
export const ATTR_NEST_INTERCEPTOR_PHASE = 'nest.interceptor.phase';
/** On a request: the filter that answered for its exception. */
export const ATTR_NEST_EXCEPTION_FILTER = 'nest.exception.filter';
/** On a request: the span in which its exception was first thrown. */
export const ATTR_NEST_EXCEPTION_ORIGIN = 'nest.exception.origin';
/** How many calls this one span stands for. */
export const ATTR_NEST_FOLDED_COUNT = 'nest.folded.count';
/** How long all of them took together, in milliseconds. */
export const ATTR_NEST_FOLDED_DURATION_MS = 'nest.folded.duration_ms';
/** On the local root: spans beyond the limit of a trace. */
export const ATTR_NEST_TRACE_OMITTED_SPANS = 'nest.trace.omitted_spans';
/** On the local root: why it was exported although it was not sampled: `error`, `slow` or `custom`. */
export const ATTR_NEST_TRACE_KEPT = 'nest.trace.kept';
/** What started an operation: `cron`, `interval`, `timeout` or `event`. */
export const ATTR_NEST_OPERATION_TRIGGER = 'nest.operation.trigger';
/** Name of the job in the scheduler, or of the event. */
export const ATTR_NEST_OPERATION_NAME = 'nest.operation.name';
/** When a job runs: a cron expression, or an interval such as `5000 ms`. */
export const ATTR_NEST_OPERATION_SCHEDULE = 'nest.operation.schedule';
/** The query took longer than the configured limit. */
export const ATTR_NEST_DB_SLOW = 'nest.db.slow';
/** The same statement ran many times under the same parent. */
export const ATTR_NEST_DB_N_PLUS_ONE = 'nest.db.n_plus_one';
/** On the local root: how many of its queries carry the flag above. */
export const ATTR_NEST_DB_N_PLUS_ONE_COUNT = 'nest.db.n_plus_one.count';
/** `commit` or `rollback`. */
export const ATTR_NEST_DB_TRANSACTION_OUTCOME = 'nest.db.transaction.outcome';

/** In a document of the panel: the span had not ended, and its end is when it was written. */
export const ATTR_NEST_SPAN_OPEN = 'nest.span.open';

/** The signal that ended the application. */
export const ATTR_NEST_SHUTDOWN_SIGNAL = 'nest.shutdown.signal';

/** Name of the event an exception is recorded as. */
export const EVENT_EXCEPTION = 'exception';

/** Name of the event a line of the log is recorded as. */
export const EVENT_LOG = 'log';
/** Of such an event: the level, by the name Nest gives it. */
export const ATTR_LOG_SEVERITY = 'log.severity';
/** Of such an event: the text of the line. */
export const ATTR_LOG_MESSAGE = 'log.message';
/** Of such an event: the context of the logger, nearly always the name of a class. */
export const ATTR_NEST_LOG_CONTEXT = 'nest.log.context';
/** On a span: lines of the log it had no room for. */
export const ATTR_NEST_LOG_OMITTED = 'nest.log.omitted';

/**
 * Where others put the level and the text of a line of the log that they record as an event; the
 * first one that is there counts.
 */
export const LOG_LEVEL_KEYS: readonly string[] = [
  ATTR_LOG_SEVERITY,
  'log.level',
  'severity_text',
  'severity',
  'level',
];
export const LOG_MESSAGE_KEYS: readonly string[] = [ATTR_LOG_MESSAGE, 'message', 'msg', 'body'];

/** Names of the time before the conventions were stable, for `OTEL_SEMCONV_STABILITY_OPT_IN=…/dup`. */
export const LEGACY = {
  HTTP_METHOD: 'http.method',
  HTTP_TARGET: 'http.target',
  HTTP_URL: 'http.url',
  HTTP_SCHEME: 'http.scheme',
  HTTP_STATUS_CODE: 'http.status_code',
  HTTP_USER_AGENT: 'http.user_agent',
  HTTP_FLAVOR: 'http.flavor',
  HTTP_CLIENT_IP: 'http.client_ip',
  NET_HOST_NAME: 'net.host.name',
  NET_HOST_PORT: 'net.host.port',
  NET_PEER_NAME: 'net.peer.name',
  NET_PEER_PORT: 'net.peer.port',
  DB_SYSTEM: 'db.system',
  DB_NAME: 'db.name',
  DB_STATEMENT: 'db.statement',
  DB_OPERATION: 'db.operation',
  RPC_SYSTEM: 'rpc.system',
  CODE_FILEPATH: 'code.filepath',
  CODE_LINENO: 'code.lineno',
  CODE_FUNCTION: 'code.function',
} as const;
