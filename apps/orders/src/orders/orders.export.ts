import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { Order } from './order.entity.js';

const PAGE_SIZE = 50;

/** All orders as CSV, a page at a time. */
@Injectable()
export class OrdersExport {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  async *csv(): AsyncGenerator<string> {
    yield 'order,user,sku,quantity,price_cents\n';
    let page = await this.pageAfter(0);
    while (page.length > 0) {
      yield page.map(toRows).join('');
      page = await this.pageAfter(page.at(-1)?.id ?? 0);
    }
  }

  private pageAfter(id: number): Promise<Order[]> {
    return this.orders.find({
      where: { id: MoreThan(id) },
      relations: { user: true, lines: { product: true } },
      order: { id: 'ASC' },
      take: PAGE_SIZE,
    });
  }
}

function toRows({ id, user, lines }: Order): string {
  return lines
    .map(({ product, quantity }) =>
      [id, user.name, product.sku, quantity, product.priceCents * quantity].join(','),
    )
    .map((row) => `${row}\n`)
    .join('');
}
