import { Logger } from '@nestjs/common';
import { TraceFlags, type SpanContext } from '@opentelemetry/api';
import type { ServerResponse } from 'node:http';
import type { ResolvedPanelOptions } from '../../config/panel.options.js';
import { noteFailure } from '../../core/failures.js';
import { OWN_LOG_CONTEXT } from '../../core/operations-log.js';
import type { PanelAddress } from '../../pipeline/panel-address.js';
import type { RawRequest } from './request-attributes.js';

/** What may stand in a `Host` header; it goes into a response, and into the log. */
const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/**
 * Tells a developer where the trace of a request is: in headers of its response, and in the log when
 * it has failed.
 */
export class TraceLinks {
  private readonly logger = new Logger(OWN_LOG_CONTEXT);

  constructor(
    private readonly options: Pick<ResolvedPanelOptions, 'linkHeader' | 'logLinks'>,
    private readonly address: PanelAddress,
  ) {}

  /** Never throws: the span of the request is open by now, and has to be ended. */
  announce(request: RawRequest, response: ServerResponse, ids: SpanContext): void {
    try {
      this.tell(request, response, ids);
    } catch (error) {
      noteFailure('incoming.response', error);
    }
  }

  private tell(request: RawRequest, response: ServerResponse, ids: SpanContext): void {
    const url = this.urlOf(request, ids.traceId);
    if (url === undefined) return;
    const { linkHeader, logLinks } = this.options;
    if (linkHeader !== false) {
      response.setHeader(linkHeader, url);
      // Browsers show it among the timings of a request.
      const flags = (ids.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
      const traceparent = `00-${ids.traceId}-${ids.spanId}-${flags}`;
      const timing = `traceparent;desc="${traceparent}"`;
      // Something in front of the application may have timed already.
      if (response.hasHeader('server-timing')) response.appendHeader('server-timing', timing);
      else response.setHeader('server-timing', timing);
    }
    if (logLinks === false) return;
    const target = request.originalUrl ?? request.url ?? '';
    response.once('close', () => {
      try {
        this.say(`${request.method} ${withoutQuery(target)}`, response.statusCode, url);
      } catch (error) {
        noteFailure('log', error);
      }
    });
  }

  private say(request: string, status: number, url: string): void {
    if (status >= 500) this.logger.warn(`${request} answered ${status}: ${url}`);
    else if (this.options.logLinks === 'all')
      this.logger.log(`${request} answered ${status}: ${url}`);
  }

  private urlOf(request: RawRequest, traceId: string): string | undefined {
    const { path } = this.address;
    const host = request.headers.host ?? request.headers[':authority'];
    if (path === undefined || typeof host !== 'string' || !HOST.test(host)) return undefined;
    const isEncrypted = (request.socket as { encrypted?: boolean } | undefined)?.encrypted === true;
    return `${isEncrypted ? 'https' : 'http'}://${host}${path}/t/${traceId}`;
  }
}

function withoutQuery(target: string): string {
  const question = target.indexOf('?');
  return question === -1 ? target : target.slice(0, question);
}
