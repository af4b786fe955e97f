import { afterEach, describe, expect, it, vi } from 'vitest';
import { processEnvironment } from '../../../libs/nestrace/src/config/env.js';

describe('processEnvironment', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('shows the environment as it is at the moment of the question', () => {
    vi.stubEnv('NESTRACE_TEST', 'one');
    expect(processEnvironment()['NESTRACE_TEST']).toBe('one');
    vi.stubEnv('NESTRACE_TEST', undefined);
    expect(processEnvironment()['NESTRACE_TEST']).toBeUndefined();
  });
});
