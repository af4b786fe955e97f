import { createContextKey, SpanStatusCode, type Context, type Span } from '@opentelemetry/api';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
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

/** The client closed the connection before the response was complete. */
const CLIENT_ABORTED = 'client_aborted';
/** The application did. */
const RESPONSE_ABORTED = 'response_aborted';

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
  private finished = false;
  private exceptionType: string | undefined;
  /** An exception of which only the answer tells whether it is a failure. */
  private undecided: unknown;

  constructor(
    readonly span: Span,
    private readonly method: string,
    private readonly settings: ResponseSettings,
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
   * Ends the span when the response is closed: that comes after every response, also after one
   * nobody waited for. Listeners run outside the context of the request, so they hold the span.
   */
  follow(response: ServerResponse): void {
    response.on('finish', () => {
      this.finished = true;
    });
    response.on('close', () => {
      try {
        if (!this.span.isRecording()) return;
        this.describe(response);
      } catch (error) {
        noteFailure('incoming.response', error);
      }
      this.end();
    });
  }

  /** Names the span by the template of its route. The last route that was tried wins. */
  routeTo(template: string): void {
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

  private describe(response: ServerResponse): void {
    if (response.headersSent) this.describeHead(response);
    // HTTP/2 says 'finish' about streams that were cancelled, too.
    if (!this.finished || !response.writableEnded) this.breakOff(response);
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
  private breakOff(response: ServerResponse): void {
    const torn = wasTornHere(response);
    this.span.setAttribute(ATTR_ERROR_TYPE, torn ? RESPONSE_ABORTED : CLIENT_ABORTED);
    if (torn) this.span.setStatus({ code: SpanStatusCode.ERROR });
  }
}

/**
 * Who closed the connection? A client that leaves ends or resets its side of it. When neither was
 * seen, the application has destroyed the response: a file that could not be read to its end. A
 * connection of HTTP/2 carries other requests too and tells nothing about this one.
 */
function wasTornHere({ req }: ServerResponse): boolean {
  // A request that was injected has only the likeness of a socket.
  const { readableEnded, errored } = req.socket as Partial<Socket>;
  return req.httpVersionMajor < 2 && readableEnded === false && !errored;
}
