import { NestApplicationContext } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  CALLERS,
  HOOKS,
  isOfStart,
} from '../../../../libs/nestrace/src/edges/lifecycle/hook-names.js';

describe('the hooks of Nest', () => {
  it('are called when an application starts, or when it closes', () => {
    expect(HOOKS.filter(isOfStart)).toEqual(['onModuleInit', 'onApplicationBootstrap']);
    expect(HOOKS.filter((hook) => !isOfStart(hook))).toEqual([
      'onModuleDestroy',
      'beforeApplicationShutdown',
      'onApplicationShutdown',
    ]);
  });

  it.each(HOOKS)('have a method each that calls them: %s', (hook) => {
    expect(NestApplicationContext.prototype).toHaveProperty(CALLERS[hook]);
  });
});
