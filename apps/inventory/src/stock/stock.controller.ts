import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ReserveStockDto } from './reserve-stock.dto.js';
import { StockService } from './stock.service.js';

@Controller('stock')
export class StockController {
  constructor(private readonly stock: StockService) {}

  @Get(':sku')
  find(@Param('sku') sku: string) {
    return this.stock.find(sku);
  }

  @Post('reserve')
  @HttpCode(HttpStatus.NO_CONTENT)
  reserve(@Body() { lines }: ReserveStockDto) {
    return this.stock.reserve(lines);
  }
}
