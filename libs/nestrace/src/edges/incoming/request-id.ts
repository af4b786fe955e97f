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

/** The header that carries the request id, both ways; without a name there are no request ids. */
export class RequestIdHeader {
  private readonly key: string;
  private readonly givenAttribute: string;
  private readonly answeredAttribute: string;

  constructor(private readonly name: string | false) {
    this.key = name === false ? '' : name.toLowerCase();
    this.givenAttribute = ATTR_HTTP_REQUEST_HEADER(this.key);
    this.answeredAttribute = ATTR_HTTP_RESPONSE_HEADER(this.key);
  }

  /** Answers a request with its id, and returns it. */
  answer(headers: IncomingHttpHeaders, response: ServerResponse): string | undefined {
    if (this.name === false) return undefined;
    const id = requestIdFrom(headers[this.key]);
    response.setHeader(this.name, id);
    return id;
  }

  /**
   * Adds what a span is to tell of the id. One that was given but not used is not told: it could be
   * anything.
   */
  describe(
    id: string | undefined,
    headers: IncomingHttpHeaders,
    attributes: Attributes,
  ): Attributes {
    if (id === undefined) return attributes;
    attributes[this.answeredAttribute] = [id];
    if (headers[this.key] === id) attributes[this.givenAttribute] = [id];
    return attributes;
  }
}
