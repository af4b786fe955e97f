import { describe, expect, it } from 'vitest';
import {
  OutgoingCall,
  type CallFacts,
} from '../../../../libs/nestrace/src/edges/outgoing/outgoing-call.js';

function call(facts: Partial<CallFacts>): OutgoingCall {
  return new OutgoingCall({
    method: 'GET',
    protocol: 'http:',
    host: 'shop.test',
    target: '/',
    port: () => 80,
    getHeader: () => undefined,
    setHeader: () => {},
    ...facts,
  });
}

const view = ({ host, port, serverPort, path, url }: OutgoingCall) => ({
  host,
  port,
  serverPort,
  path,
  url,
});

describe('an outgoing call', () => {
  it.each<[string, Partial<CallFacts>, ReturnType<typeof view>]>([
    [
      'the default port of its protocol',
      { protocol: 'https:', host: 'Shop.Test', port: () => 443, target: '/a/b?c=d' },
      {
        host: 'shop.test',
        port: undefined,
        serverPort: 443,
        path: '/a/b',
        url: 'https://shop.test/a/b?c=d',
      },
    ],
    [
      'another port',
      { port: () => 443 },
      { host: 'shop.test', port: 443, serverPort: 443, path: '/', url: 'http://shop.test:443/' },
    ],
    [
      'no port',
      { host: 'localhost', port: () => undefined },
      {
        host: 'localhost',
        port: undefined,
        serverPort: undefined,
        path: '/',
        url: 'http://localhost/',
      },
    ],
    [
      'an address of IPv6',
      { host: '::1', port: () => 3000 },
      { host: '::1', port: 3000, serverPort: 3000, path: '/', url: 'http://[::1]:3000/' },
    ],
    [
      'a target that is no path',
      { target: '*' },
      { host: 'shop.test', port: undefined, serverPort: 80, path: '*', url: 'http://shop.test/*' },
    ],
  ])('knows %s', (_what, facts, expected) => {
    expect(view(call(facts))).toEqual(expected);
  });

  it.each<[string, ReturnType<typeof view>]>([
    [
      'http://ann:secret@API.test/v1?x=1#top',
      {
        host: 'api.test',
        port: undefined,
        serverPort: 80,
        path: '/v1',
        url: 'http://api.test/v1?x=1',
      },
    ],
    [
      'https://[::1]:8443/v1',
      { host: '::1', port: 8443, serverPort: 8443, path: '/v1', url: 'https://[::1]:8443/v1' },
    ],
    [
      'ftp://files.test/a',
      {
        host: 'files.test',
        port: undefined,
        serverPort: undefined,
        path: '/a',
        url: 'ftp://files.test/a',
      },
    ],
  ])('through a forward proxy is one to %s', (target, expected) => {
    expect(view(call({ host: 'proxy.test', port: () => 3128, target }))).toEqual(expected);
  });

  it('is none through a proxy for what only looks like a URL', () => {
    expect(call({ target: '/go?to=http://api.test/' }).host).toBe('shop.test');
    expect(call({ target: 'http://[/' }).host).toBe('shop.test');
  });
});
