import { describe, expect, it } from 'vitest';
import { PanelAddress } from '../../../libs/nestrace/src/pipeline/panel-address.js';

describe('PanelAddress', () => {
  it('owns nothing before it is known where the panel is', () => {
    const address = new PanelAddress();
    expect(address.owns('/_otel')).toBe(false);
    expect(address.url()).toBeUndefined();
  });

  it.each([
    ['/api/_otel', true],
    ['/api/_otel/', true],
    ['/api/_otel/api/traces', true],
    ['/API/_Otel/api/stream', true],
    ['/api/_otelx', false],
    ['/x/api/_otel', false],
    ['/_otel', false],
    ['/api', false],
  ])('owns %s: %s', (path, owned) => {
    const address = new PanelAddress();
    address.path = '/api/_otel';
    expect(address.owns(path)).toBe(owned);
  });
});
