import 'reflect-metadata';
import {
  Catch,
  Controller,
  Get,
  Injectable,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
  type Type,
} from '@nestjs/common';
import { NoTrace, OtelModule, Traced, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';

interface Reply {
  status(code: number): { send(body: unknown): void };
}

function apologise(host: ArgumentsHost): void {
  host.switchToHttp().getResponse<Reply>().status(500).send({ sorry: true });
}

type Adapter = (typeof ADAPTERS)[number][1];

let running: RunningApp | undefined;

afterEach(async () => {
  await running?.close();
});

/** The trace of a request that fails, and for which this filter answers. */
async function failing(
  filter: Type<ExceptionFilter>,
  adapter: Adapter,
  options: OtelModuleOptions,
) {
  const telemetry = new InMemoryTelemetry();

  @Injectable()
  class Oven {
    bake(): never {
      throw new RangeError('too hot');
    }
  }

  @UseFilters(filter)
  @Controller()
  class Bakery {
    constructor(private readonly oven: Oven) {}

    @Get('bread')
    bread(): never {
      return this.oven.bake();
    }
  }
  running = await startApp(
    {
      module: class {},
      imports: [OtelModule.forRoot({ exporters: [], processors: [telemetry], ...options })],
      controllers: [Bakery],
      providers: [Oven],
    },
    adapter(),
  );
  const { status } = await call(`${running.url}/bread`);
  expect(status).toBe(500);
  return telemetry.waitForTrace();
}

function failed(...filter: SpanExpectation[]): SpanExpectation {
  return {
    name: 'GET /bread',
    status: 'ERROR',
    attributes: {
      'error.type': 'RangeError',
      'nest.exception.origin': 'Oven.bake',
      'nest.exception.filter': 'Apology',
    },
    children: [
      {
        name: 'Bakery.bread',
        status: 'ERROR',
        children: [{ name: 'Oven.bake', status: 'ERROR', exceptions: ['RangeError'] }],
      },
      ...filter,
    ],
  };
}

describe.each(ADAPTERS)('a filter of the application on %s', (_, adapter) => {
  it('answers for an exception', async () => {
    @Catch()
    class Apology implements ExceptionFilter {
      catch(_exception: unknown, host: ArgumentsHost): void {
        apologise(host);
      }
    }
    expectTrace(await failing(Apology, adapter, {}), failed({ name: 'Apology.catch' }));
  });

  it('does so where it is excluded', async () => {
    @Catch()
    class Apology implements ExceptionFilter {
      catch(_exception: unknown, host: ArgumentsHost): void {
        apologise(host);
      }
    }
    const options = { autoTrace: { exclude: ['Apology'] } };
    expectTrace(await failing(Apology, adapter, options), failed());
  });

  it('does so where somebody has given it a span', async () => {
    @Catch()
    class Apology implements ExceptionFilter {
      @Traced('sorry')
      catch(_exception: unknown, host: ArgumentsHost): void {
        apologise(host);
      }
    }
    expectTrace(await failing(Apology, adapter, {}), failed({ name: 'sorry' }));
  });

  it('does so where nobody wants to see it', async () => {
    @Catch()
    class Apology implements ExceptionFilter {
      @NoTrace()
      catch(_exception: unknown, host: ArgumentsHost): void {
        apologise(host);
      }
    }
    expectTrace(await failing(Apology, adapter, {}), failed());
  });
});
