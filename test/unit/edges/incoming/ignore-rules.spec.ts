import { describe, expect, it, vi } from 'vitest';
import type { IgnoreRule } from '../../../../libs/nestrace/src/config/sampling.options.js';
import { compileIgnoreRules } from '../../../../libs/nestrace/src/edges/incoming/ignore-rules.js';

const ask = (rules: readonly IgnoreRule[], method: string, path: string, prefix = '') =>
  compileIgnoreRules(rules, false, () => prefix)({ method, path, headers: {} });

describe('ignore rules', () => {
  it.each<[string, IgnoreRule, string, string, boolean]>([
    ['a path', '/a', 'GET', '/a', true],
    ['a path is the whole path', '/a', 'GET', '/a/b', false],
    ['a pattern', '/a/*', 'GET', '/a/b/c', true],
    ['an expression', /b$/, 'GET', '/a/b', true],
    ['a sticky expression, twice', /a/gy, 'GET', 'a', true],
    ['a path for a method', { path: '/a', method: 'post' }, 'POST', '/a', true],
    ['a path for another method', { path: '/a', method: 'post' }, 'GET', '/a', false],
    ['a method alone', { method: 'OPTIONS' }, 'OPTIONS', '/anything', true],
    ['a path alone', { path: /^\/a/ }, 'DELETE', '/ab', true],
    ['a function', ({ path }) => path === '/f', 'GET', '/f', true],
  ])('match %s', (_what, rule, method, path, expected) => {
    expect(ask([rule], method, path)).toBe(expected);
    expect(ask([rule], method, path)).toBe(expected);
  });

  it('match when any of them does, and none when there is none', () => {
    expect(ask(['/x', '/y'], 'GET', '/y')).toBe(true);
    expect(ask([], 'GET', '/y')).toBe(false);
  });

  it('take a function that throws for a no', () => {
    const rule = () => {
      throw new Error('broken rule');
    };
    expect(ask([rule, '/y'], 'GET', '/y')).toBe(true);
    expect(ask([rule], 'GET', '/y')).toBe(false);
  });
});

describe('probes', () => {
  const isProbe = (path: string, prefix = '') =>
    compileIgnoreRules([], true, () => prefix)({ method: 'GET', path, headers: {} });

  it.each(['/health', '/health/db', '/healthz', '/livez', '/readyz', '/favicon.ico'])(
    'are known: %s',
    (path) => {
      expect(isProbe(path)).toBe(true);
      expect(isProbe(`/api/v1${path}`, '/api/v1/')).toBe(true);
      expect(isProbe(`/api${path}`)).toBe(false);
    },
  );

  it.each(['/', '/healthcare', '/users/health', '/_otel', '/Health'])(
    'are not taken for one: %s',
    (path) => {
      expect(isProbe(path, 'api')).toBe(false);
    },
  );

  it('ask for the prefix once, and only when they need it', () => {
    const prefix = vi.fn<() => string>(() => 'api');
    const ignores = compileIgnoreRules([], true, prefix);
    ignores({ method: 'GET', path: '/health', headers: {} });
    expect(prefix).not.toHaveBeenCalled();
    ignores({ method: 'GET', path: '/users', headers: {} });
    ignores({ method: 'GET', path: '/users', headers: {} });
    expect(prefix).toHaveBeenCalledOnce();
  });
});
