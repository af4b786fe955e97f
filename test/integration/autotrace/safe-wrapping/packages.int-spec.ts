import {
  Body,
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  ParseIntPipe,
  Post,
  Query,
  UploadedFile,
  UploadedFiles,
  UseGuards,
  UseInterceptors,
  type CanActivate,
  type INestApplication,
} from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Payload,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { FileInterceptor, FilesInterceptor } from '@nestjs/platform-express';
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  DocumentBuilder,
  SwaggerModule,
} from '@nestjs/swagger';
import { IsInt, IsString } from 'class-validator';
import { Traced } from 'nestrace';
import { from, lastValueFrom, timeout, toArray, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { untraced } from '../../../support/client.js';
import { waitUntil } from '../../../support/wait-until.js';
import { tasteAll } from './kitchen.js';

describe('@nestjs/event-emitter', () => {
  it('calls the same listeners in the same order, and gives what they give', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        const log: string[] = [];

        class Base {
          @OnEvent('order.*')
          inherited(id: number): string {
            log.push(`${this.constructor.name} inherited ${id}`);
            return 'inherited';
          }
        }

        @Injectable()
        class Mailer extends Base {
          private readonly name = 'mailer';

          @OnEvent('order.created')
          created(id: number): string {
            log.push(`${this.name} created ${id}`);
            return 'created';
          }

          @OnEvent('order.created', { prependListener: true })
          async first(id: number): Promise<string> {
            log.push(`${this.name} first ${id}`);
            return this.format(id);
          }

          @Traced()
          @OnEvent('order.paid')
          traced(id: number): void {
            log.push(`${this.name} paid ${id}`);
          }

          @OnEvent('order.failed', { suppressErrors: false })
          failing(): never {
            throw new RangeError('cannot mail');
          }

          private format(id: number): string {
            return `#${id}`;
          }
        }

        @Controller()
        class Orders {
          constructor(@Inject(EventEmitter2) private readonly events: EventEmitter2) {}

          @Get('order')
          async order(): Promise<unknown> {
            const answers: unknown = await this.events.emitAsync('order.created', 1);
            const wasHeard = [this.events.emit('order.paid', 2), this.events.emit('nobody', 3)];
            const failure: unknown = await this.events
              .emitAsync('order.failed', 4)
              .catch((error: unknown) => String(error));
            return [answers, wasHeard, failure, log, this.events.listenerCount('order.created')];
          }
        }
        return {
          imports: [EventEmitterModule.forRoot({ wildcard: true })],
          controllers: [Orders],
          providers: [Mailer],
        };
      },
      ({ ask }) => ask('/order'),
    );
    expect(result).toMatchObject([
      expect.arrayContaining(['#1', 'inherited', 'created']),
      [true, false],
      'RangeError: cannot mail',
      [
        'mailer first 1',
        'mailer created 1',
        'Mailer inherited 1',
        'mailer paid 2',
        'Mailer inherited 2',
        'Mailer inherited 4',
      ],
      3,
    ]);
    const count = (name: string): number =>
      telemetry.spans().filter((span) => span.name === name).length;
    expect(
      ['first', 'created', 'inherited', 'traced', 'format'].map((name) => count(`Mailer.${name}`)),
    ).toEqual([1, 1, 3, 1, 1]);
  });
});

describe('@nestjs/schedule', () => {
  it('runs the same jobs, and keeps them in its registry', async () => {
    const { result } = await tasteAll(
      () => {
        const runs = new Map<string, number>();

        @Injectable()
        class Jobs {
          private readonly own = 'own';

          constructor(@Inject(SchedulerRegistry) private readonly registry: SchedulerRegistry) {}

          @Cron('* * * * * *', { name: 'cron' })
          cron(): void {
            this.count('cron');
          }

          @Interval('interval', 5)
          async interval(): Promise<void> {
            await Promise.resolve();
            this.count('interval');
          }

          @Timeout('timeout', 1)
          timeout(): void {
            this.count('timeout');
          }

          names(): unknown {
            const cron = this.registry.getCronJob('cron');
            return [
              [...runs]
                .filter(([, count]) => count > 0)
                .map(([name]) => name)
                .toSorted(),
              this.registry.getIntervals(),
              [...this.registry.getCronJobs().keys()],
              String(cron.cronTime.source),
            ];
          }

          private count(name: string): void {
            if (this.own === 'own') runs.set(name, (runs.get(name) ?? 0) + 1);
          }
        }

        @Controller()
        class Office {
          constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

          @Get('runs')
          runs(): unknown {
            return this.jobs.names();
          }
        }
        return { imports: [ScheduleModule.forRoot()], controllers: [Office], providers: [Jobs] };
      },
      async ({ ask }) => {
        const all = async (): Promise<unknown[]> => (await ask('/runs')) as unknown[];
        await waitUntil(async () => ((await all())[0] as unknown[]).length === 3, 'all jobs ran');
        return all();
      },
    );
    expect(result).toEqual([
      ['cron', 'interval', 'timeout'],
      ['interval'],
      ['cron'],
      '* * * * * *',
    ]);
  });
});

