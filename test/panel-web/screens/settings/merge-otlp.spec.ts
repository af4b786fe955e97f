import { describe, expect, it } from 'vitest';
import {
  mergeOtlp,
  otlpProblem,
} from '../../../../libs/panel-web/src/screens/settings/merge-otlp.js';

describe('mergeOtlp', () => {
  it('puts all resources into one document, and leaves out what is none', () => {
    expect(mergeOtlp([{ resourceSpans: [1] }, null, 'x', { resourceSpans: [2, 3] }])).toEqual({
      resourceSpans: [1, 2, 3],
    });
  });
});

describe('otlpProblem', () => {
  it('says what is wrong before anything is sent', () => {
    expect(otlpProblem('{')).toBe('It is not JSON.');
    expect(otlpProblem('{"resourceLogs":[]}')).toContain('resourceSpans');
    expect(otlpProblem('null')).toContain('resourceSpans');
    expect(otlpProblem('{"resourceSpans":[]}')).toBeUndefined();
  });
});
