import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InventoryModule } from '../inventory/inventory.module.js';
import { ProductsModule } from '../products/products.module.js';
import { UsersModule } from '../users/users.module.js';
import { OrderLine } from './order-line.entity.js';
import { Order } from './order.entity.js';
import { OrdersController } from './orders.controller.js';
import { OrdersExport } from './orders.export.js';
import { OrdersFeed } from './orders.feed.js';
import { OrdersService } from './orders.service.js';
import { UserOrdersController } from './user-orders.controller.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Order, OrderLine]),
    UsersModule,
    ProductsModule,
    InventoryModule,
  ],
  controllers: [OrdersController, UserOrdersController],
  providers: [OrdersService, OrdersFeed, OrdersExport],
})
export class OrdersModule {}
