import { Injectable } from '@nestjs/common';
import { Traced } from 'nestrace';
import { DataSource } from 'typeorm';

/** Counts orders for every minute of a year, which no index can help with. */
const ORDERS_PER_MINUTE = `
  WITH RECURSIVE minutes(n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM minutes WHERE n < 525600
  )
  SELECT CAST(count(*) AS integer) AS "minutes", CAST(count(orders.id) AS integer) AS "orders"
  FROM minutes LEFT JOIN orders ON orders.id = minutes.n`;

@Injectable()
export class ReportsService {
  constructor(private readonly dataSource: DataSource) {}

  @Traced()
  async ordersPerMinute(): Promise<unknown> {
    const rows = await this.dataSource.query<unknown[]>(ORDERS_PER_MINUTE);
    return rows[0];
  }

  @Traced()
  async lastYear(): Promise<unknown> {
    throw new Error('The orders of last year are in the archive, which is not mounted');
  }
}
