import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseOptions } from './database.options.js';
import { DatabaseSeed } from './database.seed.js';

@Module({
  imports: [TypeOrmModule.forRootAsync({ inject: [ConfigService], useFactory: databaseOptions })],
  providers: [DatabaseSeed],
})
export class DatabaseModule {}
