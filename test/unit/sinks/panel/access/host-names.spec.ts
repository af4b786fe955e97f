import { describe, expect, it } from 'vitest';
import {
  hostName,
  isAllowedHost,
  isOwnHost,
} from '../../../../../libs/nestrace/src/sinks/panel/access/host-names.js';

describe('the name in a Host header', () => {
  it.each([
    ['localhost:3000', 'localhost'],
    ['LocalHost.', 'localhost'],
    ['[::1]:3000', '::1'],
    ['[::1]', '::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['a.test:', 'a.test'],
  ])('of %s is %s', (host, name) => {
    expect(hostName(host)).toBe(name);
  });
});

describe('a host of its own', () => {
  const own = (host: string | undefined, local = '192.168.1.5', allowed: readonly string[] = []) =>
    isOwnHost(host, local, allowed);

  it('is this machine, by name, by address, and by the address that was asked', () => {
    for (const host of ['localhost', 'a.localhost:1', '127.8.8.8', '[::1]:3', '192.168.1.5:3000']) {
      expect([host, own(host)]).toEqual([host, true]);
    }
    expect(own('[fd00::5]', 'fd00::5')).toBe(true);
  });

  it('is no name that only looks like it, and no other address', () => {
    const strangers = [
      undefined,
      '',
      'xlocalhost',
      'localhost.test',
      'localhost@evil.test',
      '127.0.0.1.test',
      '192.168.1.6',
      '0.0.0.0',
      '[::]',
      '2130706433',
      '0x7f.1',
      '[::1].test',
    ];
    for (const host of strangers) expect([host, own(host)]).toEqual([host, false]);
  });

  it('is what is allowed, with any port or with the one that is named', () => {
    expect(isAllowedHost('Dev.Test:8080', ['dev.test'])).toBe(true);
    expect(isAllowedHost('dev.test:8080', ['DEV.test:8080'])).toBe(true);
    expect(isAllowedHost('dev.test:8081', ['dev.test:8080'])).toBe(false);
    expect(isAllowedHost('a.dev.test', ['dev.test'])).toBe(false);
    expect(own('dev.test', '::1', ['dev.test'])).toBe(true);
  });
});
