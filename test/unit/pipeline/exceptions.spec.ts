import { ForbiddenException, HttpException, InternalServerErrorException } from '@nestjs/common';
import { ROOT_CONTEXT, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  errorType,
  failSpan,
  isExpectedException,
  mayBecomeAnswer,
  messageOf,
  recordException,
  withoutValues,
} from '../../../libs/nestrace/src/pipeline/exceptions.js';
import { startTracing, type Tracing } from '../support/tracing.js';

class PaymentError extends Error {}

/** The shape of TypeORM's error. */
class QueryFailedError extends Error {
  constructor(
    message: string,
    readonly query: string,
    readonly parameters: unknown,
  ) {
    super(message);
  }
}

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

function span(parent?: Span): Span & ReadableSpan {
  const active = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
  return tracing.tracer.startSpan('span', {}, active) as Span & ReadableSpan;
}

describe('isExpectedException', () => {
  it.each([
    [new ForbiddenException(), true],
    [new HttpException('gone', 410), true],
    [new HttpException('moved', 302), true],
    [new HttpException('odd', 200), false],
    [new InternalServerErrorException(), false],
    [new HttpException('bad gateway', 502), false],
    [new Error('failed'), false],
    [Object.assign(new Error('refused by a service'), { statusCode: 403 }), false],
    [{ getStatus: () => 404, getResponse: () => ({}) }, true],
    [{ getStatus: () => '404', getResponse: () => ({}) }, false],
    [{ getStatus: () => 404 }, false],
    [{ getStatus: 404, getResponse: () => ({}), statusCode: 500 }, false],
    [undefined, false],
    [null, false],
    [404, false],
    ['404', false],
    [Object.create(null), false],
  ])('number %# is judged by its status', (error, expected) => {
    expect(isExpectedException(error)).toBe(expected);
  });

  it('asks the exception as a method', () => {
    class Own {
      readonly status = 404;
      getStatus(): number {
        return this.status;
      }
      getResponse(): string {
        return '';
      }
    }
    expect(isExpectedException(new Own())).toBe(true);
  });
});

describe('mayBecomeAnswer', () => {
  it.each([
    [{ statusCode: 300 }, true],
    [{ statusCode: 400 }, true],
    [{ statusCode: 499 }, true],
    [{ statusCode: 200 }, false],
    [{ statusCode: 500 }, false],
    [{ statusCode: '400' }, false],
    [{ status: 400 }, false],
    [new Error('failed'), false],
    [Object.assign(new Error('body'), { statusCode: 400 }), true],
    [undefined, false],
    [null, false],
    [400, false],
    [Object.create(null), false],
  ])('number %# is judged by its status', (error, expected) => {
    expect(mayBecomeAnswer(error)).toBe(expected);
  });
});

describe('errorType', () => {
  it.each([
    ['PaymentError', new PaymentError()],
    ['TypeError', new TypeError()],
    ['ForbiddenException', new ForbiddenException()],
    ['Error', new Error()],
    ['AbortError', Object.assign(new Error(), { name: 'AbortError' })],
    ['PaymentError', Object.assign(new PaymentError(), { name: 'Other' })],
    ['Error', Object.assign(new Error(), { name: '' })],
    ['Error', Object.assign(new Error(), { name: 5 })],
    ['Object', {}],
    ['Array', []],
    ['Error', Object.create(null)],
    ['Named', Object.assign(Object.create(null) as object, { name: 'Named' })],
    ['Error', { constructor: undefined }],
    ['Error', { constructor: { name: 5 } }],
    ['string', 'text'],
    ['number', 5],
    ['undefined', undefined],
    ['object', null],
    ['symbol', Symbol('s')],
    ['function', () => {}],
  ])('is %s', (expected, error) => {
    expect(errorType(error)).toBe(expected);
  });

  it('is the name of an error whose class has none', () => {
    const anonymous = new (class extends Error {})();
    Object.defineProperty(anonymous.constructor, 'name', { value: '' });
    anonymous.name = 'Named';
    expect(errorType(anonymous)).toBe('Named');
  });
});

