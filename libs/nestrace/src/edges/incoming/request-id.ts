import type { Attributes } from '@opentelemetry/api';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { ATTR_HTTP_REQUEST_HEADER, ATTR_HTTP_RESPONSE_HEADER } from '../../pipeline/attributes.js';

const MAX_LENGTH = 128;
const ALLOWED = /^[A-Za-z0-9._:/+=@-]+$/;

/**
 * The id a request is known by: the one it came with, if that is fit to be written into logs and
 * headers, else a new one.
 */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && header.length <= MAX_LENGTH && ALLOWED.test(header)
    ? header
    : randomUUID();
}

/** The header that carries the request id, both ways. */
export class RequestIdHeader {
  private readonly key: string;
  private readonly givenAttribute: string;
  private readonly answeredAttribute: string;

  constructor(private readonly name: string) {
    this.key = name.toLowerCase();
    this.givenAttribute = ATTR_HTTP_REQUEST_HEADER(this.key);
    this.answeredAttribute = ATTR_HTTP_RESPONSE_HEADER(this.key);
  }

  /**
   * Answers a request with its id and returns what the span is to tell of it. An id that was given
   * but not used is not told: it could be anything.
   */
  answer(headers: IncomingHttpHeaders, response: ServerResponse): Attributes {
    const given = headers[this.key];
    const id = requestIdFrom(given);
    response.setHeader(this.name, id);
    return {
      [this.answeredAttribute]: [id],
      ...(id === given && { [this.givenAttribute]: [id] }),
    };
  }
}
