import { Module, type ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { OtelModule, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { startApp, type RunningApp } from '../../../support/apps.js';
import { untraced } from '../../../support/client.js';
import { waitUntil } from '../../../support/wait-until.js';
import type { RunningDatabase } from '../databases/database.js';
import { Author, Book } from './entities.js';
import { Library, type Work } from './library.js';

const ENTITIES = [Author, Book];

export interface LibraryOptions {
  readonly otel?: OtelModuleOptions;
  readonly typeorm?: Partial<DataSourceOptions> & Pick<TypeOrmModuleOptions, 'name'>;
  readonly module?: ModuleMetadata;
}

/** What one call of {@link LibraryApp.trace} led to. */
export interface Traced<T> {
  readonly spans: readonly SpanView[];
  readonly result: T | undefined;
  readonly error: unknown;
}

export interface LibraryApp extends RunningApp {
  readonly telemetry: InMemoryTelemetry;
  readonly source: DataSource;
  readonly library: Library;
  /** Does something in a traced method and returns all spans that came of it. */
  trace<T>(work: Work<Promise<T>>): Promise<Traced<T>>;
  /** Does something nobody sees. */
  prepare<T>(work: Work<Promise<T>>): Promise<T>;
}

/** An application with two tables, which are empty. */
export async function startLibrary(
  { options }: RunningDatabase,
  { otel, typeorm, module }: LibraryOptions = {},
): Promise<LibraryApp> {
  const telemetry = new InMemoryTelemetry();
  const processors = [telemetry, ...(otel?.processors ?? [])];

  @Module({
    imports: [
      OtelModule.forRoot({
        exporters: 'none',
        autoTrace: false,
        ...otel,
        typeorm: neverSlow(otel?.typeorm),
        processors,
      }),
      TypeOrmModule.forRoot({
        ...options,
        entities: ENTITIES,
        dropSchema: true,
        synchronize: true,
        retryAttempts: 1,
        ...typeorm,
      } as TypeOrmModuleOptions),
      ...(module?.imports ?? []),
    ],
    providers: [Library, ...(module?.providers ?? [])],
    controllers: module?.controllers ?? [],
  })
  class LibraryModule {}

  const running = await startApp(LibraryModule);
  const library = running.app.get(Library);
  return {
    ...running,
    telemetry,
    library,
    source: running.app.get(DataSource),
    prepare: (work) => untraced(() => library.untraced(work)),
    trace: async (work) => {
      telemetry.clear();
      const outcome = await library.work(work).then(
        (result) => ({ result, error: undefined }),
        (error: unknown) => ({ result: undefined, error }),
      );
      await waitUntil(
        () => telemetry.openSpans().length === 0,
        `these are open: ${telemetry.openSpans().join(', ')}`,
      );
      return { spans: telemetry.spans(), ...outcome };
    },
  };
}

/** On a busy machine any query may be slow; only a test that says so looks at that. */
function neverSlow(given: OtelModuleOptions['typeorm']): OtelModuleOptions['typeorm'] {
  if (given === false) return false;
  return { slowQueryMs: 600_000, ...(typeof given === 'object' && given) };
}
