import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../../../libs/nestrace/src/sinks/panel/access/caller.js';
import { whereFromRule } from '../../../../../libs/nestrace/src/sinks/panel/access/where-from.js';

const caller = (more: Partial<Caller> = {}): Caller => ({
  method: 'GET',
  address: '127.0.0.1',
  localAddress: '127.0.0.1',
  proxySign: undefined,
  host: 'localhost:3000',
  header: () => undefined,
  ...more,
});
const options = { allowFrom: [], allowedHosts: [], trustProxy: false };

describe('where a request comes from', () => {
  it('decides who hears why not', () => {
    const rule = whereFromRule({ ...options, allowFrom: ['10.0.0.0/8'] });
    expect(rule(caller())).toBeUndefined();
    expect(rule(caller({ address: '10.1.1.1' }))).toBeUndefined();
    expect(rule(caller({ host: 'evil.test' }))).toMatchObject({ isSilent: false, status: 403 });
    const silent = [
      { address: '11.1.1.1' },
      { address: undefined },
      { address: '10.1.1.1', host: 'evil.test' },
      { proxySign: 'via' },
    ];
    for (const more of silent) expect(rule(caller(more))).toMatchObject({ isSilent: true });
  });

  it('is asked of a trusted proxy as well, which proves nothing by being local', () => {
    const rule = whereFromRule({ ...options, trustProxy: true, allowedHosts: ['shop.test'] });
    expect(rule(caller({ proxySign: 'via', host: 'shop.test' }))).toBeUndefined();
    expect(rule(caller({ proxySign: 'via', host: 'evil.test' }))?.isSilent).toBe(true);
    expect(rule(caller({ proxySign: 'via', address: '9.9.9.9' }))?.isSilent).toBe(true);
  });

  it('shows no more of a host than fits', () => {
    const rule = whereFromRule(options);
    expect(rule(caller({ host: 'x'.repeat(5000) }))?.reason.length).toBeLessThan(200);
  });
});
