import {
  context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { Server, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { ResolvedHttpOptions } from '../../config/http.options.js';
import type { IgnoreRequest } from '../../config/sampling.options.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import { untracedContext } from '../../pipeline/untraced.js';
import {
  RequestDescriber,
  spanMethod,
  splitTarget,
  type RawRequest,
} from './request-attributes.js';
import { requestIdFrom } from './request-id.js';
import { ServerRequest, type ResponseSettings } from './server-request.js';

/** How requests become SERVER spans. */
export class HttpSpans {
  private readonly describer: RequestDescriber;
  private readonly responseSettings: ResponseSettings;
  private readonly adoptsForeignSpans: boolean;

  constructor(
    private readonly telemetry: Telemetry,
    private readonly options: ResolvedHttpOptions,
    private readonly ignores: (request: IgnoreRequest) => boolean,
    settings: { readonly legacyNames: boolean; readonly adoptsForeignSpans: boolean },
  ) {
    this.describer = new RequestDescriber(options, settings.legacyNames);
    this.responseSettings = {
      captureResponseHeaders: options.captureResponseHeaders,
      legacyNames: settings.legacyNames,
    };
    this.adoptsForeignSpans = settings.adoptsForeignSpans;
  }

  /** Opens the SERVER span of a request; the rest of the request has to run in the result. */
  open(request: RawRequest, response: ServerResponse): Context {
    const method = request.method ?? '';
    const { path, query } = splitTarget(request.originalUrl ?? request.url ?? '/');
    const { headers } = request;
    const foreign = this.adoptsForeignSpans ? foreignServerSpan() : undefined;
    if (foreign !== undefined) {
      return new ServerRequest(foreign, spanMethod(method), this.responseSettings).enter(
        context.active(),
      );
    }
    // The parent comes from the headers alone. What is active here is whatever was active when the
    // server began to listen, the span of a start-up task for example.
    const remote = this.telemetry.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    if (this.ignores({ method, path, headers })) return untracedContext(remote);
    this.answerRequestId(headers, response);
    const span = this.telemetry.tracer.startSpan(
      spanMethod(method),
      {
        kind: SpanKind.SERVER,
        attributes: this.describer.describe(request, path, query),
      },
      remote,
    );
    const { traceIdHeader } = this.options;
    if (traceIdHeader !== false) response.setHeader(traceIdHeader, span.spanContext().traceId);
    const traced = trace.setSpan(remote, span);
    if (!span.isRecording()) return traced;
    const serverRequest = new ServerRequest(span, spanMethod(method), this.responseSettings);
    serverRequest.follow(response);
    return serverRequest.enter(traced);
  }

  private answerRequestId(headers: IncomingHttpHeaders, response: ServerResponse): void {
    const { requestIdHeader } = this.options;
    if (requestIdHeader === false) return;
    response.setHeader(requestIdHeader, requestIdFrom(headers[requestIdHeader.toLowerCase()]));
  }
}

/**
 * Another SDK's HTTP instrumentation has already opened the span of this request. One it decided
 * not to record has no kind to tell it by; then its patch on the server does.
 */
function foreignServerSpan(): Span | undefined {
  const active = trace.getActiveSpan();
  if (active === undefined) return undefined;
  if (!active.isRecording()) return isServerPatched() ? active : undefined;
  return (active as { kind?: SpanKind }).kind === SpanKind.SERVER ? active : undefined;
}

/** Instrumentations leave the original beside the function they put in its place. */
function isServerPatched(): boolean {
  return '__original' in Server.prototype.emit;
}
