import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../../libs/nestrace/src/core/matcher.js';

describe('compilePatterns', () => {
  it('matches nothing without patterns', () => {
    const matches = compilePatterns([]);
    expect(matches('')).toBe(false);
    expect(matches('/health')).toBe(false);
  });

  it('matches a text as a whole and by letter case', () => {
    const matches = compilePatterns(['/health']);
    expect(matches('/health')).toBe(true);
    expect(matches('/health/')).toBe(false);
    expect(matches('/a/health')).toBe(false);
    expect(matches('/Health')).toBe(false);
  });

  it.each([
    ['/internal/*', '/internal/', true],
    ['/internal/*', '/internal/a/b', true],
    ['/internal/*', '/internal', false],
    ['*.example.org', 'api.example.org', true],
    ['*.example.org', 'example.org', false],
    ['/a/*/c', '/a/b/b/c', true],
    ['*', '', true],
    ['*', 'first line\nsecond line', true],
    ['a**b', 'ab', true],
    ['a*b', 'axc', false],
    ['*a*b*', 'aaa', false],
    ['a*b', 'xab', false],
    ['a*b', 'a', false],
  ])('reads * as any run of characters: %s and %s', (pattern, text, expected) => {
    expect(compilePatterns([pattern])(text)).toBe(expected);
  });

  it('takes every other character of a wildcard literally', () => {
    const matches = compilePatterns(['^a.+?(b)[c]{1}|$\\*']);
    expect(matches('^a.+?(b)[c]{1}|$\\ and more')).toBe(true);
    expect(matches('aXb')).toBe(false);
    expect(compilePatterns(['*.b'])('aXb')).toBe(false);
  });

  it('uses an expression as it is', () => {
    const matches = compilePatterns([/^\/v\d+/i]);
    expect(matches('/V2/users')).toBe(true);
    expect(matches('/users')).toBe(false);
  });

  it.each(['g', 'y', 'gy', 'giy'])('gives the same answer every time with flag %s', (flags) => {
    const expression = new RegExp('^/a', flags);
    const matches = compilePatterns([expression]);
    expect([matches('/a'), matches('/a'), matches('/a')]).toEqual([true, true, true]);
    expect(expression.lastIndex).toBe(0);
  });

  it('accepts what any of several patterns accepts', () => {
    const matches = compilePatterns(['/exact', '/wild/*', /expression$/]);
    expect(matches('/exact')).toBe(true);
    expect(matches('/wild/x')).toBe(true);
    expect(matches('an expression')).toBe(true);
    expect(matches('/other')).toBe(false);
  });

  it.each([
    ['/a*/a', '/a', false],
    ['/a*/a', '/a/a', true],
    ['*ab*b', 'ab', false],
    ['*ab*b', 'abb', true],
    ['*a*ab', 'aab', true],
    ['*a*ab', 'ab', false],
    ['a*b*c', 'abcbc', true],
    ['a*b*c', 'acb', false],
  ])('never uses a character for two parts of a pattern: %s and %s', (pattern, text, expected) => {
    expect(compilePatterns([pattern])(text)).toBe(expected);
  });

  it('answers for a text made to defeat a pattern with many wildcards', () => {
    const matches = compilePatterns([`${'*a'.repeat(50)}*b*`]);
    expect(matches('a'.repeat(100_000))).toBe(false);
    expect(matches(`${'a'.repeat(100_000)}b`)).toBe(true);
  });
});
