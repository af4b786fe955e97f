import type { ConfigService } from '@nestjs/config';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { OtelTypeOrmSubscriber } from 'nestrace/typeorm';

/**
 * PostgreSQL where `DATABASE_URL` says so, else SQLite inside the process: in the file
 * `DATABASE_FILE`, or in memory.
 */
export function databaseOptions(config: ConfigService): TypeOrmModuleOptions {
  const url = config.get<string>('DATABASE_URL');
  const file = config.get<string>('DATABASE_FILE');
  const shared = {
    autoLoadEntities: true,
    retryAttempts: 3,
    retryDelay: 1000,
    // A demo makes its tables itself; a real application has migrations.
    synchronize: true,
    // Queries are traced without it; this one sees those of the start as well.
    subscribers: [OtelTypeOrmSubscriber],
  };
  if (url !== undefined) return { type: 'postgres', url, ...shared };
  return {
    type: 'sqljs',
    ...(file !== undefined && { location: file, autoSave: true }),
    ...shared,
  };
}
