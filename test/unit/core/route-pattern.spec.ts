import { describe, expect, it } from 'vitest';
import { compileRoute } from '../../../libs/nestrace/src/core/route-pattern.js';

describe('compileRoute', () => {
  it.each<[route: string, yes: readonly string[], no: readonly string[]]>([
    ['/orders', ['/orders', '/orders/'], ['/order', '/orders/1', '/ORDERS', '/x/orders', '']],
    ['/orders/', ['/orders', '/orders/'], ['/']],
    ['/', ['/'], ['/a', '']],
    [
      '/orders/:id',
      ['/orders/1', '/orders/a-b.c', '/orders/1/'],
      ['/orders', '/orders/', '/orders/1/2'],
    ],
    ['/a/:x/b/:y', ['/a/1/b/2'], ['/a/1/b', '/a//b/2', '/a/1/c/2']],
    ['/flights/:from-:to', ['/flights/ams-ber'], ['/flights/ams', '/flights/a/b-c', '/flights/-b']],
    ['/v1/*', ['/v1/', '/v1/a', '/v1/a/b'], ['/v1', '/v2/a']],
    ['/v1/*rest', ['/v1/a/b'], ['/v1', '/v2/a']],
    ['*', ['', '/', '/a/b'], []],
    ['/*/items/:id', ['/a/items/1', '/a/b/items/2'], ['/items/1', '/a/items/', '/a/items/1/2']],
    ['/a*b*c', ['/abc', '/aXbYc', '/abbcc'], ['/ab', '/acb', '/abcd']],
    ['/files{/:name}', ['/files', '/files/a'], ['/files/a/b', '/file']],
    ['/files/{*splat}', ['/files/', '/files/a/b'], ['/files', '/file/a']],
    ['/files{/*splat}', ['/files', '/files/', '/files/a/b'], ['/file']],
    ['/a{b', ['/a{b'], ['/ab', '/a']],
    ['/a}b{c', ['/a}b{c'], ['/abc']],
    ['/a.b+c', ['/a.b+c'], ['/aXb+c', '/a.bbc']],
    ['/(x)[y]^$|\\', ['/(x)[y]^$|\\'], ['/x']],
  ])('%s', (route, yes, no) => {
    const matches = compileRoute(route);
    for (const path of yes) expect(matches(path), path).toBe(true);
    for (const path of no) expect(matches(path), path).toBe(false);
    // It remembers nothing of the path before.
    for (const path of [...yes, ...yes]) expect(matches(path), path).toBe(true);
  });

  it('takes no longer for a path that was made to take long', () => {
    const matches = compileRoute('/*a*a*a*a*a*a*a*a*b');
    expect(matches(`/${'a'.repeat(100_000)}`)).toBe(false);
    expect(compileRoute('/:a-:b-:c-x')(`/${'-'.repeat(20_000)}`)).toBe(false);
  });
});
