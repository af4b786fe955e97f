import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('stock_levels')
export class StockLevel {
  @PrimaryColumn()
  sku!: string;

  @Column('int')
  quantity!: number;

  /** What the restocker fills it up to. */
  @Column('int')
  target!: number;
}
