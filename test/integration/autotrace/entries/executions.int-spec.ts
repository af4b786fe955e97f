import {
  Controller,
  Inject,
  Injectable,
  Module,
  Scope,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.js';
import {
  guard,
  handler,
  provider,
  startMicroservice,
  tracing,
  type RunningMicroservice,
} from './kitchen.js';

const telemetry = new InMemoryTelemetry();

/** What is still running at the end of a test. */
const running: RunningMicroservice[] = [];

afterEach(async () => {
  for (const service of running.splice(0)) await service.close();
  telemetry.clear();
});

interface Given {
  readonly controllers: readonly Type[];
  readonly providers?: DynamicModule['providers'];
  readonly imports?: readonly DynamicModule[];
  readonly options?: OtelModuleOptions;
}

async function start({
  controllers,
  providers = [],
  imports = [],
  options,
}: Given): Promise<RunningMicroservice> {
  @Module({})
  class TestedModule {}
  const service = await startMicroservice({
    module: TestedModule,
    imports: [tracing(telemetry, options), ...imports],
    controllers: [...controllers],
    providers,
  });
  running.push(service);
  return service;
}

function isShut(execution: ExecutionContext): boolean {
  return execution.switchToRpc().getData<{ shut?: boolean }>().shut === true;
}

@Injectable()
class Doorman implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    return !isShut(execution);
  }
}

@Injectable()
class Stock {
  take(): string {
    return 'taken';
  }
}

@UseGuards(Doorman)
@Controller()
class StockController {
  constructor(private readonly stock: Stock) {}

  @MessagePattern('take')
  take(): string[] {
    return [this.stock.take(), this.stock.take(), this.stock.take()];
  }
}
const stock = { controllers: [StockController], providers: [Stock] };

