import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OrderLine } from '../orders/order-line.entity.js';
import { Order } from '../orders/order.entity.js';
import { Product } from '../products/product.entity.js';
import { User } from '../users/user.entity.js';

const USERS = ['Ada', 'Grace', 'Linus'];

const PRODUCTS = [
  { sku: 'coffee', name: 'Coffee, 1 kg', priceCents: 1890 },
  { sku: 'mug', name: 'Mug', priceCents: 950 },
  { sku: 'teapot', name: 'Teapot', priceCents: 4200 },
  { sku: 'grinder', name: 'Grinder', priceCents: 8900 },
];

/** Enough for the orders of one user to be worth a look. */
const ORDERS = 24;

/** Fills an empty database with something to look at. */
@Injectable()
export class DatabaseSeed implements OnApplicationBootstrap {
  constructor(private readonly dataSource: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      if ((await manager.count(User)) === 0) await insertAll(manager);
    });
  }
}

async function insertAll(manager: EntityManager): Promise<void> {
  await manager.insert(Product, PRODUCTS);
  await manager.insert(
    User,
    USERS.map((name) => ({ name })),
  );
  const users = await manager.find(User);
  await manager.insert(
    Order,
    Array.from({ length: ORDERS }, (_, index) => ({ user: at(users, index) })),
  );
  const orders = await manager.find(Order);
  const lines = orders.flatMap((order, index) => [
    { order, product: at(PRODUCTS, index), quantity: 1 },
    { order, product: at(PRODUCTS, index + 1), quantity: 2 },
  ]);
  await manager.insert(OrderLine, lines);
}

function at<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T;
}
