import { describe, expect, it } from 'vitest';
import { OtelError } from '../../../../libs/nestrace/src/core/errors/otel.error.js';

class NarrowError extends OtelError {}

describe('OtelError', () => {
  it('carries its code, its message and its cause', () => {
    const cause = new Error('why');
    const error = new OtelError('config', 'what', { cause });
    expect(error.code).toBe('config');
    expect(error.message).toBe('what');
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain('what');
  });

  it('is called by the class that was thrown', () => {
    expect(new OtelError('config', '').name).toBe('OtelError');
    expect(new NarrowError('config', '').name).toBe('NarrowError');
  });

  it('has no cause unless there is one', () => {
    expect('cause' in new OtelError('config', '')).toBe(false);
  });
});
