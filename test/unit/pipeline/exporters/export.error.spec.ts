import { describe, expect, it } from 'vitest';
import {
  ExportError,
  PartialSuccessError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';

describe('ExportError', () => {
  it('carries what is known about the failure', () => {
    const cause = new Error('socket');
    const error = new ExportError('cut off', { code: 'ECONNRESET', httpStatus: 502 }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('ExportError');
    expect(error.message).toBe('cut off');
    expect(error.facts).toEqual({ code: 'ECONNRESET', httpStatus: 502 });
    expect(error.cause).toBe(cause);
  });

  it('may know nothing', () => {
    expect(new ExportError('failed').facts).toEqual({});
  });
});

describe('PartialSuccessError', () => {
  it('says what the backend says', () => {
    const error = new PartialSuccessError(3, 'too old');
    expect(error).toMatchObject({
      name: 'PartialSuccessError',
      rejectedSpans: 3,
      message: 'too old',
    });
  });

  it('finds its own words when the backend has none', () => {
    expect(new PartialSuccessError(3, '').message).toBe('the backend rejected 3 spans');
  });
});
