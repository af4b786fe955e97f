import { createContextKey, SpanStatusCode, type Context, type Span } from '@opentelemetry/api';
import type { ServerResponse } from 'node:http';
import { noteFailure } from '../../core/failures.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NEST_CONTROLLER,
  ATTR_NEST_EXCEPTION_FILTER,
  ATTR_NEST_EXCEPTION_ORIGIN,
  ATTR_NEST_HANDLER,
  ATTR_NEST_MODULE,
  LEGACY,
} from '../../pipeline/attributes.js';
import { withValue } from '../../pipeline/context-frame.js';
import {
  errorType,
  isExpectedException,
  mayBecomeAnswer,
  originOf,
  recordException,
} from '../../pipeline/exceptions.js';
import { discardLocalTrace, localTraceOf, type TraceEntry } from '../../pipeline/local-trace.js';
import type { MeasuredRequest } from './measured-request.js';
import { onResponseEnd, RESPONSE_ABORTED, type BrokenOff } from './response-ending.js';

const REQUEST = createContextKey('nestrace.server-request');

/** The request a context belongs to, when it is recorded. */
export function requestOf(context: Context): ServerRequest | undefined {
  return context.getValue(REQUEST) as ServerRequest | undefined;
}

/** What is to be put on the span when the response is complete. */
export interface ResponseSettings {
  readonly headers: readonly (readonly [header: string, attribute: string])[];
  readonly legacyNames: boolean;
}

/** The controller method a request was routed to. */
export interface HandlerFacts {
  readonly controller: string;
  readonly handler: string;
  readonly module: string | undefined;
}

/** The SERVER span of one request, from its first byte until its connection is done with it. */
export class ServerRequest implements TraceEntry {
  private routed = false;
  private exceptionType: string | undefined;
  /** An exception of which only the answer tells whether it is a failure. */
  private undecided: unknown;

  constructor(
    readonly span: Span,
    private readonly method: string,
    private readonly settings: ResponseSettings,
    private readonly measured?: MeasuredRequest,
  ) {
    const local = localTraceOf(span);
    if (local?.root !== span) return;
    local.entry = this;
    local.isUndecided = true;
  }

  /** Makes the request known to everything that runs in the returned context. */
  enter(context: Context): Context {
    return withValue(context, REQUEST, this);
  }

  /**
   * Ends the span when the response is closed. Listeners run outside the context of the request, so
   * they hold the span, and what they need of its context.
   */
  follow(response: ServerResponse, active: Context): void {
    onResponseEnd(response, (brokenOff) => {
      this.describe(response, brokenOff);
      this.end();
      this.measured?.ended(response, brokenOff, active, this.span);
    });
  }

  /** Names the span by the template of its route. The last route that was tried wins. */
  routeTo(template: string): void {
    if (this.measured !== undefined) this.measured.route = template;
    if (!this.span.isRecording()) return;
    this.routed = true;
    this.span.updateName(`${this.method} ${template}`);
    this.span.setAttribute(ATTR_HTTP_ROUTE, template);
  }

  get hasRoute(): boolean {
    return this.routed;
  }

  handledBy(facts: HandlerFacts): void {
    // A response may be sent, by a timeout for example, before its handler is reached.
    if (!this.span.isRecording()) return;
    this.span.setAttribute(ATTR_NEST_CONTROLLER, facts.controller);
    this.span.setAttribute(ATTR_NEST_HANDLER, facts.handler);
    if (facts.module !== undefined) this.span.setAttribute(ATTR_NEST_MODULE, facts.module);
  }

  /** Whether the request may leave a trace: that depends on the handler it goes to. */
  isToBeSeen(isSeen: boolean): void {
    if (!isSeen) discardLocalTrace(this.span);
    localTraceOf(this.span)?.decide();
  }

  /** An exception came up to the framework. The status of the response decides about the span's. */
  threw(error: unknown): void {
    if (!this.span.isRecording()) return;
    const origin = originOf(this.span, error);
    if (origin !== undefined) this.span.setAttribute(ATTR_NEST_EXCEPTION_ORIGIN, origin);
    if (isExpectedException(error)) return;
    if (mayBecomeAnswer(error)) this.undecided = error;
    else this.failedBy(error);
  }

  filteredBy(filter: string): void {
    if (this.span.isRecording()) this.span.setAttribute(ATTR_NEST_EXCEPTION_FILTER, filter);
  }

  private failedBy(error: unknown): void {
    this.exceptionType = errorType(error);
    recordException(this.span, error);
  }

  private end(): void {
    try {
      if (this.span.isRecording()) this.span.end();
    } catch (error) {
      noteFailure('incoming.response', error);
    }
  }

  private describe(response: ServerResponse, brokenOff: BrokenOff): void {
    try {
      if (!this.span.isRecording()) return;
      if (response.headersSent) this.describeHead(response);
      if (brokenOff !== undefined) this.breakOff(brokenOff);
    } catch (error) {
      noteFailure('incoming.response', error);
    }
  }

  private describeHead(response: ServerResponse): void {
    const { statusCode } = response;
    this.span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
    if (this.settings.legacyNames) this.span.setAttribute(LEGACY.HTTP_STATUS_CODE, statusCode);
    for (const [header, attribute] of this.settings.headers) {
      const value = response.getHeader(header);
      if (value === undefined) continue;
      this.span.setAttribute(attribute, Array.isArray(value) ? value : [String(value)]);
    }
    if (statusCode < 500) return;
    if (this.undecided !== undefined) this.failedBy(this.undecided);
    this.span.setAttribute(ATTR_ERROR_TYPE, this.exceptionType ?? String(statusCode));
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /** Closed but not finished. That the client has left is no failure of the application. */
  private breakOff(brokenOff: Exclude<BrokenOff, undefined>): void {
    this.span.setAttribute(ATTR_ERROR_TYPE, brokenOff);
    if (brokenOff === RESPONSE_ABORTED) this.span.setStatus({ code: SpanStatusCode.ERROR });
  }
}
