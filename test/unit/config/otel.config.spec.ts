import { afterEach, describe, expect, it, vi } from 'vitest';
import { otelConfig } from '../../../libs/nestrace/src/config/otel.config.js';
import { resolve } from '../support/options.js';

describe('otelConfig', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is the namespace "otel" of @nestjs/config', () => {
    expect(otelConfig.KEY).toBe('CONFIGURATION(otel)');
    const provider = otelConfig.asProvider();
    expect(provider.inject).toEqual(['CONFIGURATION(otel)']);
    const value = { environment: 'qa' };
    expect(provider.useFactory(value)).toBe(value);
  });

  it('reads the environment at the moment it is asked', () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'first');
    expect(otelConfig().service).toEqual({ name: 'first' });
    vi.stubEnv('OTEL_SERVICE_NAME', 'second');
    expect(otelConfig().service).toEqual({ name: 'second' });
  });

  it('hands out options that keep their origin', () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'orders');
    expect(resolve(otelConfig()).origins.get('service.name')).toEqual({
      source: 'env',
      variable: 'OTEL_SERVICE_NAME',
    });
  });
});
