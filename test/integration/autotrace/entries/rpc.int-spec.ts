import {
  Catch,
  Controller,
  Injectable,
  Module,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { NoTrace, Traced } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { map, of, throwError, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ARRANGEMENTS,
  filter,
  guard,
  handler,
  interceptor,
  pipe,
  provider,
  startMicroservice,
  tracing,
  type RunningMicroservice,
} from './kitchen.js';

const telemetry = new InMemoryTelemetry();

@Injectable()
class Stock {
  async take(count: number): Promise<number> {
    await Promise.resolve();
    if (count === 0) throw new RangeError('nothing to take');
    return count;
  }
}

/** Decides as it is told: at once, later, or in a stream. */
@Injectable()
class Doorman implements CanActivate {
  canActivate(execution: ExecutionContext): boolean | Promise<boolean> | Observable<boolean> {
    const order = execution.switchToRpc().getData<{ door?: string }>().door ?? 'open';
    switch (order) {
      case 'shut':
        return false;
      case 'shut later':
        return Promise.resolve(false);
      case 'shut by a thenable':
        // oxlint-disable-next-line unicorn/no-thenable -- what a library may call a promise
        return { then: (done: (isOpen: boolean) => void) => done(false) } as Promise<boolean>;
      case 'shut in a stream':
        return of(true, false);
      case 'shut in a stream later':
        // The types do not know of it, but Nest does.
        return Promise.resolve(of(false) as unknown as boolean);
      case 'broken':
        throw new RangeError('the door is broken');
      case 'broken later':
        return Promise.reject(new RangeError('the door is broken'));
      case 'broken in a stream':
        return throwError(() => new RangeError('the door is broken'));
      case 'guarded':
        throw new RpcException('go away');
      default:
        return order !== 'open later' || Promise.resolve(true);
    }
  }
}

@Injectable()
class Counter implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    return execution.switchToRpc().getData<{ full?: boolean }>().full !== true;
  }
}

@Injectable()
class Envelope implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data) => ({ data })));
  }
}

@Catch()
class Apology implements ExceptionFilter {
  catch(exception: Error): Observable<never> {
    return throwError(() => ({ sorry: exception.message }));
  }
}

@Catch()
class SlowApology implements ExceptionFilter {
  async catch(exception: Error, _host: ArgumentsHost): Promise<{ sorry: string }> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { sorry: exception.message };
  }
}

@Controller()
@UseGuards(Doorman)
@UseInterceptors(Envelope)
class StockController {
  constructor(private readonly stock: Stock) {}

  @MessagePattern('take')
  take(@Payload('count', ParseIntPipe) count: number): Promise<number> {
    return this.stock.take(count);
  }

  @UseGuards(Counter)
  @MessagePattern('counted')
  counted(): string {
    return 'counted';
  }

  @UseFilters(Apology)
  @MessagePattern('excused')
  excused(@Payload('count', ParseIntPipe) count: number): Promise<number> {
    return this.stock.take(count);
  }

  @UseFilters(SlowApology)
  @MessagePattern('excused later')
  excusedLater(): never {
    throw new RangeError('too late');
  }

  @EventPattern('taken')
  async taken(@Payload() { count }: { count: number }): Promise<void> {
    await this.stock.take(count);
  }

  @Traced('by hand')
  @MessagePattern('traced')
  traced(): Promise<number> {
    return this.stock.take(1);
  }

  @NoTrace()
  @MessagePattern('untraced')
  untraced(): Promise<number> {
    return this.stock.take(1);
  }
}

@Module({
  imports: [tracing(telemetry)],
  controllers: [StockController],
  providers: [Stock],
})
class StockModule {}

