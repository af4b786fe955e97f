import {
  context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Histogram,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { Server, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { ResolvedHttpOptions } from '../../config/http.options.js';
import type { IgnoreRequest } from '../../config/sampling.options.js';
import { ATTR_HTTP_RESPONSE_HEADER } from '../../pipeline/attributes.js';
import { withSpan } from '../../pipeline/context-frame.js';
import { spanMethod } from '../../pipeline/http-method.js';
import { withRemoteParent } from '../../pipeline/remote-parent.js';
import { startDescribed } from '../../pipeline/spans/span-tracer.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import { untracedContext } from '../../pipeline/untraced.js';
import { MeasuredRequest } from './measured-request.js';
import { RequestDescriber, splitTarget, type RawRequest } from './request-attributes.js';
import { RequestIdHeader } from './request-id.js';
import { ServerRequest, type ResponseSettings } from './server-request.js';
import type { TraceLinks } from './trace-links.js';

/** How requests become SERVER spans. */
export class HttpSpans {
  private readonly describer: RequestDescriber;
  private readonly responseSettings: ResponseSettings;
  private readonly adoptsForeignSpans: boolean;
  private readonly requestId: RequestIdHeader;

  constructor(
    private readonly telemetry: Telemetry,
    private readonly options: ResolvedHttpOptions,
    private readonly ignores: (request: IgnoreRequest) => boolean,
    settings: { readonly legacyNames: boolean; readonly adoptsForeignSpans: boolean },
    private readonly links?: TraceLinks,
    /** Where durations go, while somebody collects them. */
    private readonly durations: () => Histogram | undefined = () => undefined,
  ) {
    this.describer = new RequestDescriber(options, settings.legacyNames);
    this.responseSettings = {
      headers: options.captureResponseHeaders.map((header) => [
        header,
        ATTR_HTTP_RESPONSE_HEADER(header),
      ]),
      legacyNames: settings.legacyNames,
    };
    this.adoptsForeignSpans = settings.adoptsForeignSpans;
    this.requestId = new RequestIdHeader(options.requestIdHeader);
  }

  /**
   * Opens the SERVER span of a request, or takes over the one another SDK has opened; the rest of
   * the request has to run in the result.
   */
  open(request: RawRequest, response: ServerResponse): Context {
    const method = request.method ?? '';
    const { path, query } = splitTarget(request.originalUrl ?? request.url ?? '/');
    const { headers } = request;
    const foreign = this.adoptsForeignSpans ? foreignServerSpan() : undefined;
    const parent = foreign === undefined ? this.sentWith(headers) : contextOf(foreign);
    const facts = { method, path, headers };
    if (this.ignores(facts)) return untracedContext(parent);
    const id = this.requestId.answer(headers, response);
    const name = spanMethod(method);
    const describe = (): Attributes =>
      this.requestId.describe(id, headers, this.describer.describe(request, path, query));
    const { tracer } = this.telemetry;
    const span = foreign ?? startDescribed(tracer, name, SpanKind.SERVER, describe, parent, facts);
    const { traceIdHeader } = this.options;
    if (traceIdHeader !== false) response.setHeader(traceIdHeader, span.spanContext().traceId);
    // A request of another instrumentation is measured by it.
    const histogram = foreign === undefined ? this.durations() : undefined;
    const measured = histogram && new MeasuredRequest(request, histogram);
    if (!span.isRecording()) {
      const active = withSpan(parent, span);
      return measured === undefined ? active : measured.follow(response, active);
    }
    this.links?.announce(request, response, span.spanContext());
    const serverRequest = new ServerRequest(span, name, this.responseSettings, measured);
    const active = withSpan(serverRequest.enter(parent), span);
    // A span of another SDK is described and ended by it.
    if (foreign === undefined) serverRequest.follow(response, active);
    else span.setAttributes(this.requestId.describe(id, headers, {}));
    return active;
  }

  /**
   * The parent comes from the headers alone. What is active is whatever was active when the server
   * began to listen, the span of a start-up task for example.
   */
  private sentWith(headers: IncomingHttpHeaders): Context {
    const sent = this.telemetry.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    return withRemoteParent(sent, trace.getSpanContext(sent));
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

function contextOf(foreign: Span): Context {
  const { parentSpanContext } = foreign as { parentSpanContext?: SpanContext };
  return withRemoteParent(context.active(), parentSpanContext);
}

/** Instrumentations leave the original beside the function they put in its place. */
function isServerPatched(): boolean {
  return '__original' in Server.prototype.emit;
}
