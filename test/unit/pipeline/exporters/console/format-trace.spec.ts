import { describe, expect, it } from 'vitest';
import { formatTrace } from '../../../../../libs/nestrace/src/pipeline/exporters/console/format-trace.js';
import type { SpanView } from '../../../../../libs/nestrace/src/pipeline/exporters/console/span-view.js';
import { chain, TRACE_ID, view as span } from '../../../support/span-views.js';

function failed(message: string): Partial<SpanView> {
  const attributes = { 'exception.type': 'Error', 'exception.message': message };
  return { status: { code: 'ERROR' }, events: [{ name: 'exception', time: 1, attributes }] };
}

/** What stands left of kind, bar and time. */
function names(picture: string): readonly string[] {
  return picture
    .split('\n')
    .slice(1, -1)
    .map((line) => line.replace(/ {2,}(internal|SERVER|CLIENT).*/, ''));
}

describe('formatTrace', () => {
  it('draws children below their parent in the order they started', () => {
    const picture = formatTrace([span('d', 'b'), span('c', 'a'), span('b', 'a'), span('a')]);

    expect(names(picture)).toEqual(['  a', '  ├─ b', '  │  └─ d', '  └─ c']);
  });

  it('says nothing about services while there is one', () => {
    const picture = formatTrace([span('a'), span('b', 'a')]);

    expect(picture.split('\n')[0]).toBe(`trace ${TRACE_ID}  shop  2 spans  11.0 ms`);
    expect(picture).not.toContain('[shop]');
  });

  it('names a service where the trace enters it, and nowhere else', () => {
    const stock = { service: 'stock' };
    const picture = formatTrace([
      span('a'),
      span('b', 'a'),
      span('c', 'b', stock),
      span('d', 'c', stock),
      span('e', 'c'),
    ]);

    expect(picture.split('\n')[0]).toContain('  shop → stock  ');
    expect(names(picture)).toEqual([
      '  [shop] a',
      '  └─ b',
      '     └─ [stock] c',
      '        ├─ d',
      '        └─ [shop] e',
    ]);
  });

  it('writes an exception below its span without cutting the branches', () => {
    const picture = formatTrace([
      span('a'),
      span('b', 'a', failed('first')),
      span('c', 'b', failed('second')),
      span('d', 'a'),
    ]);

    expect(names(picture)).toEqual([
      '  a',
      '  ├─ b',
      '  │  │  ✖ Error: first',
      '  │  └─ c',
      '  │        ✖ Error: second',
      '  └─ d',
    ]);
  });

  it('shows where an outgoing call went, without its query', () => {
    const picture = formatTrace([
      span('a', undefined, {
        kind: 'CLIENT',
        attributes: { 'url.full': 'https://api.test:8443/items/7?token=1#x' },
      }),
    ]);

    expect(picture).toMatch(/ {2}api\.test:8443\/items\/7$/m);
  });

  it.each([
    [200, 24],
    [120, 24],
    [110, 14],
    [104, 8],
    [103, 0],
    [80, 0],
  ])('draws on %i columns bars of %i', (width, bar) => {
    const picture = formatTrace([span('a')], { width });

    expect(picture.match(/█/g)?.length ?? 0).toBe(bar);
  });

  it('gives names the columns of the bars where there are few', () => {
    const spans = [span('a', undefined, { name: 'x'.repeat(60) })];

    expect(formatTrace(spans, { width: 120 })).toContain(`${'x'.repeat(55)}…`);
    expect(formatTrace(spans, { width: 100 })).toContain('x'.repeat(60));
    expect(formatTrace(spans, { width: 80 })).toContain(`${'x'.repeat(39)}…`);
  });

  it('is never cut where it says how many spans share the line', () => {
    const queries = Array.from({ length: 8 }, () => span('x'.repeat(60), 'a'));
    const spans = [span('a'), ...queries];
    for (const width of [120, 80, 40]) expect(formatTrace(spans, { width })).toMatch(/x…  ×8 /);
  });
});

