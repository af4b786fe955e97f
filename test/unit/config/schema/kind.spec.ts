import { describe, expect, it } from 'vitest';
import {
  attributes,
  boolean,
  either,
  headers,
  inCode,
  instanceWith,
  integer,
  listOf,
  numberBetween,
  oneOf,
  REFUSED,
  splitList,
  text,
  url,
} from '../../../../libs/nestrace/src/config/schema/kind.js';

describe('boolean', () => {
  it.each([true, false])('takes %s in code', (value) => {
    expect(boolean.check(value)).toBe(value);
  });

  it.each([0, 1, '', 'true', null, undefined, {}, []])('refuses %j in code', (value) => {
    expect(boolean.check(value)).toBe(REFUSED);
  });

  it.each([
    ['true', true],
    ['TRUE', true],
    ['False', false],
  ])('reads %s', (value, expected) => {
    expect(boolean.parse(value)).toBe(expected);
  });

  it.each(['1', '0', 'yes', 'no', 'on', 'off', 'truefalse'])('does not read %s', (value) => {
    expect(boolean.parse(value)).toBe(REFUSED);
  });
});

describe('numberBetween', () => {
  const ratio = numberBetween(0, 1);

  it('says its bounds', () => {
    expect(ratio.accepted).toBe('a number from 0 to 1');
  });

  it.each([0, 0.1, 1])('takes %s', (value) => {
    expect(ratio.check(value)).toBe(value);
    expect(ratio.parse(String(value))).toBe(value);
  });

  it.each([-0.1, 1.1, Number.NaN, Infinity, -Infinity, '0.5', true, null, [0.5], 1n])(
    'refuses %s',
    (value) => {
      expect(ratio.check(value)).toBe(REFUSED);
    },
  );

  it.each(['half', '0,5', '50%', '1.1', '-1', 'NaN', 'Infinity'])('does not read %s', (value) => {
    expect(ratio.parse(value)).toBe(REFUSED);
  });
});

