import 'reflect-metadata';
import {
  Controller,
  Get,
  Injectable,
  Param,
  Query,
  type DynamicModule,
  type INestApplication,
} from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SpanKind, trace } from '@opentelemetry/api';
import { setTimeout as pause } from 'node:timers/promises';
import { OtelModule, SpanAttribute, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { OtelTypeOrmSubscriber } from 'nestrace/typeorm';
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { untraced } from '../client.js';

const AUTHORS = 6;
const tracer = trace.getTracer('a-client-of-another-database');

@Entity('authors')
class Author {
  @PrimaryGeneratedColumn()
  readonly id!: number;

  @Column()
  readonly name!: string;
}

/** Requests that hang until somebody says so. */
class Gate {
  private readonly waiting = new Set<() => void>();

  pass(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  open(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

@Injectable()
class BooksService {
  constructor(
    private readonly data: DataSource,
    private readonly gate: Gate,
  ) {}

  find(@SpanAttribute('book.id') id: string): { readonly id: string } {
    return { id };
  }

  async byAuthorNaively(): Promise<number> {
    const authors = await this.data.getRepository(Author).find();
    for (const { id } of authors) await this.data.getRepository(Author).findOneBy({ id });
    return authors.length;
  }

  async pricesAtOnce(): Promise<void> {
    const price = (at: number): Promise<void> =>
      tracer.startActiveSpan(
        'SELECT prices',
        {
          kind: SpanKind.CLIENT,
          attributes: {
            'db.system.name': 'postgresql',
            'db.query.text': 'SELECT amount FROM prices WHERE book = $1',
          },
        },
        async (span) => {
          await pause(10 + at);
          span.end();
        },
      );
    await Promise.all(Array.from({ length: AUTHORS }, (_, at) => price(at)));
  }

  async wait(): Promise<void> {
    await this.gate.pass();
  }

  lend(title: string): never {
    throw new TypeError(`"${title}" cannot be lent`);
  }
}

@Controller('books')
class BooksController {
  constructor(private readonly books: BooksService) {}

  @Get()
  list(): string {
    return 'books';
  }

  @Get('naive')
  naive(): Promise<number> {
    return this.books.byAuthorNaively();
  }

  @Get('prices')
  async prices(): Promise<string> {
    await this.books.pricesAtOnce();
    return 'prices';
  }

  @Get('wait')
  async wait(): Promise<string> {
    await this.books.wait();
    return 'waited';
  }

  @Get('lend')
  lend(): string {
    return this.books.lend('Momo');
  }

  @Get('ask')
  async ask(@Query('url') url: string): Promise<string> {
    const answer = await fetch(url);
    return answer.text();
  }

  @Get('one/:id')
  one(@Param('id') id: string): { readonly id: string } {
    return this.books.find(id);
  }
}

export interface LibraryOptions extends OtelModuleOptions {
  readonly adapter?: AbstractHttpAdapter;
  /** Before it listens. */
  readonly configure?: (app: INestApplication) => Promise<void> | void;
  /** What the closing of it does with connections that are open. */
  readonly forceCloseConnections?: boolean;
}

/** An application with a panel, and with all that can be seen in one. */
export interface Library {
  readonly url: string;
  /** What an exporter would have got. */
  readonly telemetry: InMemoryTelemetry;
  /** Lets requests to `books/wait` go on. */
  release(): void;
  close(): Promise<void>;
}

export async function startLibrary(options: LibraryOptions = {}): Promise<Library> {
  const { adapter, configure, forceCloseConnections = true, ...otel } = options;
  const telemetry = new InMemoryTelemetry();
  const gate = new Gate();
  const app = await NestFactory.create(
    moduleWith(otel, telemetry, gate),
    adapter ?? new ExpressAdapter(),
    {
      logger: false,
      abortOnError: false,
      forceCloseConnections,
    },
  );
  await configure?.(app);
  await app.listen(0, '127.0.0.1');
  await fillShelves(app.get(DataSource));
  return {
    url: await app.getUrl(),
    telemetry,
    release: () => gate.open(),
    close: async () => {
      gate.open();
      await app.close();
    },
  };
}

function moduleWith(
  otel: OtelModuleOptions,
  telemetry: InMemoryTelemetry,
  gate: Gate,
): DynamicModule {
  return {
    module: class LibraryModule {},
    imports: [
      OtelModule.forRoot({
        service: { name: 'library' },
        environment: 'development',
        exporters: 'none',
        processors: [telemetry],
        panel: { enabled: true },
        ...otel,
      }),
      TypeOrmModule.forRoot({
        type: 'sqljs',
        entities: [Author],
        synchronize: true,
        subscribers: [OtelTypeOrmSubscriber],
      }),
    ],
    controllers: [BooksController],
    providers: [BooksService, { provide: Gate, useValue: gate }],
  };
}

async function fillShelves(data: DataSource): Promise<void> {
  const rows = Array.from({ length: AUTHORS }, (_, at) => ({ name: `Author ${at}` }));
  await untraced(() => data.getRepository(Author).insert(rows));
}
