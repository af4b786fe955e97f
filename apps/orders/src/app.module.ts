import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { OtelModule } from 'nestrace';
import { DatabaseModule } from './database/database.module.js';
import { HealthController } from './health/health.controller.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProductsModule } from './products/products.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { UsersModule } from './users/users.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    OtelModule.forRoot({
      service: { name: 'orders' },
      exporters: ['console', 'otlp'],
      // Takes the spans of the other services too, so that one panel shows them all.
      panel: { ingest: { role: 'hub' } },
    }),
    DatabaseModule,
    UsersModule,
    ProductsModule,
    OrdersModule,
    ReportsModule,
  ],
  controllers: [HealthController],
})
export class AppModule {}