describe('integer', () => {
  it('says its bounds', () => {
    expect(integer(1, 9).accepted).toBe('a whole number from 1 to 9');
    expect(integer(2).accepted).toBe('a whole number of at least 2');
  });

  it.each([1, 5, 9])('takes %s between its bounds', (value) => {
    expect(integer(1, 9).check(value)).toBe(value);
    expect(integer(1, 9).parse(String(value))).toBe(value);
  });

  it.each([0, 10, 1.5, Number.NaN, Infinity, '5', null, true, [5]])('refuses %s', (value) => {
    expect(integer(1, 9).check(value)).toBe(REFUSED);
  });

  it.each(['0', '10', '1.5', 'five', '5 6', '5ms'])('does not read %s', (value) => {
    expect(integer(1, 9).parse(value)).toBe(REFUSED);
  });

  it('takes zero where zero is in its bounds', () => {
    expect(integer(0).check(0)).toBe(0);
    expect(integer(0).parse('0')).toBe(0);
  });

  it('refuses numbers that are no longer exact', () => {
    expect(integer(0).check(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(integer(0).check(2 ** 53)).toBe(REFUSED);
  });
});

describe('text', () => {
  it('takes a text as it is', () => {
    expect(text.check(' orders ')).toBe(' orders ');
    expect(text.parse('orders')).toBe('orders');
  });

  it.each(['', '   ', '\t\n', 0, false, null, undefined, {}, ['a']])('refuses %j', (value) => {
    expect(text.check(value)).toBe(REFUSED);
  });
});

describe('oneOf', () => {
  const level = oneOf('warn', 'error');

  it('names its choices', () => {
    expect(level.accepted).toBe('one of "warn", "error"');
  });

  it('wants the exact spelling in code, and no particular letter case in the environment', () => {
    expect(level.check('warn')).toBe('warn');
    expect(level.check('WARN')).toBe(REFUSED);
    expect(level.parse('WARN')).toBe('warn');
  });

  it.each(['', 'warning', 'constructor', null, 0, ['warn']])('refuses %j', (value) => {
    expect(level.check(value)).toBe(REFUSED);
  });

  it('does not read another text', () => {
    expect(level.parse('warning')).toBe(REFUSED);
  });
});

describe('listOf', () => {
  const numbers = listOf(integer(1));

  it('says what each item has to be, unless told otherwise', () => {
    expect(numbers.accepted).toBe('a list, each a whole number of at least 1');
    expect(listOf(text, 'names').accepted).toBe('names');
  });

  it('takes a list of good items, and an empty one', () => {
    expect(numbers.check([1, 2])).toEqual([1, 2]);
    expect(numbers.check([])).toEqual([]);
  });

  it('does not hand out the list it was given', () => {
    const given = [1];
    expect(numbers.check(given)).not.toBe(given);
  });

  it.each([[[1, 0]], [[1, '2']], [1], ['1,2'], [null], [{ 0: 1, length: 1 }]])(
    'refuses %j',
    (value) => {
      expect(numbers.check(value)).toBe(REFUSED);
    },
  );

  it('reads items separated by commas, with blanks around them', () => {
    expect(numbers.parse(' 1 ,2,, 3,')).toEqual([1, 2, 3]);
  });

  it('reads nothing when one item is bad', () => {
    expect(numbers.parse('1,two')).toBe(REFUSED);
  });
});

describe('instanceWith', () => {
  const runner = instanceWith<{ run(): void; stop(): void }>('a runner', 'run', 'stop');

  class Inherited {
    run(): void {}
    stop(): void {}
  }

  it('knows an instance by its methods, own or inherited', () => {
    const literal = { run: () => {}, stop: () => {} };
    expect(runner.check(literal)).toBe(literal);
    const instance = new Inherited();
    expect(runner.check(instance)).toBe(instance);
  });

  it.each([[null], [undefined], ['text'], [{}], [{ run: () => {} }], [{ run: () => {}, stop: 1 }]])(
    'refuses %j',
    (value) => {
      expect(runner.check(value)).toBe(REFUSED);
    },
  );

  it('refuses a class in place of its instance', () => {
    expect(runner.check(Inherited)).toBe(REFUSED);
  });

  it('cannot be read from text', () => {
    expect(runner.parse('runner')).toBe(REFUSED);
  });
});

describe('inCode', () => {
  const even = inCode<number>('an even number', (value) => Number(value) % 2 === 0);

  it('takes what the test accepts, and no text from the environment', () => {
    expect(even.check(2)).toBe(2);
    expect(even.check(3)).toBe(REFUSED);
    expect(even.parse('2')).toBe(REFUSED);
  });
});

describe('either', () => {
  const both = either(boolean, integer(0));

  it('takes what one of the two takes', () => {
    expect(both.check(true)).toBe(true);
    expect(both.check(7)).toBe(7);
    expect(both.parse('false')).toBe(false);
    expect(both.parse('0')).toBe(0);
  });

  it('keeps a falsy answer of the first', () => {
    expect(
      either(
        boolean,
        inCode('anything', () => true),
      ).check(false),
    ).toBe(false);
  });

  it('refuses what both refuse and names both', () => {
    expect(both.check('x')).toBe(REFUSED);
    expect(both.parse('x')).toBe(REFUSED);
    expect(both.accepted).toBe('true or false, or a whole number of at least 0');
  });
});

describe('splitList', () => {
  it.each([
    ['a,b', ['a', 'b']],
    [' a , b ,', ['a', 'b']],
    [',,', []],
    ['', []],
  ])('splits %j', (list, expected) => {
    expect(splitList(list)).toEqual(expected);
  });
});

describe('attributes', () => {
  it('takes texts, numbers, booleans and lists of one of them', () => {
    const given = { a: 'x', b: 0, c: false, d: '', e: ['x', 'y'], f: [1, 2], g: [true], h: [] };
    expect(attributes.check(given)).toBe(given);
  });

  it.each([
    [null],
    ['a=b'],
    [['a']],
    [{ a: null }],
    [{ a: undefined }],
    [{ a: {} }],
    [{ a: [1, 'x'] }],
    [{ a: [[1]] }],
    [{ a: [null] }],
    [{ a: () => 1 }],
  ])('refuses %j', (value) => {
    expect(attributes.check(value)).toBe(REFUSED);
  });

  it('reads pairs with percent-encoded values', () => {
    expect(attributes.parse('a=1, b = x%20y ,c=d=e,f=')).toEqual({
      a: '1',
      b: 'x y',
      c: 'd=e',
      f: '',
    });
  });

  it('takes the last of several values of one name', () => {
    expect(attributes.parse('a=1,a=2')).toEqual({ a: '2' });
  });

  it.each(['a', '=b', 'a=1,b', 'a=%', 'a=%zz'])('does not read %j', (list) => {
    expect(attributes.parse(list)).toBe(REFUSED);
  });

  it('cannot be used to change the prototype of what it makes', () => {
    const parsed = attributes.parse('__proto__=x,constructor=y');
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('headers', () => {
  it('takes names and texts', () => {
    const given = { authorization: 'Bearer x', 'X-Key': '' };
    expect(headers.check(given)).toBe(given);
  });

  it.each([
    [null],
    ['a=b'],
    [[]],
    [{ a: 1 }],
    [{ 'a b': 'x' }],
    [{ '': 'x' }],
    [{ 'a:': 'x' }],
    [{ 'a!b': 'x' }],
    [{ 'X-Trace-Bin': 'x' }],
    [{ a: 'x\r\ny: z' }],
    [{ a: 'x\ny' }],
    [{ a: 'x\0' }],
    [{ a: 'x\ty' }],
    [{ a: 'schlüssel' }],
    [{ a: 'ключ' }],
  ])('refuses %j', (value) => {
    expect(headers.check(value)).toBe(REFUSED);
  });

  it('reads pairs', () => {
    expect(headers.parse('authorization=Bearer%20x,x-team=a')).toEqual({
      authorization: 'Bearer x',
      'x-team': 'a',
    });
  });

  it.each(['a', 'a b=c', 'a!b=c', 'x-bin=c', 'a=x%0d%0ay:z', 'a=x%00', 'a=%e0%a4%a', 'a=%c3%bc'])(
    'does not read %j',
    (list) => {
      expect(headers.parse(list)).toBe(REFUSED);
    },
  );
});

describe('url', () => {
  const web = url('http:', 'https:');

  it('says which it takes', () => {
    expect(web.accepted).toBe('a URL that starts with http:// or https://');
  });

  it.each(['http://localhost', 'https://example.org:4318/v1/traces?x=1', 'HTTP://EXAMPLE.ORG'])(
    'takes %s as it is',
    (value) => {
      expect(web.check(value)).toBe(value);
      expect(web.parse(value)).toBe(value);
    },
  );

  it.each(['', 'localhost:4318', '/v1/traces', 'ftp://x', 'http://', 'http://a b', 5, null])(
    'refuses %j',
    (value) => {
      expect(web.check(value)).toBe(REFUSED);
    },
  );
});
