import type { TextMapPropagator } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { onlyProblem, resolve } from '../support/options.js';

const own: TextMapPropagator = {
  inject: () => {},
  extract: (context) => context,
  fields: () => [],
};

describe('propagators option', () => {
  it('is W3C trace context and baggage', () => {
    expect(resolve().propagators).toEqual(['tracecontext', 'baggage']);
  });

  it('takes names and propagators, in order', () => {
    const propagators = ['b3', own, 'none'];
    const resolved = resolve({ propagators }).propagators;
    expect(resolved).toEqual(propagators);
    expect(resolved[1]).toBe(own);
  });

  it('may be empty', () => {
    expect(resolve({ propagators: [] }).propagators).toEqual([]);
  });

  it('reads the variable, in any letter case and without repetitions', () => {
    const options = resolve({}, { OTEL_PROPAGATORS: 'b3, XRay,b3 ,jaeger,b3multi,none' });
    expect(options.propagators).toEqual(['b3', 'xray', 'jaeger', 'b3multi', 'none']);
    expect(options.origins.get('propagators')).toEqual({
      source: 'env',
      variable: 'OTEL_PROPAGATORS',
    });
  });

  it('ignores a variable with an unknown name and says so', () => {
    const options = resolve({}, { OTEL_PROPAGATORS: 'tracecontext,ottrace' });
    expect(options.propagators).toEqual(['tracecontext', 'baggage']);
    expect(options.warnings).toEqual([
      expect.stringMatching(/^OTEL_PROPAGATORS='tracecontext,ottrace'.*"tracecontext", "baggage"/),
    ]);
  });

  it('prefers code', () => {
    const options = resolve({ propagators: ['xray'] }, { OTEL_PROPAGATORS: 'b3' });
    expect(options.propagators).toEqual(['xray']);
  });

  it.each([['b3'], [['B3']], [[{}]], [[{ inject: () => {} }]], [null]])(
    'refuses %j in code',
    (propagators) => {
      const problem = onlyProblem({ propagators });
      expect(problem.path).toBe('propagators');
      expect(problem.accepted).toContain('"b3multi"');
      expect(problem.accepted).toContain('a TextMapPropagator');
    },
  );
});
