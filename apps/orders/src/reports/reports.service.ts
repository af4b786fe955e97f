import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Counts the orders the slow way: looks for one under each of half a million numbers. */
const COUNT_SLOWLY = `
  WITH RECURSIVE numbers(n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500000
  )
  SELECT CAST(count(*) AS integer) AS "numbers", CAST(count(orders.id) AS integer) AS "orders"
  FROM numbers LEFT JOIN orders ON orders.id = numbers.n`;

@Injectable()
export class ReportsService {
  constructor(private readonly dataSource: DataSource) {}

  async countSlowly(): Promise<unknown> {
    const rows = await this.dataSource.query<unknown[]>(COUNT_SLOWLY);
    return rows[0];
  }

  async lastYear(): Promise<unknown> {
    throw new Error('The orders of last year are in the archive, which is not mounted');
  }
}
