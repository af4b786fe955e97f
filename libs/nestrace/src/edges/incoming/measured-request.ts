import {
  createContextKey,
  type Attributes,
  type Context,
  type Histogram,
  type Span,
} from '@opentelemetry/api';
import type { ServerResponse } from 'node:http';
import { noteFailure } from '../../core/failures.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_URL_SCHEME,
} from '../../pipeline/attributes.js';
import { withValue } from '../../pipeline/context-frame.js';
import { RecordedSpan } from '../../pipeline/spans/recorded-span.js';
import { knownMethod } from '../../pipeline/http-method.js';
import { protocolVersion, schemeOf, type RawRequest } from './request-attributes.js';
import { onResponseEnd, type BrokenOff } from './response-ending.js';

const MEASURED = createContextKey('nestrace.measured-request');

/** The request a context belongs to, when it is measured and not recorded. */
export function measuredRequestOf(context: Context): MeasuredRequest | undefined {
  return context.getValue(MEASURED) as MeasuredRequest | undefined;
}

/**
 * How long one request takes, for the histogram. It is the same whether the request is recorded or
 * not, and so are its attributes: the exception behind a 5xx, which only recorded requests know of,
 * is none of them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
export class MeasuredRequest {
  /** The template of its route, once it is known. */
  route: string | undefined;
  private readonly startedAt = performance.now();
  /** Read at once: middleware may set another method, and a closed connection tells nothing. */
  private readonly attributes: Attributes;

  constructor(
    request: RawRequest,
    private readonly histogram: Histogram,
  ) {
    this.attributes = {
      [ATTR_HTTP_REQUEST_METHOD]: knownMethod(request.method ?? ''),
      [ATTR_URL_SCHEME]: schemeOf(request),
      [ATTR_NETWORK_PROTOCOL_VERSION]: protocolVersion(request.httpVersion),
    };
  }

  /** Measures a request that has no span, and makes it known in the returned context. */
  follow(response: ServerResponse, around: Context): Context {
    const active = withValue(around, MEASURED, this);
    onResponseEnd(response, (brokenOff) => {
      this.ended(response, brokenOff, active);
    });
    return active;
  }

  /** Takes the time of the span, where there is one, so that both tell the same. */
  ended(response: ServerResponse, brokenOff: BrokenOff, active: Context, span?: Span): void {
    try {
      this.describe(response, brokenOff);
      const isTimed = span instanceof RecordedSpan && span.ended;
      const ms = isTimed ? span.durationMs : performance.now() - this.startedAt;
      this.histogram.record(ms / 1000, this.attributes, active);
    } catch (error) {
      noteFailure('metrics', error);
    }
  }

  private describe({ headersSent, statusCode }: ServerResponse, brokenOff: BrokenOff): void {
    const { attributes, route } = this;
    if (route !== undefined) attributes[ATTR_HTTP_ROUTE] = route;
    if (headersSent) attributes[ATTR_HTTP_RESPONSE_STATUS_CODE] = statusCode;
    if (brokenOff !== undefined) attributes[ATTR_ERROR_TYPE] = brokenOff;
    else if (headersSent && statusCode >= 500) attributes[ATTR_ERROR_TYPE] = String(statusCode);
  }
}
