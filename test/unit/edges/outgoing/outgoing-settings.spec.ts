import { describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { compileSettings } from '../../../../libs/nestrace/src/edges/outgoing/outgoing-settings.js';
import { resolve } from '../../support/options.js';

const call = (host: string) => ({ host, port: 80, path: '/a', method: 'GET' });

function settings(outgoing: object, legacyNames = false) {
  return compileSettings(resolve({ outgoing }).outgoing, legacyNames);
}

describe('compileSettings', () => {
  it('lets the context go everywhere and ignores nothing when nothing is said', () => {
    const { ignores, propagatesTo, legacyNames } = settings({});
    expect(propagatesTo(call('anywhere.test'))).toBe(true);
    expect(ignores(call('anywhere.test'))).toBe(false);
    expect(legacyNames).toBe(false);
  });

  it('compares patterns with the whole name of the host', () => {
    const { ignores, propagatesTo } = settings({
      propagateTo: ['*.shop.test', /^10\./],
      ignore: ['status.test'],
    });
    const hosts = ['a.shop.test', '10.0.0.1', 'shop.test', 'status.test', 'mystatus.test'];
    expect(hosts.filter((host) => propagatesTo(call(host)))).toEqual(['a.shop.test', '10.0.0.1']);
    expect(hosts.filter((host) => ignores(call(host)))).toEqual(['status.test']);
  });

  it('asks a function about the whole call', () => {
    const ignore = vi.fn<(request: { path: string }) => boolean>(({ path }) => path === '/a');
    const { ignores } = settings({ ignore });
    expect(ignores(call('shop.test'))).toBe(true);
    expect(ignore).toHaveBeenCalledWith({ host: 'shop.test', port: 80, path: '/a', method: 'GET' });
  });

  it('ignores nothing and sends nothing for a rule that throws, and counts it', () => {
    const broken = (): boolean => {
      throw new Error('rule');
    };
    const before = failureCounts().get('outgoing.propagate') ?? 0;
    const { ignores, propagatesTo } = settings({ propagateTo: broken, ignore: broken });
    expect(ignores(call('shop.test'))).toBe(false);
    expect(propagatesTo(call('shop.test'))).toBe(false);
    expect(failureCounts().get('outgoing.propagate')).toBe(before + 2);
  });

  it('remembers whether the old names are wanted', () => {
    expect(settings({}, true).legacyNames).toBe(true);
  });
});
