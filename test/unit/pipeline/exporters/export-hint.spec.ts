import { describe, expect, it } from 'vitest';
import { ExportError } from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { exportHint } from '../../../../libs/nestrace/src/pipeline/exporters/export-hint.js';

function hint(facts: ExportError['facts']): string | undefined {
  return exportHint(new ExportError('failed', facts));
}

describe('exportHint', () => {
  it.each([
    [{ code: 'ECONNREFUSED' }, 'Nothing listens there.'],
    [{ code: 'ENOTFOUND' }, 'The host name is not known.'],
    [{ code: 'ETIMEDOUT' }, 'There was no answer in time.'],
    [{ code: 'HPE_INVALID_CONSTANT' }, 'set protocol to "grpc"'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls.ca'],
    [{ httpStatus: 401 }, 'Check the headers'],
    [{ httpStatus: 404 }, '/v1/traces'],
    [{ httpStatus: 413 }, 'limits.attributeValueLength'],
    [{ httpStatus: 429 }, 'Lower the sampling ratio'],
    [{ grpcStatus: 14 }, 'set protocol to "http/protobuf"'],
    [{ grpcStatus: 16 }, 'Check the headers'],
  ])('knows what to do about %j', (facts, expected) => {
    expect(hint(facts)).toContain(expected);
  });

  it.each([
    {},
    { code: 'EWHATEVER' },
    { httpStatus: 418 },
    { grpcStatus: 2 },
    { grpcStatus: 0 },
    { code: 'EWHATEVER', httpStatus: 418, grpcStatus: 2 },
  ])('is silent about %j', (facts) => {
    expect(hint(facts)).toBeUndefined();
  });

  it('prefers what is nearest to the cause', () => {
    expect(hint({ code: 'ECONNREFUSED', httpStatus: 503, grpcStatus: 14 })).toBe(
      hint({ code: 'ECONNREFUSED' }),
    );
    expect(hint({ httpStatus: 503, grpcStatus: 14 })).toBe(hint({ httpStatus: 503 }));
    expect(hint({ code: 'EWHATEVER', grpcStatus: 14 })).toBe(hint({ grpcStatus: 14 }));
  });

  it.each([new Error('ECONNREFUSED'), 'ECONNREFUSED', undefined, null, { facts: {} }])(
    'is silent about errors of others: %s',
    (error) => {
      expect(exportHint(error)).toBeUndefined();
    },
  );
});
