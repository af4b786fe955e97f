import {
  Catch,
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestMiddleware,
  type NestModule,
} from '@nestjs/common';
import { OtelModule } from 'nestrace';
import {
  expectTrace,
  InMemoryTelemetry,
  type SpanExpectation,
  type SpanView,
} from 'nestrace/testing';
import { delay, map, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';

@Injectable()
class RequestLog implements NestMiddleware {
  use(_request: unknown, _response: unknown, next: () => void): void {
    next();
  }
}

function tagging(_request: unknown, _response: unknown, next: () => void): void {
  setTimeout(next, 2);
}

@Injectable()
class KeyGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    return execution.switchToHttp().getRequest<{ url: string }>().url !== '/users/403';
  }
}

@Injectable()
class Envelope implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      delay(2),
      map((data) => ({ data })),
    );
  }
}

@Catch(NotFoundException)
class NotFoundFilter implements ExceptionFilter {
  catch(_exception: NotFoundException, host: ArgumentsHost): void {
    const response = host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: unknown): void } }>();
    response.status(404).send({ gone: true });
  }
}

@Injectable()
class Names {
  async of(id: number): Promise<string> {
    if (id === 500) throw new RangeError('no names');
    return `user ${id}`;
  }
}

@Injectable()
class UsersService {
  constructor(private readonly names: Names) {}

  async find(id: number): Promise<string> {
    if (id === 404) throw new NotFoundException();
    return this.names.of(id);
  }
}

@UseGuards(KeyGuard)
@UseInterceptors(Envelope)
@Controller('users')
class UsersController {
  constructor(private readonly users: UsersService) {}

  @UseFilters(NotFoundFilter)
  @Get(':id')
  find(@Param('id', ParseIntPipe) id: number): Promise<string> {
    return this.users.find(id);
  }
}

const telemetry = new InMemoryTelemetry();

@Module({
  imports: [
    OtelModule.forRoot({
      exporters: [],
      processors: [telemetry],
      sampling: { strategy: 'always' },
    }),
  ],
  controllers: [UsersController],
  providers: [UsersService, Names],
})
class UsersModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestLog, tagging).forRoutes(UsersController);
  }
}

/** What runs in front of every handler here. */
function until(guard: 'allow' | 'deny'): SpanExpectation[] {
  return [
    middleware('RequestLog.use'),
    middleware('tagging'),
    {
      name: 'KeyGuard.canActivate',
      kind: 'INTERNAL',
      status: 'UNSET',
      attributes: {
        'nest.type': 'guard',
        'nest.guard.outcome': guard,
        'nest.module': 'UsersModule',
        'code.function.name': 'KeyGuard.canActivate',
      },
    },
  ];
}

function middleware(name: string): SpanExpectation {
  return {
    name,
    kind: 'INTERNAL',
    attributes: { 'nest.type': 'middleware', 'code.function.name': name },
  };
}

function envelope(phase: 'before' | 'after', errorType?: string): SpanExpectation {
  return {
    name: phase === 'before' ? 'Envelope.intercept' : 'Envelope.intercept (after)',
    kind: 'INTERNAL',
    status: 'UNSET',
    attributes: {
      'nest.type': 'interceptor',
      'nest.interceptor.phase': phase,
      'nest.module': 'UsersModule',
      'code.function.name': 'Envelope.intercept',
      'error.type': errorType,
    },
  };
}

function pipe(errorType?: string): SpanExpectation {
  return {
    name: 'ParseIntPipe.transform',
    kind: 'INTERNAL',
    status: 'UNSET',
    exceptions: [],
    attributes: {
      'nest.type': 'pipe',
      'nest.pipe.source': 'param',
      'nest.pipe.argument': 'id',
      'error.type': errorType,
    },
  };
}

function handler(children: SpanExpectation[], errorType?: string): SpanExpectation {
  return method('UsersController.find', 'handler', children, errorType);
}