describe('the trace of a message follows the options', () => {
  it.each([
    ['level: minimal', { autoTrace: { level: 'minimal' } }, ['StockController.take', 'take']],
    ['exclude', { autoTrace: { exclude: ['Stock*', 'Doorman'] } }, ['take']],
    ['autoTrace: false', { autoTrace: false }, ['take']],
    ['never sampled', { sampling: { strategy: 'never' } }, []],
    [
      'maxSpansPerTrace',
      { autoTrace: { maxSpansPerTrace: 3 } },
      ['Doorman.canActivate', 'StockController.take', 'take'],
    ],
  ] as const)('%s', async (_, options, names) => {
    const service = await start({ ...stock, options });
    expect(await service.send('take')).toEqual(['taken', 'taken', 'taken']);
    await waitUntil(() => telemetry.openSpans().length === 0, 'the end of all spans');
    expect(telemetry.spans().map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['level: minimal', { autoTrace: { level: 'minimal' } }, 1],
    ['exclude', { autoTrace: { exclude: ['Doorman'] } }, 1],
    ['autoTrace: false', { autoTrace: false }, 0],
    ['never sampled', { sampling: { strategy: 'never' } }, 0],
  ] as const)('where a guard denies, too (%s)', async (_, options, roots) => {
    const service = await start({ ...stock, options });
    await expect(service.send('take', { shut: true })).rejects.toBeDefined();
    await waitUntil(() => telemetry.openSpans().length === 0, 'the end of all spans');
    expect(telemetry.spans().map(({ name }) => name)).toEqual(roots === 1 ? ['take'] : []);
    for (const span of telemetry.spans()) {
      expect(span.attributes['error.type']).toBe('RpcException');
    }
  });
});

it('the trace of a message has its queries', async () => {
  @Controller()
  class BooksController {
    constructor(private readonly books: DataSource) {}

    @MessagePattern('count')
    async count(): Promise<unknown> {
      return this.books.query('SELECT 1 AS books');
    }
  }
  const database = TypeOrmModule.forRoot({ type: 'sqljs', entities: [] });
  const service = await start({ controllers: [BooksController], imports: [database] });
  expect(await service.send('count')).toEqual([{ books: 1 }]);
  expectTrace(await telemetry.waitForTrace('count'), {
    name: 'count',
    kind: 'SERVER',
    children: [
      handler('BooksController.count', { children: [{ name: 'SELECT', kind: 'CLIENT' }] }),
    ],
  });
});

describe('a guard', () => {
  it('of the whole application is seen like others', async () => {
    @Controller()
    class OpenController {
      @MessagePattern('open')
      open(): string {
        return 'open';
      }
    }
    const service = await start({
      controllers: [OpenController],
      providers: [{ provide: APP_GUARD, useClass: Doorman }],
    });
    await expect(service.send('open', { shut: true })).rejects.toBeDefined();
    expectTrace(await telemetry.waitForTrace(), {
      name: 'open',
      children: [guard('Doorman', 'deny')],
    });
  });

  it('may ask other guards, whose answers are its own business', async () => {
    @Injectable()
    class Late {
      async canActivate(): Promise<boolean> {
        return Promise.reject(new RangeError('too late'));
      }
    }
    @Injectable()
    class AnyOf implements CanActivate {
      constructor(
        private readonly doorman: Doorman,
        private readonly late: Late,
      ) {}

      async canActivate(execution: ExecutionContext): Promise<boolean> {
        if (this.doorman.canActivate(execution)) return true;
        return this.late.canActivate().catch(() => true);
      }
    }
    @UseGuards(AnyOf)
    @Controller()
    class OpenController {
      @MessagePattern('open')
      open(): string {
        return 'open';
      }
    }
    const service = await start({
      controllers: [OpenController],
      providers: [Doorman, Late, AnyOf],
    });
    expect(await service.send('open', { shut: true })).toBe('open');
    expectTrace(await telemetry.waitForTrace(), {
      name: 'open',
      status: 'UNSET',
      attributes: { 'error.type': undefined },
      children: [
        {
          ...guard('AnyOf', 'allow'),
          children: [
            provider('Doorman.canActivate'),
            provider('Late.canActivate', { status: 'ERROR', errorType: 'RangeError' }),
          ],
        },
        handler('OpenController.open'),
      ],
    });
  });

  it('that nobody can trace may deny after one that was traced', async () => {
    const literal: CanActivate = { canActivate: (execution) => !isShut(execution) };
    @Injectable()
    class Friendly implements CanActivate {
      canActivate(): boolean {
        return true;
      }
    }
    @UseGuards(Friendly, literal)
    @Controller()
    class OpenController {
      @MessagePattern('open')
      open(): string {
        return 'open';
      }
    }
    const service = await start({ controllers: [OpenController] });
    const sentAt = performance.now();
    await expect(service.send('open', { shut: true })).rejects.toBeDefined();
    const tookMs = performance.now() - sentAt;
    // Nobody tells, but the arguments of the execution are thrown away.
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await waitUntil(() => {
      collectGarbage();
      return telemetry.spans().length === 2;
    }, 'the end of the execution');
    const [friendly, open] = telemetry.spans();
    expectTrace(
      [friendly, open].flatMap((span) => span ?? []),
      {
        name: 'open',
        status: 'UNSET',
        children: [guard('Friendly', 'allow')],
      },
    );
    expect((await telemetry.waitForSpan('open')).durationMs).toBeLessThan(tookMs);
  });
});

describe('each execution has its own trace', () => {
  it('of handlers of a request scope', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Message {
      constructor(@Inject(REQUEST) private readonly request: { readonly data: unknown }) {}

      read(): unknown {
        return this.request.data;
      }
    }
    @UseGuards(Doorman)
    @Controller()
    class ScopedController {
      constructor(private readonly message: Message) {}

      @MessagePattern('read')
      read(): unknown {
        return this.message.read();
      }
    }
    const service = await start({ controllers: [ScopedController], providers: [Message] });
    const answers = [1, 2, 3].map((id) => service.send('read', { id }));
    expect(await Promise.all(answers)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    await waitUntil(() => telemetry.spans().length >= 12, 'three traces');
    const roots = telemetry.spans().filter(({ name }) => name === 'read');
    expect(roots).toHaveLength(3);
    for (const { traceId } of roots) {
      expectTrace(
        telemetry.spans().filter((span) => span.traceId === traceId),
        {
          name: 'read',
          children: [
            guard('Doorman', 'allow'),
            handler('ScopedController.read', { children: [provider('Message.read')] }),
          ],
        },
      );
    }
  });

  it('where several handlers have the same event', async () => {
    @UseGuards(Doorman)
    @Controller()
    class FirstController {
      @EventPattern('happened')
      async first(@Payload() _data: unknown): Promise<void> {}
    }
    @UseGuards(Doorman)
    @Controller()
    class SecondController {
      @EventPattern('happened')
      async second(@Payload() _data: unknown): Promise<void> {}
    }
    const service = await start({ controllers: [FirstController, SecondController] });
    await service.emit('happened');
    await waitUntil(() => telemetry.spans().length >= 6, 'two traces');
    const roots = telemetry.spans().filter(({ name }) => name === 'process happened');
    expect(new Set(roots.map(({ attributes }) => attributes['nest.handler']))).toEqual(
      new Set(['first', 'second']),
    );
    for (const { traceId, attributes } of roots) {
      expectTrace(
        telemetry.spans().filter((span) => span.traceId === traceId),
        {
          name: 'process happened',
          kind: 'CONSUMER',
          children: [guard('Doorman', 'allow'), handler(String(attributes['code.function.name']))],
        },
      );
    }
  });

  it('in the application it belongs to', async () => {
    const others = new InMemoryTelemetry();
    @Controller()
    @UseGuards(Doorman)
    class OtherController {
      @MessagePattern('other')
      other(): void {}
    }
    const service = await start(stock);
    const other = await start({
      controllers: [OtherController],
      options: { processors: [others] },
    });
    await expect(service.send('take', { shut: true })).rejects.toBeDefined();
    await expect(other.send('other', { shut: true })).rejects.toBeDefined();
    expectTrace(await telemetry.waitForTrace(), {
      name: 'take',
      children: [guard('Doorman', 'deny')],
    });
    expectTrace(await others.waitForTrace(), {
      name: 'other',
      children: [guard('Doorman', 'deny')],
    });
  });
});
