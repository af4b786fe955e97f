import { describe, expect, it } from 'vitest';
import { earlyCall } from '../../../../libs/nestrace/src/edges/outgoing/early-headers.js';
import { OutgoingCall } from '../../../../libs/nestrace/src/edges/outgoing/outgoing-call.js';
import { RequestArguments } from '../../../../libs/nestrace/src/edges/outgoing/request-arguments.js';

const callback = (): void => {};

function early(...given: readonly unknown[]): { args: unknown[]; call: OutgoingCall } {
  const found = earlyCall(new RequestArguments(given), 'http:');
  if (found === undefined) throw new Error('The headers are not taken for early ones.');
  return { args: found.args, call: new OutgoingCall(found.facts) };
}

describe('earlyCall', () => {
  it.each<[string, readonly unknown[]]>([
    ['no arguments', []],
    ['a URL alone', [new URL('http://shop.test/')]],
    ['a text alone', ['http://shop.test/', callback]],
    ['options without headers', [{ host: 'shop.test' }, callback]],
    ['headers that are set later', [{ headers: { accept: 'text/plain' } }]],
    ['headers that are none', [{ headers: 'accept: text/plain' }]],
    ['null', [null]],
  ])('leaves %s to the request itself', (_what, args) => {
    expect(earlyCall(new RequestArguments(args), 'http:')).toBeUndefined();
  });

  it('adds to a flat list of headers, in a copy', () => {
    const options = { host: 'shop.test', headers: ['Accept', 'text/plain'] };
    const { args, call } = early(options, callback);
    call.setHeader('traceparent', '00-1');
    expect(args).toEqual([
      { host: 'shop.test', headers: ['Accept', 'text/plain', 'traceparent', '00-1'] },
      callback,
    ]);
    expect(options.headers).toEqual(['Accept', 'text/plain']);
  });

  it('adds to a list of pairs, in a copy', () => {
    const options = { headers: [['Accept', 'text/plain']] };
    const { args, call } = early(options);
    call.setHeader('traceparent', '00-1');
    expect(args).toEqual([
      {
        headers: [
          ['Accept', 'text/plain'],
          ['traceparent', '00-1'],
        ],
      },
    ]);
    expect(options.headers).toEqual([['Accept', 'text/plain']]);
  });

  it('adds to headers with an expectation, in a copy', () => {
    const options = { headers: { EXPECT: '100-continue' } };
    const { args, call } = early('http://shop.test/', options);
    call.setHeader('traceparent', '00-1');
    expect(args).toEqual([
      'http://shop.test/',
      { headers: { EXPECT: '100-continue', traceparent: '00-1' } },
    ]);
    expect(options.headers).toEqual({ EXPECT: '100-continue' });
  });

  it.each<[string, unknown]>([
    ['a flat list', ['Traceparent', '00-1']],
    ['a list of pairs', [['Traceparent', '00-1']]],
    ['an object', { expect: 'x', Traceparent: '00-1' }],
  ])('finds a trace context in %s', (_what, headers) => {
    expect(early({ headers }).call.getHeader('traceparent')).toBe('00-1');
  });

  it.each<[string, unknown, unknown]>([
    [
      'a flat list',
      ['Traceparent', '1', 'a', 'b', 'traceparent', '2'],
      ['a', 'b', 'traceparent', '3'],
    ],
    [
      'a list of pairs',
      [
        ['Traceparent', '1'],
        ['a', 'b'],
        ['traceparent', '2'],
      ],
      [
        ['a', 'b'],
        ['traceparent', '3'],
      ],
    ],
    ['an object', { expect: 'x', Traceparent: '1' }, { expect: 'x', traceparent: '3' }],
  ])('replaces what is already there in %s', (_what, headers, replaced) => {
    const { args, call } = early({ headers });
    call.setHeader('traceparent', '3');
    expect(args).toEqual([{ headers: replaced }]);
  });

  it('does not take the value of another header for a trace context', () => {
    const { call } = early({ headers: ['x-name', 'traceparent', 'x-other', 'v'] });
    expect(call.getHeader('traceparent')).toBeUndefined();
  });

  it('knows no more than Node when it is told nothing', () => {
    expect(early({ headers: [] }).call).toMatchObject({
      method: 'GET',
      host: 'localhost',
      port: undefined,
      path: '/',
      url: 'http://localhost/',
    });
  });

  it('reads the options', () => {
    const headers: string[] = [];
    const { call } = early({
      headers,
      method: 'post',
      hostname: 'Shop.Test',
      host: 'other.test',
      port: '8080',
      path: '/a/b?c=d',
    });
    expect(call).toMatchObject({
      method: 'POST',
      host: 'shop.test',
      port: 8080,
      path: '/a/b',
      url: 'http://shop.test:8080/a/b?c=d',
    });
  });

  it.each([new URL('https://shop.test:8443/a?b=c'), 'https://shop.test:8443/a?b=c'])(
    'completes the options with what the URL says: %s',
    (url) => {
      expect(early(url, { headers: [] }).call).toMatchObject({
        host: 'shop.test',
        port: 8443,
        path: '/a',
        url: 'https://shop.test:8443/a?b=c',
      });
    },
  );

  it('prefers the options to the URL', () => {
    const options = { headers: [], protocol: 'http:', host: 'b.test', port: 1, path: '/b' };
    expect(early('https://a.test:2/a', options).call.url).toBe('http://b.test:1/b');
  });

  it('goes on without a URL it cannot read', () => {
    expect(early('::', { headers: [] }).call.url).toBe('http://localhost/');
  });
});
