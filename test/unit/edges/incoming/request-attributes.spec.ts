import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../../libs/nestrace/src/config/resolve-options.js';
import type { HttpOptions } from '../../../../libs/nestrace/src/config/http.options.js';
import {
  RequestDescriber,
  splitTarget,
  type RawRequest,
} from '../../../../libs/nestrace/src/edges/incoming/request-attributes.js';

function requestWith(parts: object): RawRequest {
  return {
    method: 'GET',
    httpVersion: '1.1',
    headers: {},
    socket: {},
    ...parts,
  } as unknown as IncomingMessage;
}

function describeRequest(
  parts: object,
  http: HttpOptions = {},
  query?: string,
  legacyNames = false,
) {
  const options = resolveOptions({ http }, {}).http;
  return new RequestDescriber(options, legacyNames).describe(requestWith(parts), '/path', query);
}

describe('splitTarget', () => {
  it.each([
    ['/users/1', '/users/1', undefined],
    ['/users?a=1&b=?', '/users', 'a=1&b=?'],
    ['/users?', '/users', ''],
    ['/users#top', '/users', undefined],
    ['/users?a=1#top', '/users', 'a=1'],
    ['http://example.com/users?a=1', '/users', 'a=1'],
    ['http://user:pass@example.com/users', '/users', undefined],
    ['http://example.com', '/', undefined],
    ['http://example.com?a=1', '/', undefined],
    ['*', '*', undefined],
    ['', '/', undefined],
    ['?a=1', '/', 'a=1'],
    ['example.com:443', 'example.com:443', undefined],
  ])('reads %j as path %j and query %j', (target, path, query) => {
    expect(splitTarget(target)).toEqual({ path, query });
  });
});

describe('RequestDescriber', () => {
  it('needs nothing but a method', () => {
    expect(describeRequest({})).toEqual({
      'nest.type': 'request',
      'http.request.method': 'GET',
      'url.path': '/path',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
    });
  });

  it('keeps the original of a method it does not know', () => {
    expect(describeRequest({ method: 'BREW' })).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'BREW',
    });
  });

  it.each([
    ['example.com', 'example.com', 80],
    ['example.com:8080', 'example.com', 8080],
    ['[::1]', '[::1]', 80],
    ['[::1]:3000', '[::1]', 3000],
    ['example.com:port', 'example.com', undefined],
  ])('reads the host %j', (host, address, port) => {
    const attributes = describeRequest({ headers: { host } });
    expect([attributes['server.address'], attributes['server.port']]).toEqual([address, port]);
  });

  it('knows the port of TLS and the authority of HTTP/2', () => {
    expect(
      describeRequest({
        httpVersion: '2.0',
        headers: { ':authority': 'example.com' },
        socket: { encrypted: true },
      }),
    ).toMatchObject({
      'url.scheme': 'https',
      'server.address': 'example.com',
      'server.port': 443,
      'network.protocol.version': '2',
    });
  });

  it('takes no address from forwarding headers', () => {
    const attributes = describeRequest(
      {
        headers: { 'x-forwarded-for': '1.2.3.4', forwarded: 'for=1.2.3.4' },
        socket: { remoteAddress: '10.0.0.1', remotePort: 999 },
      },
      { captureClientAddress: true },
    );
    expect(attributes).toMatchObject({
      'client.address': '10.0.0.1',
      'network.peer.address': '10.0.0.1',
      'network.peer.port': 999,
    });
    expect(JSON.stringify(attributes)).not.toContain('1.2.3.4');
  });

  it('can do without an address where the socket is gone', () => {
    const attributes = describeRequest({ socket: {} }, { captureClientAddress: true });
    expect(attributes).not.toHaveProperty('client.address');
  });

  it('captures listed headers as lists and leaves out the absent ones', () => {
    const attributes = describeRequest(
      { headers: { 'x-one': 'a', 'x-many': ['b', 'c'], cookie: 'secret' } },
      { captureRequestHeaders: ['X-One', 'x-many', 'x-none'] },
    );
    expect(attributes).toMatchObject({
      'http.request.header.x-one': ['a'],
      'http.request.header.x-many': ['b', 'c'],
    });
    expect(attributes).not.toHaveProperty('http.request.header.x-none');
    expect(JSON.stringify(attributes)).not.toContain('secret');
  });

  it('does not capture the header of the request id: it is not to be trusted unchecked', () => {
    const headers = { 'x-request-id': '<script>', 'x-correlation-id': 'c 1' };
    expect(JSON.stringify(describeRequest({ headers }))).not.toContain('script');
    const attributes = describeRequest(
      { headers },
      {
        requestIdHeader: 'X-Correlation-Id',
        captureRequestHeaders: ['x-request-id', 'x-correlation-id'],
      },
    );
    expect(attributes).toMatchObject({ 'http.request.header.x-request-id': ['<script>'] });
    expect(attributes).not.toHaveProperty(['http.request.header.x-correlation-id']);
  });

  it('redacts the query by built-in and by own rules', () => {
    const attributes = describeRequest({}, { redactQueryKeys: ['mail'] }, 'mail=a@b.c&token=t&q=1');
    expect(attributes['url.query']).toBe('mail=REDACTED&token=REDACTED&q=1');
    expect(describeRequest({}, {}, '')).not.toHaveProperty('url.query');
  });

  it('leaves unknown facts out of the old names, too', () => {
    const attributes = describeRequest({ headers: { host: 'h:1' } }, {}, 'a=1', true);
    expect(attributes).toMatchObject({
      'http.method': 'GET',
      'http.target': '/path?a=1',
      'net.host.name': 'h',
      'net.host.port': 1,
    });
    expect(attributes).not.toHaveProperty('http.user_agent');
    expect(attributes).not.toHaveProperty('http.client_ip');
  });
});