describe('a picture', () => {
  it('of nothing says so', () => {
    expect(formatTrace([])).toBe('(no spans)\n');
  });

  it('of a request shows who did what, when and for how long', () => {
    const query = {
      kind: 'CLIENT',
      attributes: { 'db.response.returned_rows': 1 },
    } as const;
    const spans = [
      span('GET /orders/:id', undefined, {
        startTime: 1000,
        durationMs: 20,
        kind: 'SERVER',
        attributes: {
          'http.response.status_code': 200,
          'nest.controller': 'OrdersController',
          'nest.handler': 'find',
        },
      }),
      span('OrdersService.find', 'GET /orders/:id', {
        startTime: 1002.5,
        durationMs: 15,
        attributes: { 'order.id': 7 },
      }),
      span('SELECT orders', 'OrdersService.find', { startTime: 1005, durationMs: 10, ...query }),
      span('SELECT items', 'OrdersService.find', {
        startTime: 1016,
        durationMs: 0.25,
        kind: 'CLIENT',
        attributes: { 'db.response.returned_rows': 3, 'nest.db.slow': true },
      }),
    ];
    expect(formatTrace(spans)).toBe(
      [
        `trace ${TRACE_ID}  shop  4 spans  20.0 ms`,
        '  GET /orders/:id           SERVER    ████████████████████████    20.0 ms  200 · OrdersController.find',
        '  └─ OrdersService.find     internal     ██████████████████       15.0 ms  order.id=7',
        '     ├─ SELECT orders       CLIENT          ████████████          10.0 ms  1 row',
        '     └─ SELECT items        CLIENT                       ▎        0.25 ms  3 rows · slow',
        '',
      ].join('\n'),
    );
  });

  it('of a failure shows the exception below the span that threw it', () => {
    const spans = [
      span('POST /pay', undefined, {
        kind: 'SERVER',
        startTime: 0,
        durationMs: 150,
        status: { code: 'ERROR' },
        attributes: { 'http.response.status_code': 500, 'error.type': 'CardError' },
      }),
      span('Payments.charge', 'POST /pay', {
        startTime: 75,
        durationMs: 75,
        ...failed('declined\n    at charge'),
      }),
    ];
    expect(formatTrace(spans)).toBe(
      [
        `trace ${TRACE_ID}  shop  2 spans  150 ms`,
        '  POST /pay                 SERVER    ████████████████████████     150 ms  ✖ 500',
        '  └─ Payments.charge        internal              ████████████    75.0 ms  ✖',
        '        ✖ Error: declined',
        '',
      ].join('\n'),
    );
  });

  it('of a span that took no time still shows where it is', () => {
    expect(formatTrace([span('a', undefined, { durationMs: 0 })])).toMatch(/ {2}▏ +0\.00 ms$/m);
    const last = [
      span('a', undefined, { startTime: 0, durationMs: 100 }),
      span('b', 'a', { startTime: 100, durationMs: 0 }),
    ];
    expect(formatTrace(last)).toMatch(/└─ b +internal {25}▏ +0\.00 ms$/m);
  });

  it.each([
    [0.004, '0.00 ms'],
    [0.5, '0.50 ms'],
    [1.25, '1.3 ms'],
    [99.94, '99.9 ms'],
    [100, '100 ms'],
    [9999, '9999 ms'],
    [10_000, '10.0 s'],
    [3_600_000, '3600.0 s'],
  ])('tells %s ms as %s', (durationMs, expected) => {
    const header = formatTrace([span('a', undefined, { durationMs })]).split('\n')[0];
    expect(header?.endsWith(`1 span  ${expected}`)).toBe(true);
  });

  it('of a part of a trace shows what it continues, and nothing is missing', () => {
    const picture = formatTrace([span('c', 'gone'), span('d', 'c'), span('a'), span('b', 'lost')]);
    expect(names(picture)).toEqual(['  a', '  b', '  c', '  └─ d']);
    expect(picture).toMatch(/^ {2}c .* {2}continues gone$/m);
    expect(picture).toMatch(/^ {2}b .* {2}continues lost$/m);
    expect(picture).not.toMatch(/^ {2}a .*continues/m);
  });

  it('of a cycle shows every span', () => {
    expect(names(formatTrace([span('a', 'b'), span('b', 'a')]))).toEqual(['  a', '  └─ b']);
  });
});

/** Short spans one after the other below `a`. */
function siblings(count: number, given: Partial<SpanView> = {}): SpanView[] {
  return Array.from({ length: count }, (_, index) =>
    span('query', 'a', {
      spanId: `query ${index}`,
      startTime: 1100 + index * 10,
      durationMs: 2,
      ...given,
    }),
  );
}

describe('similar siblings', () => {
  it('share a line from five on, with their number and their time', () => {
    const picture = formatTrace([span('a', undefined, { durationMs: 100 }), ...siblings(5)]);
    expect(names(picture)).toEqual(['  a', '  └─ query  ×5']);
    expect(picture).toMatch(/query {2}×5 .* 10\.0 ms$/m);
    expect(picture.split('\n')[0]).toContain('6 spans');
  });

  it('have a line each while there are four', () => {
    expect(names(formatTrace([span('a'), ...siblings(4)]))).toHaveLength(5);
  });

  it('do not share it with one that failed', () => {
    const spans = siblings(12);
    spans[6] = { ...(spans[6] as SpanView), ...failed('wrong') };
    expect(names(formatTrace([span('a'), ...spans]))).toEqual([
      '  a',
      '  ├─ query  ×6',
      '  ├─ query',
      '  │     ✖ Error: wrong',
      '  └─ query  ×5',
    ]);
  });

  it('do not share it with others in between, of another kind, or with children', () => {
    const spans = siblings(9);
    spans[4] = { ...(spans[4] as SpanView), kind: 'CLIENT' };
    expect(names(formatTrace([span('a'), ...spans]))).toHaveLength(10);
    const parent = [span('a'), ...siblings(5), span('z', 'query 2')];
    expect(names(formatTrace(parent))).toHaveLength(7);
  });

  it('are drawn from the first start to the last end', () => {
    const spans = [
      span('a', undefined, { startTime: 1000, durationMs: 240 }),
      ...siblings(5, { durationMs: 80 }),
    ];
    expect(formatTrace(spans)).toMatch(/×5 +internal {12}█{12} +400 ms$/m);
  });
});

