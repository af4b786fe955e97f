import {
  ConflictException,
  Injectable,
  Logger,
  NotFoundException,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, MoreThanOrEqual, Repository } from 'typeorm';
import type { ReserveLineDto } from './reserve-stock.dto.js';
import { StockLevel } from './stock-level.entity.js';

const INITIAL_STOCK = [
  { sku: 'coffee', quantity: 200, target: 200 },
  { sku: 'mug', quantity: 80, target: 80 },
  { sku: 'teapot', quantity: 25, target: 25 },
  { sku: 'grinder', quantity: 0, target: 0 },
];

@Injectable()
export class StockService implements OnApplicationBootstrap {
  private readonly logger = new Logger(StockService.name);

  constructor(
    @InjectRepository(StockLevel) private readonly levels: Repository<StockLevel>,
    private readonly dataSource: DataSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.levels.insert(INITIAL_STOCK);
  }

  async find(sku: string): Promise<StockLevel> {
    const level = await this.levels.findOneBy({ sku });
    if (level === null) throw new NotFoundException(`There is no ${sku}`);
    return level;
  }

  /** Takes all lines out of stock, or none. */
  async reserve(lines: readonly ReserveLineDto[]): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      for (const { sku, quantity } of lines) {
        const enough = { sku, quantity: MoreThanOrEqual(quantity) };
        const { affected } = await manager.decrement(StockLevel, enough, 'quantity', quantity);
        if (affected === 0) {
          this.logger.warn(`Out of stock: ${quantity} × ${sku}`);
          throw new ConflictException({ message: 'Out of stock', sku });
        }
      }
    });
  }
}
