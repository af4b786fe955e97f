import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OtelModule } from 'nestrace';
import { HealthController } from './health.controller.js';
import { StockModule } from './stock/stock.module.js';

@Module({
  imports: [
    OtelModule.forRoot({
      service: { name: 'inventory' },
      exporters: ['console', 'otlp'],
      // Sends its spans to the panel of orders as well.
      panel: { ingest: { role: 'sibling' } },
    }),
    TypeOrmModule.forRoot({ type: 'sqljs', autoLoadEntities: true, synchronize: true }),
    StockModule,
  ],
  controllers: [HealthController],
})
export class AppModule {}
