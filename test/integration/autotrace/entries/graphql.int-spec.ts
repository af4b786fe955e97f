import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Catch,
  Injectable,
  Module,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import {
  Args,
  Field,
  GraphQLModule,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { NoTrace } from 'nestrace';
import {
  expectTrace,
  InMemoryTelemetry,
  type SpanExpectation,
  type SpanView,
} from 'nestrace/testing';
import { tap, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../../support/apps.js';
import { call } from '../../../support/client.js';
import { filter, guard, handler, interceptor, pipe, provider, tracing } from './kitchen.js';

const telemetry = new InMemoryTelemetry();

@ObjectType()
class Book {
  @Field(() => Int)
  id = 0;

  @Field(() => String)
  author = '';
}

@Injectable()
class Library {
  async find(id: number): Promise<Book> {
    await Promise.resolve();
    if (id === 0) throw new RangeError('no such book');
    return Object.assign(new Book(), { id });
  }
}

@Injectable()
class ReaderGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    return execution.getArgByIndex<{ id?: number }>(1).id !== 403;
  }
}

@Injectable()
class FieldGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

@Injectable()
class Journal implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(tap({ next: () => {} }));
  }
}

@Catch(RangeError)
class Librarian implements ExceptionFilter {
  catch(exception: RangeError): Error {
    return new Error(`sorry: ${exception.message}`);
  }
}

@Resolver(() => Book)
class BooksResolver {
  constructor(private readonly library: Library) {}

  @UseGuards(ReaderGuard)
  @UseInterceptors(Journal)
  @UseFilters(Librarian)
  @Query(() => Book)
  book(@Args('id', { type: () => Int }, ParseIntPipe) id: number): Promise<Book> {
    return this.library.find(id);
  }

  @Query(() => [Book])
  books(): Book[] {
    return Array.from({ length: 20 }, (_, id) => Object.assign(new Book(), { id }));
  }

  @Mutation(() => Book)
  async lend(): Promise<Book> {
    return this.library.find(0);
  }

  @NoTrace()
  @Query(() => Book)
  hidden(): Promise<Book> {
    return this.library.find(1);
  }

  @UseGuards(FieldGuard)
  @ResolveField(() => String)
  author(@Parent() book: Book): string {
    return `author of ${book.id}`;
  }
}

@Module({
  imports: [
    tracing(telemetry, { autoTrace: { foldAfter: 3 } }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['guards', 'interceptors'],
    }),
  ],
  providers: [BooksResolver, Library],
})
class LibraryModule {}

describe('an operation of GraphQL', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp(LibraryModule);
  });
  afterAll(() => running.close());
  afterEach(() => {
    telemetry.clear();
  });

  /** Asks, and gives the trace of the request. */
  const ask = async (query: string): Promise<{ answer: string; spans: readonly SpanView[] }> => {
    const { text } = await call(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const spans = await telemetry.waitForTrace();
    expect(telemetry.openSpans()).toEqual([]);
    return { answer: text, spans };
  };

  const request = (...children: SpanExpectation[]): SpanExpectation => ({
    name: /^POST/,
    kind: 'SERVER',
    status: 'UNSET',
    childrenInAnyOrder: true,
    children,
  });

  const query = (
    children: readonly SpanExpectation[],
    rest: Partial<SpanExpectation> = {},
  ): SpanExpectation => ({
    name: 'query book',
    kind: 'INTERNAL',
    status: 'UNSET',
    ...rest,
    attributes: {
      'nest.type': 'request',
      'graphql.operation.type': 'query',
      'nest.handler': 'book',
      'error.type': undefined,
      ...rest.attributes,
    },
    children,
  });

  const served = [
    guard('ReaderGuard', 'allow'),
    interceptor('Journal', 'before'),
    pipe('ParseIntPipe'),
    handler('BooksResolver.book', { children: [provider('Library.find')] }),
    interceptor('Journal', 'after'),
  ];

  it('is a part of its request, with everything Nest runs for it', async () => {
    const { answer, spans } = await ask('{ book(id: 7) { id author } }');
    expect(answer).toContain('"author of 7"');
    expectTrace(
      spans,
      request(query(served), guard('FieldGuard', 'allow'), handler('BooksResolver.author')),
    );
  });

  it('is kept apart from others of the same request', async () => {
    const { spans } = await ask('{ a: book(id: 1) { id } b: book(id: 2) { id } }');
    expectTrace(spans, request(query(served), query(served)));
  });

  it('ends at a guard that denies', async () => {
    const { answer, spans } = await ask('{ book(id: 403) { id } }');
    expect(answer).toContain('Forbidden resource');
    expectTrace(
      spans,
      request(
        query([guard('ReaderGuard', 'deny')], {
          exceptions: [],
          attributes: { 'error.type': 'ForbiddenException' },
        }),
      ),
    );
  });

  it('tells what failed, and which filter has answered', async () => {
    const { answer, spans } = await ask('{ book(id: 0) { id } }');
    expect(answer).toContain('sorry: no such book');
    const failed = { status: 'ERROR', errorType: 'RangeError' } as const;
    expectTrace(
      spans,
      request(
        query(
          [
            ...served.slice(0, 3),
            handler('BooksResolver.book', {
              ...failed,
              children: [{ ...provider('Library.find', failed), exceptions: ['RangeError'] }],
            }),
            interceptor('Journal', 'after', failed),
            filter('Librarian', 'RangeError'),
          ],
          {
            status: 'ERROR',
            attributes: {
              'error.type': 'RangeError',
              'nest.exception.origin': 'Library.find',
              'nest.exception.filter': 'Librarian',
            },
          },
        ),
      ),
    );
  });

  it('fails without a filter as well', async () => {
    const { spans } = await ask('mutation { lend { id } }');
    expectTrace(
      spans,
      request({
        name: 'mutation lend',
        status: 'ERROR',
        attributes: { 'nest.exception.filter': undefined },
        children: [
          handler('BooksResolver.lend', {
            status: 'ERROR',
            errorType: 'RangeError',
            children: [provider('Library.find', { status: 'ERROR', errorType: 'RangeError' })],
          }),
        ],
      }),
    );
  });

  it('has its fields folded where there are many', async () => {
    const { answer, spans } = await ask('{ books { author } }');
    expect(answer).toContain('"author of 19"');
    const folded = spans.flatMap(({ name, attributes }) => {
      const count = attributes['nest.folded.count'];
      return count === undefined ? [] : `${name} ${String(count)}`;
    });
    // Three are shown, and so is the slowest of the others.
    expect(folded.toSorted()).toEqual(['BooksResolver.author 16', 'FieldGuard.canActivate 16']);
  });

  it('leaves no trace where its resolver has @NoTrace()', async () => {
    const { spans } = await ask('{ hidden { id } }');
    expectTrace(spans, request());
  });
});
