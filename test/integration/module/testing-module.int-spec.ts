import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OtelModule, Traced } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { expect, it } from 'vitest';

@Injectable()
class OrdersService {
  @Traced()
  find(id: string): string {
    return `order ${id}`;
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  find(@Param('id') id: string): string {
    return this.orders.find(id);
  }
}

@Module({
  imports: [
    OtelModule.forRoot({ autoTrace: false, exporters: 'otlp', sampling: { strategy: 'never' } }),
  ],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class AppModule {}

it('an application under test is traced as its tests see it, called by a client that is traced', async () => {
  const telemetry = new InMemoryTelemetry();
  const testing = await telemetry
    .override(Test.createTestingModule({ imports: [AppModule] }))
    .compile();
  const app = testing.createNestApplication();
  await app.listen(0, '127.0.0.1');

  const response = await fetch(`${await app.getUrl()}/orders/1`);
  expect(await response.text()).toBe('order 1');

  expectTrace(await telemetry.waitForTrace('GET /orders/:id'), {
    name: 'GET /orders/:id',
    kind: 'SERVER',
    children: [{ name: 'OrdersService.find', kind: 'INTERNAL' }],
  });
  await app.close();
});
