import {
  Body,
  Controller,
  Get,
  Param,
  ParseIntPipe,
  Post,
  Sse,
  StreamableFile,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type MessageEvent,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { Readable } from 'node:stream';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import { CreateOrderDto } from './create-order.dto.js';
import { LocationInterceptor } from './location.interceptor.js';
import { OrdersExport } from './orders.export.js';
import { OrdersFeed } from './orders.feed.js';
import { OrdersService } from './orders.service.js';
import { OutOfStockFilter } from './out-of-stock.filter.js';

@Controller('orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly feed: OrdersFeed,
    private readonly exports: OrdersExport,
  ) {}

  @Post()
  @UseGuards(ApiKeyGuard)
  @UseInterceptors(LocationInterceptor)
  @UseFilters(OutOfStockFilter)
  create(@Body() order: CreateOrderDto) {
    return this.orders.place(order);
  }

  /** New orders as they come in. */
  @Sse('feed')
  stream(): Observable<MessageEvent> {
    return this.feed.orders.pipe(map((data) => ({ data })));
  }

  @Get('export.csv')
  export() {
    return new StreamableFile(Readable.from(this.exports.csv()), { type: 'text/csv' });
  }

  @Get(':id')
  find(@Param('id', ParseIntPipe) id: number) {
    return this.orders.find(id);
  }
}
