import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable, Module } from '@nestjs/common';
import {
  Args,
  Field,
  GraphQLModule,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { OtelModule, Traced } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';

@ObjectType()
class Book {
  @Field(() => String)
  title = '';

  @Field(() => String)
  author = '';
}

@Injectable()
class Library {
  @Traced()
  async find(title: string): Promise<Book> {
    await Promise.resolve();
    return Object.assign(new Book(), { title });
  }
}

@Resolver(() => Book)
class BooksResolver {
  constructor(private readonly library: Library) {}

  @Query(() => Book)
  book(@Args('title', { type: () => String }) title: string): Promise<Book> {
    return this.library.find(title);
  }

  @Mutation(() => Book)
  burn(): Book {
    throw new RangeError('books do not burn here');
  }

  @ResolveField(() => String)
  author(@Parent() book: Book): string {
    return `author of ${book.title}`;
  }
}

const telemetry = new InMemoryTelemetry();

@Module({
  imports: [
    OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['interceptors'],
    }),
  ],
  providers: [BooksResolver, Library],
})
class LibraryModule {}

describe('GraphQL', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp(LibraryModule);
  });
  afterAll(() => running.close());
  afterEach(() => {
    telemetry.clear();
  });

  const ask = async (query: string): Promise<unknown> => {
    const { text } = await call(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return JSON.parse(text);
  };

  it('has a span for the operation below the request, and none for its fields', async () => {
    const answer = await ask('query Find { book(title: "Emma") { title author } }');
    expect(answer).toEqual({ data: { book: { title: 'Emma', author: 'author of Emma' } } });
    expectTrace(await telemetry.waitForTrace(), {
      name: /^POST/,
      kind: 'SERVER',
      children: [
        {
          name: 'query book',
          kind: 'INTERNAL',
          attributes: {
            'graphql.operation.type': 'query',
            'graphql.operation.name': 'Find',
            'nest.controller': 'BooksResolver',
            'nest.handler': 'book',
          },
          children: [{ name: 'Library.find' }],
        },
      ],
    });
  });

  it('keeps the document and its values out of the trace', async () => {
    await ask('query { book(title: "secret title") { title } }');
    expect(JSON.stringify(await telemetry.waitForTrace())).not.toContain('secret title');
  });

  it('records the exception of a resolver', async () => {
    await ask('mutation { burn { title } }');
    expectTrace(await telemetry.waitForTrace(), {
      name: /^POST/,
      status: 'UNSET',
      children: [
        {
          name: 'mutation burn',
          status: 'ERROR',
          exceptions: ['RangeError'],
          attributes: { 'graphql.operation.name': undefined },
        },
      ],
    });
  });
});
