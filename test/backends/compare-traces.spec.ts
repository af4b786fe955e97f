import { describe, expect, it } from 'vitest';
import { compareTraces, differencesIn } from '../support/backends/compare-traces.js';
import { fieldTable } from '../support/backends/field-table.js';

const SPAN = {
  spanId: 'aaaaaaaaaaaaaaaa',
  name: 'GET /a',
  startNs: 1n,
  attributes: { 'http.route': '/a', port: 80, list: [1, null, 'x'] },
  events: [{ name: 'one', attributes: { count: 0 } }],
  links: [],
};

const differences = (...traces: Parameters<typeof compareTraces>): readonly unknown[] =>
  differencesIn(compareTraces(...traces)).map(({ field, sent, seen }) => [field, sent, seen]);

describe('the comparison of traces', () => {
  it('finds nothing where nothing differs, whatever the order', () => {
    const other = { ...SPAN, spanId: 'bbbbbbbbbbbbbbbb' };
    const reordered = {
      ...SPAN,
      attributes: { list: [1, null, 'x'], port: 80, 'http.route': '/a' },
    };

    expect(differences([SPAN, other], [other, reordered])).toEqual([]);
    expect(compareTraces([SPAN], [SPAN]).map(({ field }) => field)).toEqual([
      'spanId',
      'name',
      'startNs',
      'attributes["http.route"]',
      'attributes.port',
      'attributes.list',
      'events[0].name',
      'events[0].attributes.count',
      'links',
    ]);
  });

  it('finds spans that are missing, extra, or there twice', () => {
    expect(differences([SPAN], [])).toEqual([['(the span)', 'once', 'not at all']]);
    expect(differences([], [SPAN])).toEqual([['(the span)', 'not at all', 'once']]);
    expect(differences([SPAN], [SPAN, SPAN])).toEqual([['(the span)', 'once', '2 times']]);
  });

  it.each([
    [
      'a text instead of a number',
      { attributes: { ...SPAN.attributes, port: '80' } },
      'attributes.port',
      '80',
      '"80"',
    ],
    [
      'a sign',
      { events: [{ name: 'one', attributes: { count: -0 } }] },
      'events[0].attributes.count',
      '0',
      '-0',
    ],
    [
      'an item of a list',
      { attributes: { ...SPAN.attributes, list: [1, 'x'] } },
      'attributes.list',
      '[1, null, "x"]',
      '[1, "x"]',
    ],
    ['a nanosecond', { startNs: 2n }, 'startNs', '1', '2'],
  ])('finds %s', (_, change, field, sent, seen) => {
    expect(differences([SPAN], [{ ...SPAN, ...change }])).toEqual([[field, sent, seen]]);
  });

  it('finds fields that one side alone has', () => {
    const { port: _port, ...attributes } = SPAN.attributes;
    const without = { ...SPAN, attributes };

    expect(differences([SPAN], [without])).toEqual([['attributes.port', '80', undefined]]);
    expect(differences([without], [SPAN])).toEqual([['attributes.port', undefined, '80']]);
  });
});

describe('the table of fields', () => {
  it('has a line for each, long texts cut in their middle', () => {
    const fields = [
      { span: 'GET /a 1', field: 'name', sent: '"a"', seen: undefined },
      { span: 'GET /a 1', field: 'text', sent: 'x'.repeat(100), seen: '"b"' },
    ];

    expect(fieldTable(fields).split('\n')).toEqual([
      `span      field  ${'sent'.padEnd(60)}  seen`,
      `GET /a 1  name   ${'"a"'.padEnd(60)}  —`,
      `GET /a 1  text   ${'x'.repeat(30)}…${'x'.repeat(29)}  "b"`,
    ]);
  });
});
