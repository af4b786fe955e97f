import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../../../libs/nestrace/src/sinks/panel/access/caller.js';
import {
  fromOwnScript,
  sameOrigin,
} from '../../../../../libs/nestrace/src/sinks/panel/access/same-origin.js';

const caller = (headers: Readonly<Record<string, string>>, method = 'GET'): Caller => ({
  method,
  address: '127.0.0.1',
  localAddress: '127.0.0.1',
  proxySign: undefined,
  host: headers['host'],
  header: (name) => headers[name],
});

describe('the same origin', () => {
  it('is what the browser says', () => {
    expect(sameOrigin(caller({ 'sec-fetch-site': 'same-origin' }), [])).toBeUndefined();
    expect(sameOrigin(caller({ 'sec-fetch-site': 'none' }), [])).toBeUndefined();
    for (const site of ['cross-site', 'same-site', '', 'same-origin, cross-site', 'x']) {
      expect([site, sameOrigin(caller({ 'sec-fetch-site': site }), [])?.status]).toEqual([
        site,
        403,
      ]);
    }
    expect(sameOrigin(caller({ 'sec-fetch-site': 'none' }, 'POST'), [])?.status).toBe(403);
  });

  it('is that of the host where the browser says nothing', () => {
    const ask = (origin: string, host: string, allowed: readonly string[] = []) =>
      sameOrigin(caller({ origin, host }), allowed)?.status;
    expect(ask('http://localhost:3000', 'localhost:3000')).toBeUndefined();
    expect(ask('https://a.test', 'a.test:443')).toBeUndefined();
    expect(ask('https://shop.test', 'internal:3000', ['shop.test'])).toBeUndefined();
    expect(ask('http://localhost:3001', 'localhost:3000')).toBe(403);
    expect(ask('https://a.test', 'a.test:80')).toBe(403);
    for (const origin of ['null', '', 'file://', 'http://', 'localhost:3000']) {
      expect([origin, ask(origin, 'localhost:3000')]).toEqual([origin, 403]);
    }
  });

  it('may be asked by what is no browser', () => {
    expect(sameOrigin(caller({ host: 'localhost' }), [])).toBeUndefined();
  });
});

describe('a script of its own', () => {
  it('sends a header nobody else may, and JSON', () => {
    const ask = (type: string | undefined, own = '1') =>
      fromOwnScript(
        caller(
          { 'x-otel-panel': own, ...(type !== undefined && { 'content-type': type }) },
          'POST',
        ),
      )?.status;
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/vnd.nestrace+JSON',
    ]) {
      expect([type, ask(type)]).toEqual([type, undefined]);
    }
    for (const type of [
      undefined,
      'text/plain',
      'text/json',
      'application/jsonx',
      'text/plain, application/json',
    ]) {
      expect([type, ask(type)]).toEqual([type, 415]);
    }
    expect(ask('application/json', 'true')).toBe(403);
  });
});
