import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { InventoryClient } from '../inventory/inventory.client.js';
import { ProductsService } from '../products/products.service.js';
import { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import type { CreateOrderDto } from './create-order.dto.js';
import { OrderLine } from './order-line.entity.js';
import { Order } from './order.entity.js';
import { OrdersFeed } from './orders.feed.js';

@Injectable()
export class OrdersService {
  private readonly logger = new Logger(OrdersService.name);

  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(OrderLine) private readonly lines: Repository<OrderLine>,
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    private readonly products: ProductsService,
    private readonly inventory: InventoryClient,
    private readonly feed: OrdersFeed,
  ) {}

  async find(id: number): Promise<Order> {
    const order = await this.orders.findOne({
      where: { id },
      relations: { user: true, lines: { product: true } },
    });
    if (order === null) throw new NotFoundException(`There is no order ${id}`);
    return order;
  }

  async place({ userId, lines }: CreateOrderDto): Promise<Order> {
    const user = await this.users.find(userId);
    const products = await this.products.findBySku(lines.map(({ sku }) => sku));
    await this.inventory.reserve(lines);

    const totalCents = lines.reduce(
      (sum, { sku, quantity }) => sum + (products.get(sku)?.priceCents ?? 0) * quantity,
      0,
    );
    const order = await this.dataSource.transaction(async (manager) => {
      await manager.increment(User, { id: user.id }, 'spentCents', totalCents);
      return manager.save(
        manager.create(Order, {
          user: { id: user.id },
          lines: lines.map(({ sku, quantity }) => ({ product: { sku }, quantity })),
        }),
      );
    });
    this.logger.log(`Order ${order.id} placed: ${lines.length} lines, ${totalCents} cents`);
    this.feed.publish({ id: order.id, user: user.name, totalCents });
    return order;
  }

  /** One query for the orders of a user and everything that belongs to them. */
  findOfUser(id: number): Promise<Order[]> {
    return this.orders.find({
      where: { user: { id } },
      relations: { lines: { product: true } },
      order: { id: 'ASC' },
    });
  }

  /** The same with one query more for every order, as it is written by mistake. */
  async findOfUserNaively(id: number): Promise<Order[]> {
    const orders = await this.orders.find({ where: { user: { id } }, order: { id: 'ASC' } });
    for (const order of orders) {
      order.lines = await this.lines.find({
        where: { order: { id: order.id } },
        relations: { product: true },
      });
    }
    return orders;
  }
}
