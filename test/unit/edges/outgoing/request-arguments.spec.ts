import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { describe, expect, it } from 'vitest';
import { RequestArguments } from '../../../../libs/nestrace/src/edges/outgoing/request-arguments.js';

const callback = (): void => {};

describe('the port of a request', () => {
  it.each<[string, readonly unknown[], number | undefined]>([
    ['a text', ['http://shop.test:3000/a', callback], 3000],
    ['a text without one', ['http://shop.test/'], 80],
    ['a text nobody can read', ['::'], 80],
    ['a URL', [new URL('http://shop.test:3000/'), callback], 3000],
    ['options', [{ port: 3000 }, callback], 3000],
    ['options with a text', [{ port: '3000' }], 3000],
    ['options after a URL', ['http://shop.test:1/', { port: 3000 }], 3000],
    ['a URL before options', ['http://shop.test:3000/', { headers: {} }], 3000],
    ['options without one', [{ port: null }], 80],
    ['zero, as Node takes it', [{ port: 0 }], 80],
    ['the default of the options', [{ defaultPort: 3000 }], 3000],
    ['the default of the agent', [{ agent: new SecureAgent() }], 443],
    ['an agent that is turned off', [{ agent: false }], 80],
    ['a socket of Unix', [{ socketPath: '/run/app.sock', port: 3000 }], undefined],
    [
      'an agent on a socket',
      [{ agent: new Agent({ socketPath: '/run/app.sock' } as object) }],
      undefined,
    ],
    ['nothing', [], 80],
  ])('comes from %s', (_what, args, port) => {
    expect(new RequestArguments(args).portFor('http:')).toBe(port);
  });

  it('is another one over TLS', () => {
    expect(new RequestArguments([{}]).portFor('https:')).toBe(443);
  });
});

describe('the arguments of a request', () => {
  it('are left as they are when others are made with other headers', () => {
    const options = { host: 'shop.test', headers: { a: 'b' } };
    const args = new RequestArguments(['http://shop.test/', options, callback]);
    expect(args.withHeaders({ c: 'd' })).toEqual([
      'http://shop.test/',
      { host: 'shop.test', headers: { c: 'd' } },
      callback,
    ]);
    expect(options.headers).toEqual({ a: 'b' });
  });
});
