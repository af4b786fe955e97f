import { Controller, Get, Param, ParseIntPipe } from '@nestjs/common';
import { OrdersService } from './orders.service.js';

/** The same answer twice: the traces show what it costs. */
@Controller('users/:id/orders')
export class UserOrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  findAll(@Param('id', ParseIntPipe) id: number) {
    return this.orders.findOfUser(id);
  }

  @Get('naive')
  findAllNaively(@Param('id', ParseIntPipe) id: number) {
    return this.orders.findOfUserNaively(id);
  }
}