describe.each(ARRANGEMENTS)('in %s, a message', (arrangement) => {
  let service: RunningMicroservice;

  beforeAll(async () => {
    service = await startMicroservice(StockModule, arrangement);
  });
  afterAll(() => service.close());
  afterEach(() => {
    telemetry.clear();
  });

  /** The trace of the one message that was sent. */
  const theTrace = async (): Promise<readonly SpanView[]> => {
    const spans = await telemetry.waitForTrace();
    expect(telemetry.spans()).toHaveLength(spans.length);
    expect(telemetry.openSpans()).toEqual([]);
    return spans;
  };

  it('is a trace with everything Nest runs for it', async () => {
    expect(await service.send('take', { count: '3' })).toEqual({ data: 3 });
    expectTrace(await theTrace(), {
      name: 'take',
      kind: 'SERVER',
      status: 'UNSET',
      attributes: {
        'nest.type': 'request',
        'rpc.system.name': 'nestjs',
        'rpc.method': 'take',
        'nest.controller': 'StockController',
        'nest.handler': 'take',
        'error.type': undefined,
      },
      children: [
        guard('Doorman', 'allow'),
        interceptor('Envelope', 'before'),
        pipe('ParseIntPipe'),
        handler('StockController.take', { children: [provider('Stock.take')] }),
        interceptor('Envelope', 'after'),
      ],
    });
  });

  it('is one trace also with several guards', async () => {
    await service.send('counted', { door: 'open later' });
    expectTrace(await theTrace(), {
      name: 'counted',
      children: [
        guard('Doorman', 'allow'),
        guard('Counter', 'allow'),
        interceptor('Envelope', 'before'),
        handler('StockController.counted'),
        interceptor('Envelope', 'after'),
      ],
    });
  });

  it.each([
    ['shut', 'deny'],
    ['shut later', 'deny'],
    ['shut in a stream', 'deny'],
    // The guard itself is done before they decide.
    ['shut in a stream later', undefined],
    ['shut by a thenable', undefined],
  ] as const)('ends at a guard that denies (%s)', async (door, outcome) => {
    await expect(service.send('take', { door })).rejects.toMatchObject({
      message: 'Forbidden resource',
    });
    expectTrace(await theTrace(), {
      name: 'take',
      kind: 'SERVER',
      status: 'UNSET',
      exceptions: [],
      attributes: { 'error.type': 'RpcException', 'nest.handler': 'take' },
      children: [guard('Doorman', outcome)],
    });
  });

  it.each(['broken', 'broken later', 'broken in a stream'])(
    'fails with a guard that throws (%s)',
    async (door) => {
      await expect(service.send('take', { door })).rejects.toBeDefined();
      const failed = { status: 'ERROR', statusMessage: 'the door is broken' } as const;
      expectTrace(await theTrace(), {
        name: 'take',
        ...failed,
        exceptions: [],
        attributes: {
          'error.type': 'RangeError',
          'nest.exception.origin': 'Doorman.canActivate',
        },
        children: [
          {
            ...guard('Doorman', 'throw', { errorType: 'RangeError' }),
            ...failed,
            exceptions: ['RangeError'],
          },
        ],
      });
    },
  );

  it('ends at the second guard when that denies', async () => {
    await expect(service.send('counted', { full: true })).rejects.toBeDefined();
    expectTrace(await theTrace(), {
      name: 'counted',
      status: 'UNSET',
      attributes: { 'error.type': 'RpcException' },
      children: [guard('Doorman', 'allow'), guard('Counter', 'deny')],
    });
  });

  it('tells which pipe has refused its data', async () => {
    await expect(service.send('take', { count: 'three' })).rejects.toBeDefined();
    const errorType = 'BadRequestException';
    expectTrace(await theTrace(), {
      name: 'take',
      status: 'UNSET',
      exceptions: [],
      attributes: {
        'error.type': errorType,
        'nest.exception.origin': 'ParseIntPipe.transform',
        'nest.exception.filter': undefined,
      },
      children: [
        guard('Doorman', 'allow'),
        interceptor('Envelope', 'before'),
        pipe('ParseIntPipe', { errorType }),
        interceptor('Envelope', 'after', { errorType }),
      ],
    });
  });

  it('tells what failed, and which filter has answered', async () => {
    await expect(service.send('excused', { count: 0 })).rejects.toEqual({
      sorry: 'nothing to take',
    });
    const failed = { status: 'ERROR', errorType: 'RangeError' } as const;
    expectTrace(await theTrace(), {
      name: 'excused',
      status: 'ERROR',
      exceptions: [],
      attributes: {
        'error.type': 'RangeError',
        'nest.exception.origin': 'Stock.take',
        'nest.exception.filter': 'Apology',
      },
      children: [
        guard('Doorman', 'allow'),
        interceptor('Envelope', 'before'),
        pipe('ParseIntPipe'),
        handler('StockController.excused', {
          ...failed,
          children: [{ ...provider('Stock.take', failed), exceptions: ['RangeError'] }],
        }),
        interceptor('Envelope', 'after', failed),
        filter('Apology', 'RangeError', { status: 'ERROR', errorType: 'Object' }),
      ],
    });
  });

  it.each([
    ['shut', 'Forbidden resource', 'UNSET', 'deny', 'RpcException'],
    ['broken', 'the door is broken', 'ERROR', 'throw', 'RangeError'],
    ['guarded', 'go away', 'ERROR', 'throw', 'RpcException'],
  ] as const)(
    'tells which filter has answered for a guard (%s)',
    async (door, sorry, status, outcome, errorType) => {
      await expect(service.send('excused', { door })).rejects.toEqual({ sorry });
      expectTrace(await theTrace(), {
        name: 'excused',
        status,
        attributes: { 'error.type': errorType, 'nest.exception.filter': 'Apology' },
        children: [
          outcome === 'deny'
            ? guard('Doorman', 'deny')
            : guard('Doorman', 'throw', { status: 'ERROR', errorType }),
          filter('Apology', errorType, { status: 'ERROR', errorType: 'Object' }),
        ],
      });
    },
  );

  it('lasts until its filter is done', async () => {
    await service.send('excused later');
    const spans = await theTrace();
    const slow = spans.find(({ name }) => name === 'SlowApology.catch');
    const root = spans.find(({ name }) => name === 'excused later');
    expect(slow?.parentSpanId).toBe(root?.spanId);
    expect(spans.at(-1)?.name).toBe('excused later');
  });

  it('is a CONSUMER span where it is an event', async () => {
    await service.emit('taken', { count: 2 });
    expectTrace(await theTrace(), {
      name: 'process taken',
      kind: 'CONSUMER',
      attributes: { 'messaging.destination.name': 'taken' },
      children: [
        guard('Doorman', 'allow'),
        interceptor('Envelope', 'before'),
        handler('StockController.taken', { children: [provider('Stock.take')] }),
        interceptor('Envelope', 'after'),
      ],
    });
  });

  it('has no second span for a handler with @Traced()', async () => {
    await service.send('traced');
    expectTrace(await theTrace(), {
      name: 'traced',
      children: [
        guard('Doorman', 'allow'),
        interceptor('Envelope', 'before'),
        { name: 'by hand', children: [provider('Stock.take')] },
        interceptor('Envelope', 'after'),
      ],
    });
  });

  it('leaves no trace where its handler has @NoTrace(), not even of its guard', async () => {
    await service.send('untraced');
    await expect(service.send('untraced', { door: 'shut' })).rejects.toBeDefined();
    await service.send('counted');
    await telemetry.waitForTrace('counted');
    expect(telemetry.spans()).toHaveLength(6);
  });
});