describe('messageOf', () => {
  it.each([
    ['failed', new Error('failed')],
    ['', new Error()],
    ['text', 'text'],
    ['5', 5],
    ['undefined', undefined],
    ['null', null],
    ['Symbol(s)', Symbol('s')],
    ['5', { message: 5 }],
    ['undefined', { message: undefined }],
    ['[object Object]', {}],
  ])('is %j', (expected, error) => {
    expect(messageOf(error)).toBe(expected);
  });

  it('does not tell the values a failed query was run with', () => {
    const error = new QueryFailedError(
      "Duplicate entry 'ann@example.org' for key 'users.email'",
      'INSERT INTO users VALUES (?, ?)',
      ['ann@example.org', 'Ann'],
    );
    expect(messageOf(error)).toBe("Duplicate entry '?' for key 'users.email'");
  });

  it('does not tell the literal SQLite stumbled over', () => {
    const error = Object.assign(new Error(`near "'hunter2'": syntax error`), {
      code: 'SQLITE_ERROR',
    });
    expect(messageOf(error)).toBe(`near "'?": syntax error`);
  });

  it('leaves the message of an error without a query alone, whatever its parameters', () => {
    const error = Object.assign(new Error('Ann is missing'), { parameters: ['Ann'] });
    expect(messageOf(error)).toBe('Ann is missing');
  });
});

describe('withoutValues', () => {
  it('replaces texts and numbers, every time they occur', () => {
    expect(withoutValues('Ann, 12345 and Ann', ['Ann', 12345])).toBe('?, ? and ?');
  });

  it('replaces a value that contains another one whole', () => {
    const text = "Duplicate entry 'ann@example.org'";
    expect(withoutValues(text, ['ann', 'ann@example.org'])).toBe("Duplicate entry '?'");
    expect(withoutValues(text, ['ann@example.org', 'ann'])).toBe("Duplicate entry '?'");
  });

  it('keeps values of one or two characters, which would tear words apart', () => {
    expect(withoutValues('an id of 42 is taken', ['an', 42, 'i', 7])).toBe('an id of 42 is taken');
  });

  it('looks into lists of values', () => {
    expect(withoutValues('Ann or Bob', [['Ann', 'Bob']])).toBe('? or ?');
  });

  it('takes a value for text, not for an expression or a template', () => {
    expect(withoutValues('a.* $& b', ['a.*'])).toBe('? $& b');
    expect(withoutValues('axx $& b', ['a.*'])).toBe('axx $& b');
  });

  it.each([undefined, null, 'Ann', {}, [null, undefined, true, {}, new Date(0), ['']]])(
    'changes nothing for %j',
    (parameters) => {
      expect(withoutValues('Ann, null, true', parameters)).toBe('Ann, null, true');
    },
  );

  it('looks at a bounded number of values', () => {
    const parameters = Array.from({ length: 1000 }, (_, index) => `value-${index}-end`);
    const text = withoutValues('value-0-end value-999-end', parameters);
    expect(text).toBe('? value-999-end');
  });
});

