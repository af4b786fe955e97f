import type { Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { toKeyValues } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/json/to-any-value.js';

const valueOf = (value: unknown): unknown => toKeyValues({ key: value } as Attributes)[0]?.value;

describe('a value in JSON', () => {
  it.each([
    ['text', { stringValue: 'text' }],
    ['', { stringValue: '' }],
    [false, { boolValue: false }],
    [0, { intValue: '0' }],
    [-0, { intValue: '0' }],
    [-42, { intValue: '-42' }],
    [2 ** 60, { intValue: '1152921504606846976' }],
    [-(2 ** 63), { intValue: '-9223372036854775808' }],
    [2 ** 63, { doubleValue: 2 ** 63 }],
    [0.5, { doubleValue: 0.5 }],
    [Number.NaN, { doubleValue: 'NaN' }],
    [-Infinity, { doubleValue: '-Infinity' }],
    [Uint8Array.of(1, 255), { bytesValue: 'Af8=' }],
    [[], { arrayValue: { values: [] } }],
    [['a', null, 1], { arrayValue: { values: [{ stringValue: 'a' }, {}, { intValue: '1' }] } }],
    [{ a: { b: true } }, keyValues('a', keyValues('b', { boolValue: true }))],
    [null, {}],
    [undefined, {}],
    [1n, {}],
    [Symbol('symbol'), {}],
  ])('is right for %s', (value, expected) => {
    expect(valueOf(value)).toEqual(expected);
  });

  it('is there for every hole of a list', () => {
    const list: unknown[] = [];
    list[2] = 'last';
    expect(valueOf(list)).toEqual({ arrayValue: { values: [{}, {}, { stringValue: 'last' }] } });
  });
});

function keyValues(key: string, value: object): object {
  return { kvlistValue: { values: [{ key, value }] } };
}
