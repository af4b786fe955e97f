import type {
  DataSourceLike,
  QueryRunnerLike,
} from '../../../libs/nestrace/src/edges/typeorm/typeorm-shapes.js';

/** A runner nobody asks for anything but its connection. */
export function runner(databaseConnection?: unknown): QueryRunnerLike {
  return { databaseConnection, query: () => Promise.resolve() };
}

/** A DataSource with options as an application writes them. */
export function dataSource(
  options: DataSourceLike['options'] = { type: 'postgres' },
): DataSourceLike {
  return { options, subscribers: [], createQueryRunner: () => runner() };
}