describe('@nestjs/microservices over TCP', () => {
  it('hands the same messages and events to the same methods', async () => {
    const { result } = await tasteAll(
      () => {
        const seen: unknown[] = [];

        class Base {
          @MessagePattern('inherited')
          inherited(@Payload() data: string): string {
            return `${this.constructor.name} ${data}`;
          }
        }

        @Controller()
        class MathController extends Base {
          readonly #factor = 10;

          @MessagePattern({ cmd: 'sum' })
          sum(@Payload() numbers: readonly number[]): number {
            return numbers.reduce((total, n) => total + n, 0) * this.#factor;
          }

          @MessagePattern('stream')
          stream(@Payload() numbers: readonly number[]): Observable<number> {
            return from(numbers);
          }

          @MessagePattern('piped')
          piped(@Payload('id', ParseIntPipe) id: number): number {
            return id;
          }

          @EventPattern('happened')
          async happened(@Payload() data: unknown): Promise<void> {
            await Promise.resolve();
            seen.push(data);
          }

          @MessagePattern('seen')
          seen(): unknown {
            return seen;
          }

          @MessagePattern('fail')
          fail(): never {
            throw new RangeError('no');
          }
        }
        return { controllers: [MathController] };
      },
      async ({ app }) => {
        const options = { host: '127.0.0.1', port: 20_000 + Math.floor(Math.random() * 20_000) };
        app.connectMicroservice<MicroserviceOptions>({ transport: Transport.TCP, options });
        await app.startAllMicroservices();
        const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
        const send = (pattern: unknown, data: unknown = {}): Promise<unknown> =>
          untraced(() =>
            lastValueFrom(client.send(pattern, data).pipe(timeout(5000), toArray())),
          ).catch((error: unknown) => error);
        try {
          const answers = [
            await send({ cmd: 'sum' }, [1, 2]),
            await send('stream', [1, 2, 3]),
            await send('inherited', 'x'),
            await send('piped', { id: '7' }),
            await send('piped', { id: 'seven' }),
            await send('fail'),
            await send('nowhere'),
          ];
          await untraced(() => lastValueFrom(client.emit('happened', { id: 1 })));
          await waitUntil(async () => String(await send('seen')).length > 0, 'the event was seen');
          return [answers, await send('seen')];
        } finally {
          client.close();
        }
      },
    );
    expect(result).toMatchObject([
      [
        [30],
        [1, 2, 3],
        ['MathController x'],
        [7],
        { status: 'error' },
        { status: 'error' },
        expect.anything(),
      ],
      [[{ id: 1 }]],
    ]);
  });
});

describe('@nestjs/swagger', () => {
  it('describes the same, byte for byte', async () => {
    const { result } = await tasteAll(
      () => {
        class Dish {
          @ApiProperty({ example: 'soup' })
          @IsString()
          readonly name!: string;

          @ApiProperty({ type: Number, required: false })
          @IsInt()
          readonly price?: number;
        }

        @Injectable()
        class Open implements CanActivate {
          canActivate(): boolean {
            return true;
          }
        }

        abstract class Listing {
          @ApiOperation({ summary: 'Everything' })
          @ApiOkResponse({ type: [Dish] })
          @Get()
          list(@Query('page', ParseIntPipe) page: number): Dish[] {
            return [{ name: `page ${page}` }];
          }
        }

        @ApiTags('dishes')
        @ApiBearerAuth()
        @UseGuards(Open)
        @Controller({ path: 'dishes', version: '1' })
        class Dishes extends Listing {
          @ApiOkResponse({ type: Dish })
          @Get(':id')
          find(@Param('id') id: string): Dish {
            return { name: id };
          }

          @Traced()
          @Post()
          async add(@Body() dish: Dish): Promise<Dish> {
            return dish;
          }
        }
        Reflect.defineMetadata('design:paramtypes', [Dish], Dishes.prototype, 'add');
        return { controllers: [Dishes] };
      },
      async ({ app }) => JSON.stringify(documentOf(app)),
    );
    expect(Object.keys((JSON.parse(result) as { paths: object }).paths)).toEqual([
      '/dishes/{id}',
      '/dishes',
    ]);
    expect(result).toContain('Everything');
  });
});

function documentOf(app: INestApplication): object {
  return SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Dishes').build());
}

describe('uploads', () => {
  it('reach the handler as they did', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        interface Upload {
          readonly originalname: string;
          readonly buffer: Buffer;
        }
        const facts = (file: Upload | undefined): unknown =>
          file && [file.originalname, file.buffer.toString()];

        @Controller()
        class Uploads {
          @UseInterceptors(FileInterceptor('file'))
          @Post('one')
          one(@UploadedFile() file: Upload | undefined, @Body() body: object): unknown {
            return [facts(file), body];
          }

          @UseInterceptors(FilesInterceptor('files', 2))
          @Post('many')
          many(@UploadedFiles() files: readonly Upload[]): unknown {
            return files.map(facts);
          }
        }
        return { controllers: [Uploads] };
      },
      async ({ get }) => {
        const post = async (path: string, ...parts: readonly string[]): Promise<unknown> => {
          const { status, text } = await get(path, {
            method: 'POST',
            headers: { 'content-type': 'multipart/form-data; boundary=xx' },
            body: `${parts.map((part) => `--xx\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--xx--\r\n`,
          });
          return [status, JSON.parse(text)];
        };
        const file = (name: string): string =>
          `name="${name}"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ntext of a`;
        return [
          await post('/one', file('file'), 'name="note"\r\n\r\nhello'),
          await post('/one', file('wrong')),
          await post('/many', file('files'), file('files')),
          await post('/many', file('files'), file('files'), file('files')),
        ];
      },
    );
    expect(result).toMatchObject([
      [201, [['a.txt', 'text of a'], { note: 'hello' }]],
      [400, { message: expect.stringContaining('Unexpected') as string }],
      [
        201,
        [
          ['a.txt', 'text of a'],
          ['a.txt', 'text of a'],
        ],
      ],
      [400, {}],
    ]);
    await expectTrace('POST /one', [
      { name: 'MixinInterceptor.intercept' },
      { name: 'Uploads.one' },
      { name: 'MixinInterceptor.intercept (after)' },
    ]);
  });
});
