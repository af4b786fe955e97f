import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { redactUrl } from '../../core/redaction/redact-url.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  LEGACY,
} from '../../pipeline/attributes.js';
import { telemetryFor } from '../../pipeline/current-telemetry.js';
import { errorType, messageOf } from '../../pipeline/exceptions.js';
import { isKnownMethod, spanMethod } from '../../pipeline/http-method.js';
import { isLeftOut } from '../../pipeline/left-out.js';
import { livingContext } from '../../pipeline/lifecycle-scope.js';
import { localTraceOf, type LocalTrace } from '../../pipeline/local-trace.js';
import { remoteParentOf } from '../../pipeline/remote-parent.js';
import { timeAt } from '../../pipeline/span-clock.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import { OutgoingCall, type CallFacts } from './outgoing-call.js';
import { outgoingSettings, type OutgoingSettings } from './outgoing-settings.js';

/** Whether a call made right now could be of interest; asked before anything is looked at. */
export function mayTrace(): boolean {
  const active = context.active();
  const parent = trace.getSpan(active);
  return telemetryFor(parent, active) !== undefined && !isTracingSuppressed(active);
}

/**
 * Starts the span of an outgoing call and sends the trace context along. What is not recorded is
 * not started, but its context still travels: the next service has to know the decision.
 */
export function startClientSpan(facts: CallFacts): ClientSpan | undefined {
  const active = livingContext(context.active());
  const parent = trace.getSpan(active);
  const telemetry = telemetryFor(parent, active);
  const settings = telemetry && outgoingSettings.of(telemetry);
  if (telemetry === undefined || settings === undefined) return undefined;
  const call = new OutgoingCall(facts);
  if (settings.ignores(call) || isTracedElsewhere(call, active, telemetry)) return undefined;
  if (parent !== undefined && isLeftOut(parent)) {
    inject(call, active, telemetry, settings);
    return undefined;
  }
  const span = telemetry.tracer.startSpan(
    spanMethod(call.method),
    {
      kind: SpanKind.CLIENT,
      attributes: attributesOf(call, settings.legacyNames),
    },
    active,
  );
  inject(call, trace.setSpan(active, span), telemetry, settings);
  return new ClientSpan(span, settings.legacyNames);
}

/**
 * A call that already carries a trace context was traced by another instrumentation, or the
 * application sends a context of its own choice. But one that names the caller of this service, as
 * the headers of a request that are passed on do, or the span that is active, is only passed on by
 * hand; unless that span is a call itself.
 */
function isTracedElsewhere(call: OutgoingCall, active: Context, telemetry: Telemetry): boolean {
  const carried = trace.getSpanContext(telemetry.propagator.extract(ROOT_CONTEXT, call, HEADERS));
  if (carried === undefined || isSame(carried, remoteParentOf(active))) return false;
  const parent = trace.getSpan(active);
  if (!isSame(carried, parent?.spanContext())) return true;
  return (parent as { kind?: SpanKind }).kind === SpanKind.CLIENT;
}

function isSame(one: SpanContext, other: SpanContext | undefined): boolean {
  return one.traceId === other?.traceId && one.spanId === other.spanId;
}

function inject(
  call: OutgoingCall,
  active: Context,
  telemetry: Telemetry,
  settings: OutgoingSettings,
): void {
  if (settings.propagatesTo(call)) telemetry.propagator.inject(active, call, HEADERS);
}

const HEADERS: TextMapGetter<OutgoingCall> & TextMapSetter<OutgoingCall> = {
  get: (call, name) => call.getHeader(name),
  keys: () => [],
  set: (call, name, value) => {
    call.setHeader(name, value);
  },
};

function attributesOf(call: OutgoingCall, legacyNames: boolean): Attributes {
  const known = isKnownMethod(call.method);
  const url = redactUrl(call.url);
  const port = call.serverPort;
  const attributes: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: known ? call.method : '_OTHER',
    [ATTR_SERVER_ADDRESS]: call.host,
    [ATTR_URL_FULL]: url,
  };
  if (port !== undefined) attributes[ATTR_SERVER_PORT] = port;
  if (!known) attributes[ATTR_HTTP_REQUEST_METHOD_ORIGINAL] = call.method;
  if (legacyNames) {
    attributes[LEGACY.HTTP_METHOD] = call.method;
    attributes[LEGACY.HTTP_URL] = url;
    attributes[LEGACY.NET_PEER_NAME] = call.host;
    if (port !== undefined) attributes[LEGACY.NET_PEER_PORT] = port;
  }
  return attributes;
}

/** The CLIENT span of one call. */
export class ClientSpan {
  private readonly local: LocalTrace | undefined;
  private headAt = 0;

  constructor(
    private readonly span: Span,
    private readonly legacyNames: boolean,
  ) {
    this.local = localTraceOf(span);
  }

  /**
   * The head of the response has arrived. The span goes on until the body has come to its end, but
   * nobody may ever read it: so it ends with its trace at the latest, and right here when there is
   * nothing to wait for. It then ends at the head.
   */
  responded(status: number): void {
    if (!this.span.isRecording()) return;
    this.describe(status);
    this.headAt = performance.now();
    const { local } = this;
    if (local === undefined || local.root === this.span || !local.root.isRecording()) {
      this.span.end();
    } else {
      (local.endsWithRoot ??= new Set()).add(this.endAtHead);
    }
  }

  /** The call did not get that far. Its exception is recorded where it is thrown. */
  failed(error: unknown): void {
    if (!this.span.isRecording() || isCancelled(error)) return;
    const { code } = error as { code?: unknown };
    this.span.setAttribute(ATTR_ERROR_TYPE, typeof code === 'string' ? code : errorType(error));
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  }

  end(): void {
    this.local?.endsWithRoot?.delete(this.endAtHead);
    if (this.span.isRecording()) this.span.end();
  }

  /** For a client every status from 400 on is an error. */
  private describe(status: number): void {
    this.span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
    if (this.legacyNames) this.span.setAttribute(LEGACY.HTTP_STATUS_CODE, status);
    if (status < 400) return;
    this.span.setAttribute(ATTR_ERROR_TYPE, String(status));
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  private readonly endAtHead = (): void => {
    if (this.local === undefined || !this.span.isRecording()) return;
    this.span.end(timeAt(this.local.clockOffset, this.headAt));
  };
}

/** Axios, and Node about what feeds a pipeline whose other end is gone. */
const CANCELLED: ReadonlySet<unknown> = new Set(['ERR_CANCELED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** A caller that loses interest has not failed; one whose time is up has. */
function isCancelled(error: unknown): boolean {
  const { name, code, cause } = error as Error & { code?: unknown; cause?: { name?: unknown } };
  return CANCELLED.has(code) || (name === 'AbortError' && cause?.name !== 'TimeoutError');
}
