import { describe, expect, it } from 'vitest';
import * as names from '../../../libs/nestrace/src/pipeline/attributes.js';

describe('attribute names', () => {
  const own = Object.entries(names).filter(([constant]) => constant.startsWith('ATTR_NEST_'));

  it('of nestrace live in a namespace of their own', () => {
    expect(own.length).toBeGreaterThan(5);
    for (const [, name] of own) expect(name).toMatch(/^nest\.[a-z_.0-9]+$/);
  });

  it('are all different', () => {
    const texts = Object.entries(names)
      .filter(([constant]) => constant.startsWith('ATTR_'))
      .flatMap(([, name]) => (typeof name === 'string' ? name : []));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('name query parameters and headers by their key', () => {
    expect(names.ATTR_DB_QUERY_PARAMETER('0')).toBe('db.query.parameter.0');
    expect(names.ATTR_HTTP_REQUEST_HEADER('x-request-id')).toBe('http.request.header.x-request-id');
  });
});
