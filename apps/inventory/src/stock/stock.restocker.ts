import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Span } from '@opentelemetry/api';
import { Traced } from 'nestrace';
import { Raw, Repository } from 'typeorm';
import { StockLevel } from './stock-level.entity.js';

const INTERVAL_MS = Number(process.env['RESTOCK_INTERVAL_MS'] ?? 30_000);

/** Fills the shelves from time to time. Nobody asked for it, so every run is a trace of its own. */
@Injectable()
export class StockRestocker implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(StockRestocker.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectRepository(StockLevel) private readonly levels: Repository<StockLevel>) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.restock().catch((error: unknown) => this.logger.error(error));
    }, INTERVAL_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  @Traced({
    root: true,
    onResult: (restocked: number, span: Span) => span.setAttribute('stock.restocked', restocked),
  })
  async restock(): Promise<number> {
    const { affected } = await this.levels.update(
      { quantity: Raw((quantity) => `${quantity} < target`) },
      { quantity: () => 'target' },
    );
    return affected ?? 0;
  }
}