function method(
  name: string,
  type: 'handler' | 'provider',
  children: SpanExpectation[] = [],
  errorType?: string,
): SpanExpectation {
  return {
    name,
    kind: 'INTERNAL',
    attributes: {
      'nest.type': type,
      'nest.module': 'UsersModule',
      'code.function.name': name,
      'error.type': errorType,
    },
    children,
  };
}

describe.each(ADAPTERS)('the layers of a request on %s', (_, createAdapter) => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp(UsersModule, createAdapter());
  });
  afterAll(() => running.close());
  afterEach(() => telemetry.clear());

  const request = async (id: string): Promise<readonly SpanView[]> => {
    const answer = await call(`${running.url}/users/${id}`);
    answered = `${answer.status} ${answer.text}`;
    return telemetry.waitForTrace('GET /users/:id');
  };
  let answered: string;

  it('are spans in the words of Nest', async () => {
    const spans = await request('7');
    expect(answered).toBe('200 {"data":"user 7"}');
    expectTrace(spans, {
      name: 'GET /users/:id',
      kind: 'SERVER',
      status: 'UNSET',
      attributes: { 'nest.exception.origin': undefined, 'nest.exception.filter': undefined },
      children: [
        ...until('allow'),
        envelope('before'),
        pipe(),
        handler([method('UsersService.find', 'provider', [method('Names.of', 'provider')])]),
        envelope('after'),
      ],
    });
  });

  it('end at a guard that denies', async () => {
    const spans = await request('403');
    expect(answered).toMatch(/^403 /);
    expectTrace(spans, {
      name: 'GET /users/:id',
      status: 'UNSET',
      exceptions: [],
      children: until('deny'),
    });
  });

  it('tell which pipe has refused an argument', async () => {
    const spans = await request('abc');
    expect(answered).toMatch(/^400 /);
    expectTrace(spans, {
      name: 'GET /users/:id',
      status: 'UNSET',
      exceptions: [],
      attributes: {
        'nest.exception.origin': 'ParseIntPipe.transform',
        'nest.exception.filter': undefined,
      },
      children: [
        ...until('allow'),
        envelope('before'),
        pipe('BadRequestException'),
        envelope('after', 'BadRequestException'),
      ],
    });
  });

  it('tell where an exception was thrown and which filter answered for it', async () => {
    const spans = await request('404');
    expect(answered).toBe('404 {"gone":true}');
    const gone = 'NotFoundException';
    expectTrace(spans, {
      name: 'GET /users/:id',
      status: 'UNSET',
      exceptions: [],
      attributes: {
        'nest.exception.origin': 'UsersService.find',
        'nest.exception.filter': 'NotFoundFilter',
      },
      children: [
        ...until('allow'),
        envelope('before'),
        pipe(),
        handler([method('UsersService.find', 'provider', [], gone)], gone),
        envelope('after', gone),
        {
          name: 'NotFoundFilter.catch',
          status: 'UNSET',
          attributes: { 'nest.type': 'filter', 'exception.type': gone },
        },
      ],
    });
  });

  it('record a failure once, where it was thrown', async () => {
    const spans = await request('500');
    expect(answered).toMatch(/^500 /);
    const failed = { status: 'ERROR', statusMessage: 'no names' } as const;
    const inner = method('Names.of', 'provider', [], 'RangeError');
    const service = method('UsersService.find', 'provider', [], 'RangeError');
    expectTrace(spans, {
      name: 'GET /users/:id',
      status: 'ERROR',
      exceptions: [],
      attributes: { 'error.type': 'RangeError', 'nest.exception.origin': 'Names.of' },
      children: [
        ...until('allow'),
        envelope('before'),
        pipe(),
        {
          ...handler([], 'RangeError'),
          ...failed,
          exceptions: [],
          children: [
            {
              ...service,
              ...failed,
              exceptions: [],
              children: [{ ...inner, ...failed, exceptions: ['RangeError'] }],
            },
          ],
        },
        { ...envelope('after', 'RangeError'), status: 'ERROR', exceptions: [] },
      ],
    });
  });
});
