import { describe, expect, it } from 'vitest';
import { onlyProblem, refusal, resolve } from '../support/options.js';

const DEFAULTS = {
  enabled: true,
  requestIdHeader: 'x-request-id',
  traceIdHeader: 'x-trace-id',
  captureRequestHeaders: ['x-request-id'],
  captureResponseHeaders: ['x-request-id'],
  captureClientAddress: false,
  captureUserAgent: true,
  redactQueryKeys: [],
};

describe('http options', () => {
  it.each([undefined, true, {}])('have defaults when %j is given', (http) => {
    expect(resolve({ http }).http).toEqual(DEFAULTS);
  });

  it('keep their defaults when they are off', () => {
    expect(resolve({ http: false }).http).toEqual({ ...DEFAULTS, enabled: false });
  });

  it.each(['production', 'staging', 'Development', 'test'])(
    'do not name the trace in responses where the environment is %s',
    (environment) => {
      expect(resolve({ environment }).http.traceIdHeader).toBe(false);
      expect(resolve({}, { NODE_ENV: environment }).http.traceIdHeader).toBe(false);
    },
  );

  it('name the trace in responses when they are told to', () => {
    const { http } = resolve({ environment: 'production', http: { traceIdHeader: 'trace' } });
    expect(http.traceIdHeader).toBe('trace');
  });

  it('capture the header the request id travels in, in lower case', () => {
    const { http } = resolve({ http: { requestIdHeader: 'X-Correlation-ID' } });
    expect(http.requestIdHeader).toBe('X-Correlation-ID');
    expect(http.captureRequestHeaders).toEqual(['x-correlation-id']);
    expect(http.captureResponseHeaders).toEqual(['x-correlation-id']);
  });

  it('capture no header when request ids are off', () => {
    const { http } = resolve({ http: { requestIdHeader: false } });
    expect(http.requestIdHeader).toBe(false);
    expect(http.captureRequestHeaders).toEqual([]);
    expect(http.captureResponseHeaders).toEqual([]);
  });

  it('take header lists in any letter case, also empty ones', () => {
    const { http } = resolve({
      http: { captureRequestHeaders: ['X-Tenant', 'accept'], captureResponseHeaders: [] },
    });
    expect(http.captureRequestHeaders).toEqual(['x-tenant', 'accept']);
    expect(http.captureResponseHeaders).toEqual([]);
  });

  it('take texts and expressions as query keys to redact', () => {
    const keys = ['email', 'user_*', /^x/];
    expect(resolve({ http: { redactQueryKeys: keys } }).http.redactQueryKeys).toEqual(keys);
  });

  it.each([
    ['requestIdHeader', '', 'a header name, or false'],
    ['requestIdHeader', 'x request id', 'a header name, or false'],
    ['requestIdHeader', 'x-id\r\nset-cookie: a', 'a header name, or false'],
    ['requestIdHeader', true, 'a header name, or false'],
    ['traceIdHeader', 'x:y', 'a header name, or false'],
    ['captureRequestHeaders', 'accept', 'a list of header names'],
    ['captureRequestHeaders', [''], 'a list of header names'],
    ['captureResponseHeaders', [1], 'a list of header names'],
    ['captureClientAddress', 1, 'true or false'],
    ['captureUserAgent', 'no', 'true or false'],
    ['redactQueryKeys', [''], 'a list of texts (with * for anything) or regular expressions'],
    ['redactQueryKeys', 'email', 'a list of texts (with * for anything) or regular expressions'],
  ])('refuse %s: %j', (name, value, accepted) => {
    const problem = onlyProblem({ http: { [name]: value } });
    expect(problem.path).toBe(`http.${name}`);
    expect(problem.accepted).toBe(accepted);
  });

  it('refuse what is neither a switch nor options', () => {
    expect(refusal({ http: 'off' }).problems[0]?.accepted).toBe(
      'true, false or an object of options',
    );
  });
});
