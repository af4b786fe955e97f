import { describe, expect, it } from 'vitest';
import { parseTracestate } from '../../../../libs/nestrace/src/pipeline/propagation/tracestate.js';

const KEY_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
/** Printable ASCII without comma and equals sign. */
const VALUE_CHARACTERS = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .filter((character) => character !== ',' && character !== '=')
  .join('');

function list(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index}=v`).join(',');
}

function member(key: string, length: number): string {
  return `${key}=${'v'.repeat(length - key.length - 1)}`;
}

/** What is passed on of a header; undefined when all of it was discarded. */
function passedOn(header: string): string | undefined {
  return parseTracestate(header)?.serialize();
}

describe('parseTracestate', () => {
  it('reads the example of the specification', () => {
    const state = parseTracestate('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    expect(state?.get('rojo')).toBe('00f067aa0ba902b7');
    expect(state?.get('congo')).toBe('t61rcWkgMzE');
    expect(state?.get('other')).toBeUndefined();
    expect(state?.serialize()).toBe('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
  });

  it.each([
    ['foo=1 \t , \t bar=2', 'foo=1,bar=2'],
    [' \tfoo=1\t ', 'foo=1'],
    ['foo=1,', 'foo=1'],
    [',foo=1,, ,bar=2,', 'foo=1,bar=2'],
  ])('ignores blanks around members and empty members: %j', (header, expected) => {
    expect(passedOn(header)).toBe(expected);
  });

  it.each(['', ' ', ',', ' , ,\t'])('takes %j for no header', (header) => {
    expect(parseTracestate(header)).toBeUndefined();
  });

  it('takes 32 members', () => {
    expect(passedOn(list(32))).toBe(list(32));
  });

  it('discards 33 members, even when some of them repeat a key', () => {
    expect(passedOn(list(33))).toBeUndefined();
    expect(passedOn(Array(33).fill('foo=1').join(','))).toBeUndefined();
  });

  it('does not count empty members', () => {
    expect(passedOn(`${list(32)}${','.repeat(100)}`)).toBe(list(32));
  });

  it('keeps the first, which is the newest, of several members with one key', () => {
    expect(passedOn('foo=1,bar=2,foo=3,foo=1')).toBe('foo=1,bar=2');
  });

  it.each([
    'a',
    '0a',
    KEY_CHARACTERS,
    'z'.repeat(256),
    'fw529a3039@dt',
    '0tenant@system',
    `${'t'.repeat(241)}@v`,
    `t@${'v'.repeat(14)}`,
    `t${KEY_CHARACTERS}@v_-*/0`,
  ])('takes the key %s', (key) => {
    expect(parseTracestate(`${key}=1`)?.get(key)).toBe('1');
  });

  it.each([
    '',
    'A',
    'foO',
    '_a',
    '-a',
    '*a',
    '/a',
    'a b',
    'a.b',
    'a\tb',
    'a\u00e9',
    'a@',
    '@v',
    'a@b@c',
    'a@V',
    'a@0v',
    'foo@=',
    'z'.repeat(257),
    `${'t'.repeat(242)}@v`,
    `t@${'v'.repeat(15)}`,
  ])('discards everything because of the key %j', (key) => {
    expect(passedOn(`good=1,${key}=1,also=2`)).toBeUndefined();
  });

  it.each([VALUE_CHARACTERS, 'a b', '  a', 'v'.repeat(256), '~', '!', `${' '.repeat(255)}a`])(
    'takes the value %j',
    (value) => {
      const state = parseTracestate(`x=0,foo=${value}`);
      expect(state?.get('foo')).toBe(value);
    },
  );

  it('does not take blanks at the end for a part of the value', () => {
    expect(parseTracestate('foo=1  ,bar=2')?.get('foo')).toBe('1');
  });

  it.each(['', ' ', 'a=b', '=', 'v'.repeat(257), 'a\tb', 'a\u007f', 'a\u00e9', 'a\nb', 'a\0b'])(
    'discards everything because of the value %j',
    (value) => {
      expect(passedOn(`good=1,foo=${value},also=2`)).toBeUndefined();
    },
  );

  it('discards everything because of a member without an equals sign', () => {
    expect(passedOn('good=1,bad')).toBeUndefined();
    expect(passedOn('bad,good=1')).toBeUndefined();
  });
});

describe('a tracestate', () => {
  const state = parseTracestate('foo=1,bar=2');
  if (state === undefined) throw new Error('The header was not read.');

  it('puts what is set in front and leaves the old one as it was', () => {
    const changed = state.set('baz', '3');
    expect(changed.serialize()).toBe('baz=3,foo=1,bar=2');
    expect(state.serialize()).toBe('foo=1,bar=2');
    expect(state.get('baz')).toBeUndefined();
  });

  it('moves a member that is set again to the front', () => {
    expect(state.set('bar', '9').serialize()).toBe('bar=9,foo=1');
  });

  it('removes what is unset and leaves the old one as it was', () => {
    expect(state.unset('foo').serialize()).toBe('bar=2');
    expect(state.unset('other').serialize()).toBe('foo=1,bar=2');
    expect(state.unset('foo').unset('bar').serialize()).toBe('');
    expect(state.serialize()).toBe('foo=1,bar=2');
  });

  it.each([
    ['Bad', '1'],
    ['', '1'],
    ['good', ''],
    ['good', 'a,b'],
    ['good', 'a=b'],
    ['good', 'a '],
    ['good', 'a\r\nx: y'],
  ])('does not let %j=%j in', (key, value) => {
    expect(state.set(key, value)).toBe(state);
  });

  it('drops the oldest member when a 33rd is set', () => {
    const full = parseTracestate(list(32));
    const changed = full?.set('new', '1').serialize();
    expect(changed?.split(',')).toHaveLength(32);
    expect(changed?.startsWith('new=1,k0=v,')).toBe(true);
    expect(changed).not.toContain('k31=');
  });
});

describe('a tracestate that is passed on', () => {
  it('may have 512 characters', () => {
    const header = [member('a', 128), member('b', 128), member('c', 128), member('d', 125)].join();
    expect(header).toHaveLength(512);
    expect(passedOn(header)).toBe(header);
  });

  it('loses members of more than 128 characters first, the last of them before the others', () => {
    const [longA, short, longB, last] = [
      member('a', 129),
      member('b', 128),
      member('c', 129),
      member('d', 128),
    ];
    expect(passedOn([longA, short, longB, last].join())).toBe([longA, short, last].join());
  });

  it('loses as many long members as it takes', () => {
    const header = [member('a', 200), member('b', 200), member('c', 200), member('d', 120)];
    expect(passedOn(header.join())).toBe([member('a', 200), member('d', 120)].join());
  });

  it('then loses members from its end, however short they are', () => {
    const header = [...Array(5).keys()].map((index) => member(`k${index}`, 128));
    expect(passedOn([...header, 'z=1'].join())).toBe(header.slice(0, 3).join());
  });

  it('is nothing when its only member is too long', () => {
    const header = `${'k'.repeat(256)}=${'v'.repeat(256)}`;
    expect(header).toHaveLength(513);
    expect(passedOn(header)).toBe('');
  });

  it('keeps all members for whoever reads it here', () => {
    const state = parseTracestate([member('a', 257), member('b', 257)].join());
    expect(state?.get('b')).toBe('v'.repeat(255));
    expect(state?.serialize()).toBe(member('a', 257));
  });
});
