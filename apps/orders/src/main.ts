import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { createAdapter } from './http-adapter.js';

const app = await NestFactory.create(AppModule, createAdapter(), {
  forceCloseConnections: true,
});
app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
app.enableShutdownHooks();
await app.listen(process.env['ORDERS_PORT'] ?? 3000, process.env['HOST'] ?? '127.0.0.1');
