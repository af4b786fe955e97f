import { describe, expect, it } from 'vitest';
import {
  closedError,
  ExportError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { noFailures } from '../../../../libs/nestrace/src/pipeline/exporters/failure-counts.js';
import {
  failureReason,
  isAboutBatch,
} from '../../../../libs/nestrace/src/pipeline/exporters/failure-reason.js';

describe('failureReason', () => {
  it.each([
    [{ code: 'ECONNREFUSED' }, 'unreachable'],
    [{ code: 'ENOTFOUND' }, 'unreachable'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'unreachable'],
    [{ code: 'ECONNREFUSED', grpcStatus: 14 }, 'unreachable'],
    [{ code: 'ETIMEDOUT' }, 'timeout'],
    [{ grpcStatus: 4 }, 'timeout'],
    [{ httpStatus: 504 }, 'timeout'],
    [{ httpStatus: 429 }, 'unavailable'],
    [{ httpStatus: 500 }, 'unavailable'],
    [{ httpStatus: 503 }, 'unavailable'],
    [{ grpcStatus: 8 }, 'unavailable'],
    [{ grpcStatus: 14 }, 'unavailable'],
    [{ httpStatus: 302 }, 'refused'],
    [{ httpStatus: 400 }, 'refused'],
    [{ httpStatus: 401 }, 'refused'],
    [{ httpStatus: 404 }, 'refused'],
    [{ grpcStatus: 16 }, 'refused'],
    [{ code: 'ENOTOTLP' }, 'refused'],
    [{ httpStatus: 413 }, 'too_large'],
    [{ code: 'ETOOLARGE', grpcStatus: 8 }, 'too_large'],
    [{}, 'other'],
  ] as const)('takes %j for %s', (facts, reason) => {
    expect(failureReason(new ExportError('', facts))).toBe(reason);
  });

  it('knows what was cut off by the shutdown', () => {
    expect(failureReason(closedError())).toBe('shutdown');
  });

  it.each([new Error('ECONNREFUSED'), 'text', null, undefined])(
    'knows nothing of errors of others: %s',
    (error) => {
      expect(failureReason(error)).toBe('other');
    },
  );
});

describe('isAboutBatch', () => {
  it.each([{ httpStatus: 400 }, { httpStatus: 413 }, { grpcStatus: 3 }, { code: 'ETOOLARGE' }])(
    'is so for %j',
    (facts) => {
      expect(isAboutBatch(new ExportError('', facts))).toBe(true);
    },
  );

  it.each([{ httpStatus: 401 }, { httpStatus: 503 }, { code: 'ECONNREFUSED' }, { grpcStatus: 7 }])(
    'is not so for %j',
    (facts) => {
      expect(isAboutBatch(new ExportError('', facts))).toBe(false);
    },
  );

  it('is not so for errors of others', () => {
    expect(isAboutBatch(new Error('400'))).toBe(false);
  });
});

it('begins with nothing for every reason', () => {
  expect(Object.values(noFailures())).toEqual(Array.from({ length: 8 }, () => 0));
});
