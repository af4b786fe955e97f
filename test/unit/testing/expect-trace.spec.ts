import { AssertionError } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { SpanView } from '../../../libs/nestrace/src/pipeline/exporters/console/span-view.js';
import {
  expectTrace,
  type SpanExpectation,
} from '../../../libs/nestrace/src/testing/expect-trace.js';
import { TRACE_ID, view } from '../support/span-views.js';

/** What the assertion says; undefined when it is content. */
function complaint(spans: readonly SpanView[], expected: SpanExpectation): string | undefined {
  try {
    expectTrace(spans, expected);
    return undefined;
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    return error.message;
  }
}

/** Its differences alone. */
function differences(spans: readonly SpanView[], expected: SpanExpectation): readonly string[] {
  const lines = complaint(spans, expected)?.split('\n') ?? [];
  return lines.filter((line) => line.startsWith('  - ')).map((line) => line.slice(4));
}

const failed: Partial<SpanView> = {
  status: { code: 'ERROR', message: 'wrong' },
  events: [
    { name: 'cache miss', time: 1, attributes: {} },
    { name: 'exception', time: 2, attributes: { 'exception.type': 'TypeError' } },
  ],
  links: [{ traceId: TRACE_ID, spanId: 'x' }],
};

describe('expectTrace', () => {
  it('is content with the tree it expects', () => {
    const spans = [
      view('b', 'a', { kind: 'CLIENT', attributes: { n: 1, list: ['x'] } }),
      view('a', undefined, { kind: 'SERVER', service: 'orders', ...failed }),
    ];
    expect(
      complaint(spans, {
        name: 'a',
        kind: 'SERVER',
        service: 'orders',
        status: 'ERROR',
        statusMessage: 'wrong',
        exceptions: ['TypeError'],
        links: 1,
        children: [
          {
            name: /^b$/,
            kind: 'CLIENT',
            status: 'UNSET',
            exceptions: [],
            links: 0,
            attributes: {
              n: 1,
              list: ['x'],
              gone: undefined,
            },
          },
        ],
      }),
    ).toBeUndefined();
  });

  it('is content with anything it was not asked about, except for children', () => {
    const span = view('a', undefined, { kind: 'SERVER', attributes: { n: 1 }, ...failed });
    expect(complaint([span], { name: 'a' })).toBeUndefined();
    expect(differences([span, view('b', 'a')], { name: 'a' })).toEqual([
      "a: has 1 children [ 'b' ], expected 0 []",
    ]);
  });

  it.each<[Partial<SpanExpectation>, string]>([
    [{ name: 'b' }, "b: name is 'a', expected 'b'"],
    [{ name: /^b/ }, "/^b/: name is 'a', expected /^b/"],
    [{ kind: 'SERVER' }, "a: kind is 'INTERNAL', expected 'SERVER'"],
    [{ service: 'orders' }, "a: service is 'shop', expected 'orders'"],
    [{ status: 'OK' }, "a: status is 'ERROR', expected 'OK'"],
    [{ statusMessage: 'right' }, "a: status message is 'wrong', expected 'right'"],
    [{ statusMessage: /right/ }, "a: status message is 'wrong', expected /right/"],
    [{ links: 0 }, 'a: number of links is 1, expected 0'],
    [{ exceptions: [] }, "a: exceptions is [ 'TypeError' ], expected []"],
    [{ exceptions: ['Error'] }, "a: exceptions is [ 'TypeError' ], expected [ 'Error' ]"],
    [{ attributes: { n: 2 } }, 'a: n is 1, expected 2'],
    [{ attributes: { n: '1' } }, "a: n is 1, expected '1'"],
    [{ attributes: { n: undefined } }, 'a: n is 1, expected undefined'],
    [{ attributes: { n: /2/ } }, 'a: n is 1, expected /2/'],
    [{ attributes: { m: 1 } }, 'a: m is undefined, expected 1'],
    [{ attributes: { m: /./ } }, 'a: m is undefined, expected /./'],
  ])('complains about %j', (wanted, expected) => {
    const span = view('a', undefined, { attributes: { n: 1 }, ...failed });
    expect(differences([span], { name: 'a', ...wanted })).toEqual([expected]);
  });

  it('asks a question about an attribute', () => {
    const span = view('a', undefined, { attributes: { n: 5 } });
    const isLarge = (value: unknown): boolean => typeof value === 'number' && value > 3;
    expect(complaint([span], { name: 'a', attributes: { n: isLarge } })).toBeUndefined();
    expect(differences([span], { name: 'a', attributes: { m: isLarge } })).toEqual([
      'a: m is undefined, expected [Function: isLarge]',
    ]);
  });

  it.each(['wrong', /./])('complains about a status message that is not there: %s', (wanted) => {
    expect(differences([view('a')], { name: 'a', statusMessage: wanted })).toEqual([
      expect.stringMatching(/^a: status message is undefined, expected /),
    ]);
  });

  it('wants no status message when told so', () => {
    expect(complaint([view('a')], { name: 'a', statusMessage: false })).toBeUndefined();
    expect(
      differences([view('a', undefined, failed)], { name: 'a', statusMessage: false }),
    ).toEqual(["a: status message is 'wrong', expected false"]);
  });

  it('gives the same answer every time with an expression that remembers', () => {
    const name = /a/g;
    for (let count = 0; count < 3; count++) {
      expect(complaint([view('a')], { name, attributes: {} })).toBeUndefined();
    }
  });

  it('lists all differences with the way to the span', () => {
    const spans = [view('a'), view('b', 'a'), view('c', 'b', { kind: 'CLIENT' })];
    expect(
      differences(spans, {
        name: 'a',
        kind: 'SERVER',
        children: [{ name: 'b', status: 'OK', children: [{ name: 'c', kind: 'SERVER' }] }],
      }),
    ).toEqual([
      "a: kind is 'INTERNAL', expected 'SERVER'",
      "a > b: status is 'UNSET', expected 'OK'",
      "a > b > c: kind is 'CLIENT', expected 'SERVER'",
    ]);
  });

  it('draws the tree that is there', () => {
    const message = complaint([view('a'), view('b', 'a')], { name: 'x', children: 'any' });
    expect(message).toBe(
      [
        'The trace is not as expected:',
        "  - x: name is 'a', expected 'x'",
        '',
        `trace ${TRACE_ID}  shop  2 spans  11.0 ms`,
        '  a                         internal  █████████████████████▊      10.0 ms',
        '  └─ b                      internal    █████████████████████▊    10.0 ms',
        '',
      ].join('\n'),
    );
  });

  it('points at the line of the test, not into itself', () => {
    const error: unknown = (() => {
      try {
        expectTrace([view('a')], { name: 'b' });
        return undefined;
      } catch (reason) {
        return reason;
      }
    })();
    expect((error as Error).stack).not.toContain('at expectTrace');
  });

  describe('with spans that are no single tree', () => {
    it('complains that there is nothing', () => {
      expect(complaint([], { name: 'a' })).toContain('there are 0 roots');
      expect(complaint([], { name: 'a' })).toContain('(no spans)');
    });

    it('names the roots', () => {
      expect(differences([view('a'), view('b'), view('c', 'b')], { name: 'a' })).toEqual([
        'expected one tree, but there are 2 roots: a, b',
      ]);
    });
  });

  describe('with children', () => {
    const family = [view('a'), view('b', 'a'), view('c', 'a')];

    it('wants them in the order they started', () => {
      expect(
        complaint(family, { name: 'a', children: [{ name: 'b' }, { name: 'c' }] }),
      ).toBeUndefined();
      expect(differences(family, { name: 'a', children: [{ name: 'c' }, { name: 'b' }] })).toEqual([
        "a > c: name is 'b', expected 'c'",
        "a > b: name is 'c', expected 'b'",
      ]);
    });

    it('takes them in any order when told so, and tells about the one that fits best', () => {
      const anyOrder = { name: 'a', childrenInAnyOrder: true } as const;
      expect(
        complaint(family, { ...anyOrder, children: [{ name: 'c' }, { name: 'b' }] }),
      ).toBeUndefined();
      expect(
        differences(family, {
          ...anyOrder,
          children: [{ name: 'c', kind: 'CLIENT' }, { name: 'b' }],
        }),
      ).toEqual(["a > c: kind is 'INTERNAL', expected 'CLIENT'"]);
    });

    it('does not match one child with two expectations', () => {
      expect(
        differences(family, {
          name: 'a',
          childrenInAnyOrder: true,
          children: [{ name: 'b' }, { name: 'b' }],
        }),
      ).toEqual(["a > b: name is 'c', expected 'b'"]);
    });

    it('complains about every missing or surplus one', () => {
      expect(differences(family, { name: 'a', children: [{ name: /b/ }] })).toEqual([
        "a: has 2 children [ 'b', 'c' ], expected 1 [ '/b/' ]",
      ]);
      expect(differences([view('a')], { name: 'a', children: [{ name: 'b' }] })).toEqual([
        "a: has 0 children [], expected 1 [ 'b' ]",
      ]);
    });

    it('does not look at them when any will do', () => {
      expect(complaint(family, { name: 'a', children: 'any' })).toBeUndefined();
    });

    it('wants the children of children, too', () => {
      const spans = [view('a'), view('b', 'a'), view('c', 'b')];
      expect(differences(spans, { name: 'a', children: [{ name: 'b' }] })).toEqual([
        "a > b: has 1 children [ 'c' ], expected 0 []",
      ]);
    });
  });
});
