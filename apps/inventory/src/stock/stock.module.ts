import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StockLevel } from './stock-level.entity.js';
import { StockController } from './stock.controller.js';
import { StockRestocker } from './stock.restocker.js';
import { StockService } from './stock.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([StockLevel])],
  controllers: [StockController],
  providers: [StockService, StockRestocker],
})
export class StockModule {}
