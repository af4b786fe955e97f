import 'reflect-metadata';
import { get } from 'node:http';
import {
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  type DynamicModule,
} from '@nestjs/common';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OtelModule, SpanAttribute, Traced, TraceService, type OtelModuleOptions } from 'nestrace';
import type { SpanExpectation } from 'nestrace/testing';

/** The trace of another service that the shop refers to. */
const OTHER_TRACE = {
  traceId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  spanId: 'bbbbbbbbbbbbbbbb',
  traceFlags: 1,
  isRemote: true,
};

@Injectable()
class Stock {
  constructor(private readonly tracing: TraceService) {}

  @Traced({ name: 'reserve', kind: SpanKind.PRODUCER })
  async reserve(@SpanAttribute('order.id') orderId: string): Promise<void> {
    this.tracing.addEvent('reserved', { count: 3, shelf: 'Ä7', heavy: false });
    this.tracing.addEvent('bare');
    await this.tracing.withSpan(
      'audit',
      {
        kind: SpanKind.CONSUMER,
        links: [{ context: OTHER_TRACE, attributes: { why: 'replayed', order: orderId } }],
      },
      async (span) => {
        span.setAttributes({
          text: 'täxt \u{1f600}',
          empty: '',
          yes: true,
          no: false,
          zero: 0,
          whole: -42,
          large: 2 ** 40,
          fraction: 0.1,
          texts: ['a', '', 'ß'],
          numbers: [1, 2.5, -3],
          flags: [true, false],
          nothing: [],
        });
        span.setStatus({ code: SpanStatusCode.OK });
      },
    );
  }

  @Traced('give up')
  giveUp(): never {
    throw new TypeError('nothing left');
  }
}

@Controller('orders')
class OrdersController {
  /** Where the shop asks for prices. */
  static priceUrl = '';

  constructor(private readonly stock: Stock) {}

  @Get(':id')
  async order(@Param('id') id: string): Promise<string> {
    await this.stock.reserve(id);
    await (await fetch(`${OrdersController.priceUrl}/price`)).text();
    await new Promise((resolve) => {
      get(`${OrdersController.priceUrl}/status/503`, (response) => {
        response.resume().on('end', resolve);
      });
    });
    try {
      this.stock.giveUp();
    } catch {
      trace.getActiveSpan()?.addEvent('gave up');
    }
    return `order ${id}`;
  }

  @Get(':id/invoice')
  invoice(): never {
    throw new NotFoundException('no such invoice');
  }
}

@Module({})
export class Kitchen {
  static tracing(options: OtelModuleOptions, priceUrl = ''): DynamicModule {
    OrdersController.priceUrl = priceUrl;
    return {
      module: Kitchen,
      imports: [OtelModule.forRoot({ autoTrace: false, lifecycle: false, ...options })],
      controllers: [OrdersController],
      providers: [Stock],
    };
  }
}

/** What `GET /orders/7` leaves. */
export const TRACE_OF_AN_ORDER: SpanExpectation = {
  name: 'GET /orders/:id',
  kind: 'SERVER',
  children: [
    {
      name: 'reserve',
      kind: 'PRODUCER',
      attributes: { 'order.id': '7' },
      children: [{ name: 'audit', kind: 'CONSUMER', status: 'OK', links: 1 }],
    },
    { name: 'GET', kind: 'CLIENT', attributes: { 'http.response.status_code': 200 } },
    {
      name: 'GET',
      kind: 'CLIENT',
      status: 'ERROR',
      attributes: { 'http.response.status_code': 503 },
    },
    { name: 'give up', kind: 'INTERNAL', status: 'ERROR', exceptions: ['TypeError'] },
  ],
};

/** How many spans that are. */
export const SPANS_OF_AN_ORDER = 6;
