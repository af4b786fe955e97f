import { Inject, Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askProvider } from './kitchen.js';

/** One line of a stack, as far as it tells something. */
interface Frame {
  /** `Bakery.bake` or `<anonymous>`. */
  readonly what: string;
  readonly isOurs: boolean;
  readonly file: string;
}

function framesOf(stack: string): readonly Frame[] {
  return stack.split('\n').flatMap((line) => {
    const [, what = '<anonymous>', place = ''] = /^ {4}at (?:(.+) \()?(.+?)\)?$/.exec(line) ?? [];
    if (place === '' || place.startsWith('node:') || place.includes('node_modules')) return [];
    const isOurs = place.includes('/libs/nestrace/');
    return [{ what, isOurs, file: place.replace(/^.*\//, '').replace(/:.*$/, '') }];
  });
}

const limit = Error.stackTraceLimit;

describe('the stack of an error', () => {
  beforeAll(() => {
    Error.stackTraceLimit = 100;
  });
  afterAll(() => {
    Error.stackTraceLimit = limit;
  });

  const define = (seen: string[]) => () => {
    @Injectable()
    class Oven {
      heat(): never {
        throw new RangeError('no gas');
      }

      async heatLater(): Promise<never> {
        await new Promise((resolve) => setImmediate(resolve));
        return this.heat();
      }
    }

    @Injectable()
    class Bakery {
      constructor(@Inject(Oven) private readonly oven: Oven) {}

      bake(): string {
        try {
          return this.prepare();
        } catch (error) {
          return keep(error);
        }
      }

      async bakeLater(): Promise<string> {
        try {
          return await this.prepareLater();
        } catch (error) {
          return keep(error);
        }
      }

      prepare(): never {
        return this.oven.heat();
      }

      async prepareLater(): Promise<never> {
        return await this.oven.heatLater();
      }
    }
    const keep = (error: unknown): string => {
      seen.push((error as Error).stack ?? '');
      return String(error);
    };
    return [Bakery, Oven] as const;
  };

  it('shows the calls of the application first, and one frame for each that is traced', async () => {
    const stacks: string[] = [];
    await askProvider(define(stacks), (bakery) => bakery.bake());
    const [bare, , traced] = stacks.map(framesOf);
    expect(traced?.filter(({ isOurs }) => !isOurs)).toEqual(bare);
    expect(traced?.slice(0, 6).map(({ what, isOurs, file }) => [what, isOurs && file])).toEqual([
      ['Oven.heat', false],
      ['Oven.heat', 'class-wrappers.ts'],
      ['Bakery.prepare', false],
      ['Bakery.prepare', 'class-wrappers.ts'],
      ['Bakery.bake', false],
      ['Bakery.bake', 'class-wrappers.ts'],
    ]);
  });

  it('shows the asynchronous calls of the application, as far as it did', async () => {
    const stacks: string[] = [];
    await askProvider(define(stacks), (bakery) => bakery.bakeLater());
    const [bare, , traced] = stacks.map(framesOf);
    expect(bare?.map(({ what }) => what)).toContain('Bakery.bakeLater');
    expect(traced?.filter(({ isOurs }) => !isOurs)).toEqual(bare);
    expect(traced?.filter(({ isOurs }) => isOurs)).toHaveLength(1);
  });
});
