import type { Attributes } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import type { ResolvedHttpOptions } from '../../config/http.options.js';
import { compilePatterns } from '../../core/matcher.js';
import { redactQuery } from '../../core/redaction/redact-query.js';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_HTTP_REQUEST_HEADER,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_NEST_TYPE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
  LEGACY,
  NEST_TYPE_REQUEST,
} from '../../pipeline/attributes.js';
import { isKnownMethod, knownMethod } from '../../pipeline/http-method.js';

/** A request as Node hands it over; Express adds the URL it had before routers cut it. */
export type RawRequest = IncomingMessage & { readonly originalUrl?: string };

/** Path and query of a request target, which may be absolute (`GET http://host/path`). */
export function splitTarget(target: string): { path: string; query: string | undefined } {
  const start = target.startsWith('/') ? 0 : startOfPath(target);
  const hash = target.indexOf('#', start);
  const text = target.slice(start, hash === -1 ? undefined : hash);
  const question = text.indexOf('?');
  if (question === -1) return { path: text === '' ? '/' : text, query: undefined };
  return { path: text.slice(0, question) || '/', query: text.slice(question + 1) };
}

function startOfPath(target: string): number {
  const scheme = target.indexOf('://');
  if (scheme === -1) return 0;
  const slash = target.indexOf('/', scheme + 3);
  return slash === -1 ? target.length : slash;
}

/** Turns requests into attributes, following the options. */
export class RequestDescriber {
  private readonly alsoSecret: (key: string) => boolean;
  private readonly headerKeys: readonly (readonly [header: string, attribute: string])[];

  constructor(
    private readonly options: ResolvedHttpOptions,
    private readonly legacyNames: boolean,
  ) {
    this.alsoSecret = compilePatterns(options.redactQueryKeys);
    // The request id is told by RequestIdHeader, which has checked it.
    const requestId =
      options.requestIdHeader === false ? '' : options.requestIdHeader.toLowerCase();
    this.headerKeys = options.captureRequestHeaders
      .filter((name) => name !== requestId)
      .map((name) => [name, ATTR_HTTP_REQUEST_HEADER(name)] as const);
  }

  describe(request: RawRequest, path: string, rawQuery: string | undefined): Attributes {
    const method = request.method ?? '';
    const scheme = schemeOf(request);
    const attributes: Attributes = {
      [ATTR_NEST_TYPE]: NEST_TYPE_REQUEST,
      [ATTR_HTTP_REQUEST_METHOD]: knownMethod(method),
      [ATTR_URL_PATH]: path,
      [ATTR_URL_SCHEME]: scheme,
      [ATTR_NETWORK_PROTOCOL_VERSION]: protocolVersion(request.httpVersion),
    };
    if (!isKnownMethod(method)) attributes[ATTR_HTTP_REQUEST_METHOD_ORIGINAL] = method;
    if (rawQuery) attributes[ATTR_URL_QUERY] = redactQuery(rawQuery, this.alsoSecret);
    this.addHost(attributes, request, scheme);
    const userAgent = request.headers['user-agent'];
    if (this.options.captureUserAgent && userAgent !== undefined) {
      attributes[ATTR_USER_AGENT_ORIGINAL] = userAgent;
    }
    if (this.options.captureClientAddress) addClient(attributes, request);
    for (const [header, attribute] of this.headerKeys) {
      const value = request.headers[header];
      if (value !== undefined) attributes[attribute] = Array.isArray(value) ? [...value] : [value];
    }
    return this.legacyNames ? { ...attributes, ...legacy(attributes) } : attributes;
  }

  private addHost(attributes: Attributes, request: RawRequest, scheme: string): void {
    // HTTP/2 has a pseudo header instead of "host".
    const host = request.headers.host ?? request.headers[':authority'];
    if (typeof host !== 'string' || host === '') return;
    const colon = host.lastIndexOf(':');
    const hasPort = colon > host.lastIndexOf(']');
    attributes[ATTR_SERVER_ADDRESS] = hasPort ? host.slice(0, colon) : host;
    const port = hasPort ? Number(host.slice(colon + 1)) : scheme === 'https' ? 443 : 80;
    if (Number.isInteger(port)) attributes[ATTR_SERVER_PORT] = port;
  }
}

export function schemeOf({ socket }: RawRequest): 'http' | 'https' {
  return (socket as { encrypted?: boolean } | undefined)?.encrypted === true ? 'https' : 'http';
}

/** The conventions want "2" where Node says "2.0". */
export function protocolVersion(httpVersion: string | undefined): string {
  return httpVersion === '2.0' ? '2' : (httpVersion ?? '1.1');
}

/** The address of the connection. Forwarding headers are not believed: anyone can send them. */
function addClient(attributes: Attributes, request: RawRequest): void {
  const { remoteAddress, remotePort } = request.socket;
  if (remoteAddress === undefined) return;
  attributes[ATTR_CLIENT_ADDRESS] = remoteAddress;
  attributes[ATTR_NETWORK_PEER_ADDRESS] = remoteAddress;
  if (remotePort !== undefined) attributes[ATTR_NETWORK_PEER_PORT] = remotePort;
}

/** The same facts under the names used before the conventions were stable. */
function legacy(attributes: Attributes): Attributes {
  const query = attributes[ATTR_URL_QUERY];
  const path = String(attributes[ATTR_URL_PATH]);
  const pairs: [string, Attributes[string]][] = [
    [LEGACY.HTTP_METHOD, attributes[ATTR_HTTP_REQUEST_METHOD]],
    [LEGACY.HTTP_TARGET, query === undefined ? path : `${path}?${String(query)}`],
    [LEGACY.HTTP_SCHEME, attributes[ATTR_URL_SCHEME]],
    [LEGACY.HTTP_FLAVOR, attributes[ATTR_NETWORK_PROTOCOL_VERSION]],
    [LEGACY.NET_HOST_NAME, attributes[ATTR_SERVER_ADDRESS]],
    [LEGACY.NET_HOST_PORT, attributes[ATTR_SERVER_PORT]],
    [LEGACY.HTTP_USER_AGENT, attributes[ATTR_USER_AGENT_ORIGINAL]],
    [LEGACY.HTTP_CLIENT_IP, attributes[ATTR_CLIENT_ADDRESS]],
  ];
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}
