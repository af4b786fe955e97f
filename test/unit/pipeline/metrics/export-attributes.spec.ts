import { describe, expect, it } from 'vitest';
import {
  ExportError,
  PartialSuccessError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { exportAttributes } from '../../../../libs/nestrace/src/pipeline/metrics/export-attributes.js';

describe('exportAttributes', () => {
  it.each<[what: string, error: unknown, attributes: object]>([
    ['an export that ended well', undefined, {}],
    ['a remark of the backend', new PartialSuccessError(0, 'nice spans'), {}],
    ['a part that was rejected', new PartialSuccessError(3, 'old'), { 'error.type': 'rejected' }],
    [
      'a part that was too large',
      new PartialSuccessError(1, 'large', { too_large: 1 }),
      { 'error.type': 'too_large' },
    ],
    [
      'an answer of HTTP',
      new ExportError('no', { httpStatus: 403 }),
      { 'error.type': 'refused', 'http.response.status_code': 403 },
    ],
    [
      'an answer of gRPC',
      new ExportError('no', { grpcStatus: 14 }),
      { 'error.type': 'unavailable', 'rpc.status_code': 'UNAVAILABLE' },
    ],
    [
      'a status nobody knows',
      new ExportError('no', { grpcStatus: 99 }),
      { 'error.type': 'unavailable' },
    ],
    ['no answer', new ExportError('no', { code: 'ETIMEDOUT' }), { 'error.type': 'timeout' }],
    ['an exporter of the application', new RangeError('what?'), { 'error.type': '_OTHER' }],
    ['what is no error', 'what?', { 'error.type': '_OTHER' }],
  ])('tell %s', (_what, error, attributes) => {
    expect(exportAttributes(error)).toEqual(attributes);
  });
});
