import { describe, expect, it } from 'vitest';
import {
  roleOfMethod,
  type EnhancerRole,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/roles.js';

const roles = (...all: readonly EnhancerRole[]): ReadonlySet<EnhancerRole> => new Set(all);

describe('roleOfMethod', () => {
  it.each([
    ['canActivate', 'guard'],
    ['transform', 'pipe'],
    ['intercept', 'interceptor'],
    ['catch', 'filter'],
    ['use', 'middleware'],
  ] as const)('Nest calls %s() of a %s', (method, role) => {
    expect(roleOfMethod(method, roles(role))).toBe(role);
    expect(roleOfMethod(method, roles())).toBeUndefined();
  });

  it('tells the roles of a class with several of them apart', () => {
    const both = roles('guard', 'interceptor');
    expect(roleOfMethod('canActivate', both)).toBe('guard');
    expect(roleOfMethod('intercept', both)).toBe('interceptor');
    expect(roleOfMethod('transform', both)).toBeUndefined();
    expect(roleOfMethod('help', both)).toBeUndefined();
    expect(roleOfMethod(Symbol('use'), roles('middleware'))).toBeUndefined();
  });
});
