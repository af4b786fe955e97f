import { Injectable, UseGuards, type CanActivate, type Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { askProvider } from './kitchen.js';

/**
 * All providers are asked whether they are a DataSource, which may be a proxy; and reflect-metadata,
 * which Nest asks as well, looks for the class above everything it is given.
 */
const OF_OTHERS =
  /^(getPrototypeOf|get (prototype|constructor|createQueryRunner|initialize|subscribers))$/;

/** Writes down what is asked of a proxy, and does it. */
function observed<T extends object>(target: T, seen: string[]): T {
  const handler: ProxyHandler<T> = {};
  for (const name of Object.getOwnPropertyNames(Reflect) as (keyof ProxyHandler<T>)[]) {
    handler[name] = (...args: unknown[]) => {
      const question = typeof args[1] === 'string' ? `${name} ${args[1]}` : name;
      if (!OF_OTHERS.test(question)) seen.push(question);
      return Reflect.apply(Reflect[name] as (...args: unknown[]) => never, Reflect, args);
    };
  }
  return new Proxy(target, handler);
}

describe('a proxy that a factory gives', () => {
  it('is not looked into: it may stand for something that does not exist yet', async () => {
    const { result, expectSpans } = await askProvider<{ label(): string; seen: string[] }>(
      () => {
        const seen: string[] = [];

        @Injectable()
        class Tenant {
          readonly seen = seen;

          label(): string {
            return 'tenant 7';
          }
        }
        return [{ provide: 'TENANT', useFactory: () => observed(new Tenant(), seen) }];
      },
      (tenant) => [tenant.label(), tenant.seen],
    );
    expect(result).toEqual(['tenant 7', expect.arrayContaining(['get then', 'get label'])]);
    await expectSpans();
  });

  it('is not looked into where it is only the prototype of what the factory gives', async () => {
    const { result, expectSpans } = await askProvider<{ label(): string; seen: string[] }>(
      () => {
        const seen: string[] = [];

        @Injectable()
        class Tenant {
          readonly seen = seen;

          label(): string {
            return 'tenant 8';
          }
        }
        const prototype = observed(new Tenant(), seen);
        return [{ provide: 'TENANT', useFactory: () => Object.create(prototype) as Tenant }];
      },
      (tenant) => [tenant.label(), tenant.seen],
    );
    expect(result).toEqual(['tenant 8', expect.arrayContaining(['get label'])]);
    await expectSpans();
  });
});

describe('a class that is a proxy', () => {
  it('is not looked into and not changed', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const seen: string[] = [];

        @Injectable()
        class Clock {
          now(): string {
            return 'noon';
          }

          seen(): readonly string[] {
            return [...seen];
          }
        }
        return [observed(Clock, seen)];
      },
      (clock) => [clock.now(), clock.seen()],
    );
    expect(result).toEqual(['noon', expect.arrayContaining(['construct'])]);
    await expectSpans();
  });

  it('is not looked into where another class extends it', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const seen: string[] = [];

        class Clock {
          now(): string {
            return 'noon';
          }
        }
        const prototype = observed({ ...methodsOf(Clock) }, seen) as Clock;

        @Injectable()
        class Watch {
          declare readonly now: () => string;

          read(): string {
            return this.now();
          }

          seen(): readonly string[] {
            return [...seen];
          }
        }
        Object.setPrototypeOf(Watch.prototype, prototype);
        return [Watch];
      },
      (watch) => [watch.read(), watch.seen()],
    );
    expect(result).toEqual(['noon', expect.arrayContaining(['get now'])]);
    await expectSpans('Watch.read', 'Watch.seen');
  });

  it('is called as it is where it guards a route', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const seen: string[] = [];
        class Open implements CanActivate {
          canActivate(): boolean {
            return true;
          }
        }

        @Injectable()
        class Door {
          seen(): readonly string[] {
            return [...seen];
          }
        }
        const GuardProxy: Type<CanActivate> = observed(Open, seen);
        const guard = observed(new Open(), seen);
        UseGuards(GuardProxy, guard)(Door);
        return [Door, { provide: APP_INTERCEPTOR, useValue: observed(passThrough, seen) }];
      },
      (door) => door.seen(),
    );
    expect(result).toEqual(expect.arrayContaining(['get canActivate', 'get intercept']));
    await expectSpans('Door.seen');
  });
});

const passThrough = {
  intercept: (_: unknown, next: { handle(): unknown }): unknown => next.handle(),
};

function methodsOf(owner: Type): object {
  return Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(owner.prototype)).map(([name, { value }]) => [
      name,
      value as unknown,
    ]),
  );
}

describe('a method that is a proxy', () => {
  it('is not looked into', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const seen: string[] = [];

        @Injectable()
        class Lamp {
          shine(): string {
            return 'light';
          }

          seen(): readonly string[] {
            return [...seen];
          }
        }
        Object.defineProperty(Lamp.prototype, 'shine', {
          value: observed(Reflect.get(Lamp.prototype, 'shine'), seen),
          configurable: true,
        });
        return [Lamp];
      },
      (lamp) => [lamp.shine(), lamp.seen()],
    );
    expect(result).toEqual(['light', ['apply']]);
    await expectSpans('Lamp.seen');
  });
});
