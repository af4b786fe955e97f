import { describe, expect, it } from 'vitest';
import { DecoratorUsageError } from '../../../../libs/nestrace/src/core/errors/decorator-usage.error.js';
import { OtelError } from '../../../../libs/nestrace/src/core/errors/otel.error.js';

describe('DecoratorUsageError', () => {
  it('says which decorator stands where, and what to do', () => {
    const error = DecoratorUsageError.notAMethod('Traced', 'Orders.total');
    expect(error).toBeInstanceOf(OtelError);
    expect(error.name).toBe('DecoratorUsageError');
    expect(error.code).toBe('decorator_usage');
    expect(error.message).toBe(
      '@Traced() was put on Orders.total, which is not a method. Put it on a method or on a ' +
        'class; an arrow-function property has to become a method first.',
    );
  });
});
