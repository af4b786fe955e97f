import { describe, expect, it } from 'vitest';
import {
  AddressList,
  isLoopback,
  plainAddress,
} from '../../../../../libs/nestrace/src/sinks/panel/access/address-list.js';

describe('a list of addresses', () => {
  it('knows ranges of both versions, single addresses, and IPv4 written as IPv6', () => {
    const list = new AddressList(['172.16.0.0/12', '203.0.113.7', 'fd00::/8', '::ffff:10.0.0.0/8']);
    for (const address of [
      '172.31.255.255',
      '203.0.113.7',
      'fd12::1',
      '::ffff:172.16.0.1',
      '10.9.8.7',
    ]) {
      expect([address, list.has(address)]).toEqual([address, true]);
    }
    for (const address of ['172.32.0.0', '203.0.113.8', 'fe80::1', '', 'localhost', undefined]) {
      expect([address, list.has(address)]).toEqual([address, false]);
    }
  });

  it.each(['300.1.1.1/8', '10.0.0.0/33', 'fd00::/129', 'fd00:::/8', '10.0.0.0/x'])(
    'says that %s is none',
    (range) => {
      expect(() => new AddressList([range])).toThrow('panel.allowFrom');
    },
  );

  it('holds for this machine what is', () => {
    for (const address of ['127.0.0.1', '127.255.0.3', '::1', '::ffff:127.0.0.1']) {
      expect([address, isLoopback(address)]).toEqual([address, true]);
    }
    for (const address of ['128.0.0.1', '0.0.0.0', '::', '::2', '10.0.0.1', undefined]) {
      expect([address, isLoopback(address)]).toEqual([address, false]);
    }
  });

  it('leaves alone what is no IPv4 in disguise', () => {
    expect(plainAddress('::FFFF:1.2.3.4')).toBe('1.2.3.4');
    expect(plainAddress('fd00::1')).toBe('fd00::1');
    expect(plainAddress(undefined)).toBeUndefined();
  });
});