describe('recordException', () => {
  it('adds an event with type, message and stack', () => {
    const root = span();
    const error = new PaymentError('declined');
    recordException(root, error);
    expect(root.events).toMatchObject([
      {
        name: 'exception',
        attributes: {
          'exception.type': 'PaymentError',
          'exception.message': 'declined',
          'exception.stacktrace': error.stack,
        },
      },
    ]);
  });

  it.each(['text', 5, undefined, { stack: 5 }])('adds no stack for %j', (error) => {
    const root = span();
    recordException(root, error);
    expect(root.events[0]?.attributes).not.toHaveProperty(['exception.stacktrace']);
    expect(root.events).toHaveLength(1);
  });

  it('records an error once per trace, where it was thrown', () => {
    const root = span();
    const child = span(root);
    const error = new Error('failed');
    recordException(child, error);
    recordException(root, error);
    recordException(child, error);
    expect(child.events).toHaveLength(1);
    expect(root.events).toEqual([]);
  });

  it('records an error object that is thrown again and again in each of its traces', () => {
    const error = new Error('failed');
    const [first, second] = [span(), span()];
    recordException(first, error);
    recordException(second, error);
    expect([first.events.length, second.events.length]).toEqual([1, 1]);
  });

  it('records a primitive every time, since nobody can tell two of them apart', () => {
    const root = span();
    recordException(root, 'text');
    recordException(root, 'text');
    expect(root.events).toHaveLength(2);
  });

  it('records two errors of one trace', () => {
    const root = span();
    recordException(root, new Error('one'));
    recordException(root, new Error('two'));
    expect(root.events.map(({ attributes }) => attributes?.['exception.message'])).toEqual([
      'one',
      'two',
    ]);
  });

  it('keeps query parameters out of message and stack', () => {
    const root = span();
    const error = new QueryFailedError('no row for ann@example.org', 'SELECT ?', [
      'ann@example.org',
    ]);
    expect(error.stack).toContain('ann@example.org');
    recordException(root, error);
    expect(JSON.stringify(root.events)).not.toContain('ann@example.org');
    expect(root.events[0]?.attributes?.['exception.stacktrace']).toContain('no row for ?');
  });

  it('keeps a value that the database has shortened out of message and stack', () => {
    const value = 'ann@a-very-long-name.example.org';
    const error = new QueryFailedError(
      `Duplicate entry '${value.slice(0, 20)}' for key 'IDX_1'`,
      'INSERT',
      [value],
    );
    const target = span();
    recordException(target, error);
    const { attributes = {} } = target.events[0] ?? {};
    expect(attributes['exception.message']).toBe("Duplicate entry '?' for key 'IDX_1'");
    expect(attributes['exception.stacktrace']).not.toContain('ann@');
    expect(attributes['exception.stacktrace']).toContain('exceptions.spec.ts');
  });

  it('takes a frozen error', () => {
    const root = span();
    recordException(root, Object.freeze(new Error('frozen')));
    expect(root.events).toHaveLength(1);
  });
});

describe('failSpan', () => {
  it('marks a failure: type, status and event', () => {
    const root = span();
    failSpan(root, new PaymentError('declined'));
    expect(root.attributes).toEqual({ 'error.type': 'PaymentError' });
    expect(root.status).toEqual({ code: SpanStatusCode.ERROR, message: 'declined' });
    expect(root.events).toHaveLength(1);
  });

  it('only names an expected exception', () => {
    const root = span();
    failSpan(root, new ForbiddenException('no'));
    expect(root.attributes).toEqual({ 'error.type': 'ForbiddenException' });
    expect(root.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(root.events).toEqual([]);
  });

  it('marks the refusal of another service as the failure it is for the caller', () => {
    const root = span();
    failSpan(root, Object.assign(new PaymentError('declined'), { statusCode: 402 }));
    expect(root.attributes).toEqual({ 'error.type': 'PaymentError' });
    expect(root.status).toEqual({ code: SpanStatusCode.ERROR, message: 'declined' });
    expect(root.events).toHaveLength(1);
  });

  it('marks every span an error passes through, and records it on the first', () => {
    const root = span();
    const child = span(root);
    const error = new Error('failed');
    failSpan(child, error);
    failSpan(root, error);
    expect(child.events).toHaveLength(1);
    expect(root.events).toEqual([]);
    expect(root.status).toEqual(child.status);
  });

  it.each([
    ['text', 'string', 'text'],
    [undefined, 'undefined', 'undefined'],
    [null, 'object', 'null'],
  ])('marks what is no error: %j', (thrown, type, message) => {
    const root = span();
    failSpan(root, thrown);
    expect(root.attributes).toEqual({ 'error.type': type });
    expect(root.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(root.events).toHaveLength(1);
  });

  it('keeps query parameters out of the status', () => {
    const root = span();
    failSpan(root, new QueryFailedError('bad: ann@example.org', 'SELECT', ['ann@example.org']));
    expect(root.status.message).toBe('bad: ?');
  });

  it('does nothing to a span that has ended', () => {
    const root = span();
    root.end();
    failSpan(root, new Error('late'));
    expect(root.attributes).toEqual({});
    expect(root.events).toEqual([]);
  });
});
