import { Get } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Query, ResolveField } from '@nestjs/graphql';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { Cron } from '@nestjs/schedule';
import { SubscribeMessage } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { isHandler } from '../../../../../libs/nestrace/src/edges/autotrace/finding/handler-metadata.js';

class Handlers {
  @Get()
  route(): void {}

  @MessagePattern('message')
  message(): string {
    return '';
  }

  @EventPattern('event')
  event(_data: unknown): void {}

  @SubscribeMessage('event')
  socket(): void {}

  @Query(() => String)
  query(): void {}

  @ResolveField(() => String)
  field(): void {}

  @Cron('* * * * * *')
  job(): void {}

  @OnEvent('event')
  listener(): void {}

  plain(): void {}
}

describe('isHandler', () => {
  it.each(['route', 'message', 'event', 'socket', 'query', 'field', 'job', 'listener'] as const)(
    'knows what Nest calls: a %s',
    (name) => {
      expect(isHandler(Handlers.prototype[name])).toBe(true);
    },
  );

  it('knows a method that only the application calls', () => {
    expect(isHandler(Handlers.prototype.plain)).toBe(false);
  });
});
