import { Get } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { AutoTraceOptions } from '../../../../../libs/nestrace/src/config/auto-trace.options.js';
import {
  TracedApplication,
  tracedApplications,
} from '../../../../../libs/nestrace/src/edges/autotrace/choosing/traced-application.js';
import {
  mark,
  TRACED_METHOD,
  UNTRACED,
} from '../../../../../libs/nestrace/src/pipeline/methods/markers.js';
import { resolve } from '../../../support/options.js';
import { startTracing } from '../../../support/tracing.js';

class OrdersModule {}
class OtherModule {}
class TypeOrmModule {}
class ConfigService {}

class Orders {
  find(): void {}

  canActivate(): void {}

  @Get()
  list(): void {}
}

const undo: (() => void)[] = [];

afterEach(() => {
  for (const stop of undo.splice(0)) stop();
});

function start(options: AutoTraceOptions = {}, modules: object = new Map()): TracedApplication {
  const { telemetry, stop } = startTracing();
  undo.push(stop);
  const { autoTrace } = resolve({ autoTrace: options });
  return new TracedApplication(telemetry, autoTrace, modules as ModulesContainer);
}

const { find, list, canActivate } = Orders.prototype;

describe('an application', () => {
  it('is known by its telemetry', () => {
    const application = start();
    expect(application.telemetry && tracedApplications.of(application.telemetry)).toBe(application);
  });

  it('has no telemetry as long as it is put together', () => {
    const application = new TracedApplication(undefined, resolve().autoTrace, new Map() as never);
    application.learn(Orders, OrdersModule);
    expect(application.takes(Orders, 'find', find)).toBe(true);
  });

  it('takes no methods of classes it does not know', () => {
    const application = start();
    expect(application.takes(Orders, 'find', find)).toBe(false);
    expect(application.planFor(Orders, 'find', find)).toBeUndefined();
    expect(application.isEnhancer(Orders)).toBe(false);
    expect(application.isEntry(Orders, 'canActivate')).toBe(false);
  });

  it('plans the methods of classes it knows', () => {
    const application = start();
    application.learn(Orders, OrdersModule);
    expect(application.planFor(Orders, 'find', find)).toMatchObject({
      name: 'Orders.find',
      attributes: { 'nest.type': 'provider', 'nest.module': 'OrdersModule' },
    });
    expect(application.planFor(Orders, 'list', list)).toMatchObject({
      attributes: { 'nest.type': 'handler' },
    });
    expect(application.planFor(Orders, Symbol('send'), find)?.name).toBe('Orders[send]');
  });

  it('tells no module where a class has several', () => {
    const application = start();
    application.learn(Orders, OrdersModule);
    application.learn(Orders, OrdersModule);
    expect(application.planFor(Orders, 'find', find)?.attributes).toHaveProperty('nest.module');
    application.learn(Orders, OtherModule);
    expect(application.planFor(Orders, 'find', find)?.attributes).not.toHaveProperty('nest.module');
  });

  it('knows enhancers by the roles they have', () => {
    const application = start();
    application.learn(Orders);
    expect(application.isEnhancer(Orders)).toBe(false);
    application.learn(Orders, OrdersModule, 'guard');
    application.learn(Orders);
    expect(application.isEnhancer(Orders)).toBe(true);
    expect(application.isEntry(Orders, 'canActivate')).toBe(true);
    expect(application.isEntry(Orders, 'find')).toBe(false);
    expect(application.isEntry(Orders, 'catch')).toBe(false);
    application.learn(Orders, OrdersModule, 'filter');
    expect(application.isEntry(Orders, 'catch')).toBe(true);
    expect(application.planFor(Orders, 'canActivate', canActivate)).toMatchObject({
      attributes: { 'nest.type': 'guard' },
    });
    expect(application.planFor(Orders, 'find', find)).toMatchObject({
      attributes: { 'nest.type': 'provider' },
    });
  });

  it.each([TRACED_METHOD, UNTRACED])('leaves a method alone that is marked: %s', (marker) => {
    const application = start({ level: 'verbose', include: [Orders] });
    application.learn(Orders);
    const marked = (): void => {};
    mark(marked, marker);
    expect(application.takes(Orders, 'find', marked)).toBe(false);
    expect(application.planFor(Orders, 'find', marked)).toBeUndefined();
  });

  it('leaves out classes of packages, known by their name or their modules', () => {
    const application = start();
    application.learn(ConfigService, OrdersModule);
    application.learn(Orders, TypeOrmModule);
    expect(application.takes(ConfigService, 'find', find)).toBe(false);
    expect(application.takes(Orders, 'find', find)).toBe(false);
    application.learn(Orders, OrdersModule);
    expect(application.takes(Orders, 'find', find)).toBe(true);
  });

  it('follows the options, with what there is to know', () => {
    const seen: unknown[] = [];
    const application = start({
      exclude: [
        {
          matches: (candidate) => {
            seen.push(candidate);
            return candidate.method === 'find';
          },
        },
      ],
    });
    application.learn(Orders, OrdersModule);
    expect(application.takes(Orders, 'find', find)).toBe(false);
    expect(application.takes(Orders, 'list', list)).toBe(true);
    expect(seen).toEqual([
      { className: 'Orders', method: 'find', module: 'OrdersModule', type: 'provider' },
      { className: 'Orders', method: 'list', module: 'OrdersModule', type: 'handler' },
    ]);
  });

  it('takes functional middleware by its name, or itself', () => {
    function gate(): void {}
    expect(start().takesFunction(gate, 'gate')).toBe(true);
    expect(start({ level: 'minimal' }).takesFunction(gate, 'gate')).toBe(false);
    expect(start({ exclude: ['gate'] }).takesFunction(gate, 'gate')).toBe(false);
    expect(start({ exclude: [gate] }).takesFunction(gate, 'gate')).toBe(false);
    expect(start({ exclude: ['other'] }).takesFunction(gate, 'gate')).toBe(true);
  });

  it('knows the instances of its container', () => {
    const [provider, controller] = [{}, {}];
    const module = {
      providers: new Map([['a', { instance: provider }]]),
      controllers: new Map([['b', { instance: controller }]]),
    };
    const application = start({}, new Map([['module', module]]));
    expect(application.provides(provider)).toBe(true);
    expect(application.provides(controller)).toBe(true);
    expect(application.provides({})).toBe(false);
  });
});
