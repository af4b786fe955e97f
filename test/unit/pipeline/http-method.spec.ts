import { describe, expect, it } from 'vitest';
import { isKnownMethod, spanMethod } from '../../../libs/nestrace/src/pipeline/http-method.js';

describe('spanMethod', () => {
  it('keeps the known methods and joins all others under one name', () => {
    expect(['GET', 'QUERY', 'get', 'BREW', ''].map(spanMethod)).toEqual([
      'GET',
      'QUERY',
      'HTTP',
      'HTTP',
      'HTTP',
    ]);
  });
});

describe('isKnownMethod', () => {
  it('takes methods as they are written on the wire only', () => {
    expect(['PATCH', 'patch', 'BREW'].map(isKnownMethod)).toEqual([true, false, false]);
  });
});