describe('colours', () => {
  it('mark services, statuses, failures and notes', () => {
    const picture = formatTrace(
      [
        span('a', undefined, { kind: 'SERVER', attributes: { 'http.response.status_code': 200 } }),
        span('b', 'a', { attributes: { 'http.response.status_code': 404 } }),
        span('c', 'a', { attributes: { 'http.response.status_code': 503 } }),
        span('d', 'a', { service: 'stock', attributes: { 'nest.db.n_plus_one': true } }),
        span('e', 'a', failed('wrong')),
      ],
      { colors: true },
    );
    for (const part of [
      '\u001b[36mshop\u001b[39m → \u001b[35mstock\u001b[39m',
      '\u001b[32m200\u001b[39m',
      '\u001b[33m404\u001b[39m',
      '\u001b[31m503\u001b[39m',
      '\u001b[33mN+1\u001b[39m',
      '\u001b[31m✖ \u001b[39m',
      '\u001b[31m✖ Error: wrong\u001b[39m',
    ]) {
      expect(picture).toContain(part);
    }
  });

  it('change nothing but the colours', () => {
    const spans = [span('a', undefined, failed('wrong')), span('b', 'a', { service: 'stock' })];
    // oxlint-disable-next-line no-control-regex -- it is what colours are made of
    const plain = formatTrace(spans, { colors: true }).replace(/\u001b\[\d+m/g, '');
    expect(plain.replace(/ +$/gm, '')).toBe(formatTrace(spans));
  });

  it('are used again when there are more services than colours', () => {
    const spans = Array.from({ length: 6 }, (_, index) =>
      span(String.fromCharCode(97 + index), undefined, { service: `service ${index}` }),
    );
    const picture = formatTrace(spans, { colors: true });
    expect(picture).toContain('\u001b[36mservice 0\u001b[39m');
    expect(picture).toContain('\u001b[36mservice 5\u001b[39m');
  });
});

/** More children of `a` than a call can have arguments. */
function many(name?: string): SpanView[] {
  return Array.from({ length: 150_000 }, (_, index) =>
    span(name ?? `n${index}`, 'a', { spanId: `${index}`, startTime: 2000 + index }),
  );
}

describe('hostile spans', () => {
  const EVIL = 'x\u001b[2J\u001b]0;owned\u0007\r\nfake line\u009b31m\u202etxet';

  it('cannot send control characters to the terminal, wherever they are', () => {
    const picture = formatTrace([
      span('a', EVIL, {
        traceId: EVIL,
        name: EVIL,
        service: EVIL,
        kind: 'SERVER',
        status: { code: 'ERROR', message: EVIL },
        attributes: {
          'http.response.status_code': EVIL,
          'nest.controller': EVIL,
          'nest.handler': EVIL,
          'error.type': EVIL,
          [EVIL]: EVIL,
        },
        events: [
          {
            name: 'exception',
            time: 1,
            attributes: { 'exception.type': EVIL, 'exception.message': EVIL },
          },
        ],
      }),
      span('b', 'a', { kind: 'CLIENT', service: 'other', attributes: { 'url.full': EVIL } }),
    ]);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(picture).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(picture.trimEnd().split('\n')).toHaveLength(4);
    expect(picture).toContain('x␛[2J␛]0;owned␇␍␊fake line');
  });

  it('may be of any length', () => {
    const long = 'y'.repeat(100_000);
    const picture = formatTrace([span('a', undefined, { name: long, attributes: { long } })]);
    expect(picture.length).toBeLessThan(400);
  });

  it('may lie 5,000 levels deep', () => {
    const lines = formatTrace(chain(5000)).trimEnd().split('\n');
    expect(lines).toHaveLength(5001);
    expect(lines[21]).toMatch(/^ {2} {57}└─ lev/);
    expect(lines[22]).toMatch(/^ {2}… {56}└─ lev/);
    expect(lines[5000]?.length).toBe(lines[22]?.length);
  });

  it('may be more than the arguments of a call', () => {
    expect(formatTrace([span('a'), ...many()]).match(/\n/g)).toHaveLength(150_002);
    expect(formatTrace([span('a'), ...many('same')])).toContain('same  ×150000');
  });
});
