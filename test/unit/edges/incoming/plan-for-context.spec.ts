import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { planForContext } from '../../../../libs/nestrace/src/edges/incoming/plan-for-context.js';

class Handlers {
  handle(): void {}
}

interface Given {
  readonly type: string;
  readonly args?: readonly unknown[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function planFor({ type, args = [], metadata = {} }: Given) {
  const handler = function handle(): void {};
  for (const [key, value] of Object.entries(metadata)) Reflect.defineMetadata(key, value, handler);
  return planForContext({
    getType: () => type,
    getClass: () => Handlers,
    getHandler: () => handler,
    getArgByIndex: (index: number) => args[index],
    switchToWs: () => ({ getPattern: () => args[2] }),
  } as unknown as ExecutionContext);
}

const PATTERN = 'microservices:pattern';
const HANDLER_TYPE = 'microservices:handler_type';

describe('planForContext', () => {
  it.each([
    [['sum'], 'sum'],
    [[{ cmd: 'sum' }], '{"cmd":"sum"}'],
    [['first', 'second'], 'first'],
    ['plain', 'plain'],
    [[7], '7'],
    [undefined, 'unknown'],
  ])('names a message by its pattern %j', (pattern, name) => {
    const plan = planFor({ type: 'rpc', metadata: { [PATTERN]: pattern, [HANDLER_TYPE]: 1 } });
    expect(plan).toMatchObject({ name, kind: SpanKind.SERVER, root: false });
    expect(plan?.attributes).toMatchObject({ 'rpc.method': name, 'nest.type': 'request' });
  });

  it('consumes events', () => {
    const metadata = { [PATTERN]: ['created'], [HANDLER_TYPE]: 2 };
    expect(planFor({ type: 'rpc', metadata })).toMatchObject({
      name: 'process created',
      kind: SpanKind.CONSUMER,
      attributes: { 'messaging.destination.name': 'created' },
    });
  });

  it('names a WebSocket message by its event', () => {
    expect(planFor({ type: 'ws', args: [{}, {}, 'chat'] })).toMatchObject({
      name: 'ws chat',
      kind: SpanKind.SERVER,
      attributes: { 'nest.controller': 'Handlers', 'code.function.name': 'Handlers.handle' },
    });
  });

  it.each(['Query', 'Mutation', 'Subscription'])('has a span for a field of %s', (parent) => {
    const operation = { operation: 'query', name: { value: 'Find' } };
    const info = { fieldName: 'book', parentType: { name: parent }, operation };
    const plan = planFor({ type: 'graphql', args: [{}, {}, {}, info] });
    expect(plan).toMatchObject({ name: 'query book', kind: SpanKind.INTERNAL });
    expect(plan?.attributes).toMatchObject({ 'graphql.operation.name': 'Find' });
  });

  it.each([
    [{ type: 'http' }],
    [{ type: 'something new' }],
    [{ type: 'graphql' }],
    [{ type: 'graphql', args: [{}, {}, {}, { fieldName: 'title' }] }],
    [
      {
        type: 'graphql',
        args: [
          {},
          {},
          {},
          { fieldName: 'title', parentType: { name: 'Book' }, operation: { operation: 'query' } },
        ],
      },
    ],
  ])('has none for %j', (given) => {
    expect(planFor(given)).toBeUndefined();
  });
});
