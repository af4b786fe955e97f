/** The application that is not to be harmed, a process of its own. */
import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { ConsoleLogger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { OTEL_SPAN_EXPORTERS, OtelModule, type ObservedExporter } from 'nestrace';
import { serveParent } from '../harness/serve-parent.js';
import { BadExporter } from './bad-exporter.js';
import { booksOf, type Books } from './books.js';
import { CountingProcessor, ThrowingProcessor } from './processors.js';
import { appSettings } from './settings.js';
import { shiftClock } from './shift-clock.js';
import { Vitals, type Troubles } from './vitals.js';
import { WorkController } from './work.controller.js';

export type AppQuestion =
  | { readonly ask: 'heap' | 'state' | 'close' }
  | { readonly ask: 'shift clock' | 'block'; readonly milliseconds: number };

/** Everything the application knows about itself. */
export interface AppState {
  readonly books: readonly Books[];
  /** Sampled spans that ended. */
  readonly ended: number;
  /** Spans each of its own exporters has taken. */
  readonly taken: readonly number[];
  readonly mostWaiting: number;
  readonly leastWaiting: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly longestBlockMs: number;
  readonly troubles: Troubles;
  readonly shutdownMs?: number;
}

const STANDARD_OUTPUT = 1;

/** Written at once, so that it is there even when the process dies. */
function tell(event: string, facts: object = {}): void {
  writeSync(STANDARD_OUTPUT, `${JSON.stringify({ event, ...facts })}\n`);
}

const settings = appSettings();
const vitals = new Vitals();
const counting = new CountingProcessor();
const own: BadExporter[] = [];

const exporters = (settings.exporters ?? []).map((exporter) => {
  if (!('bad' in exporter)) return exporter;
  const bad = new BadExporter(exporter.bad, exporter.lateMs);
  own.push(bad);
  return bad;
});

@Module({})
class AppModule {
  static of({ traced, options, throwingProcessor = false }: typeof settings): DynamicModule {
    const processors = throwingProcessor ? [new ThrowingProcessor(), counting] : [counting];
    return {
      module: AppModule,
      imports: traced ? [OtelModule.forRoot({ ...options, exporters, processors })] : [],
      controllers: [WorkController],
    };
  }
}

tell('starting');
const app = await NestFactory.create<NestExpressApplication>(AppModule.of(settings), {
  logger: new ConsoleLogger({ json: true, colors: false }),
});
app.enableShutdownHooks();
const observed = settings.traced
  ? app.get<readonly ObservedExporter[]>(OTEL_SPAN_EXPORTERS, { strict: false })
  : [];
vitals.watch(observed);

const state = (): AppState => ({
  books: observed.map(({ delivery }) => booksOf(delivery)),
  ended: counting.ended,
  taken: own.map(({ taken }) => taken),
  mostWaiting: vitals.mostWaiting,
  leastWaiting: vitals.leastWaiting,
  resources: vitals.resources,
  longestBlockMs: vitals.longestBlockMs,
  troubles: vitals.troubles,
});

async function close(): Promise<void> {
  const began = performance.now();
  await Promise.all([app.close(), app.close()]);
  tell('closed', { ...state(), shutdownMs: performance.now() - began });
}

// Nest ends a process it was told to end by the same signal, when all is closed.
const { kill } = process;
process.kill = (pid, signal) => {
  tell('closed', { ...state(), signal });
  return kill.call(process, pid, signal);
};

serveParent<AppQuestion>(
  (question) => {
    switch (question.ask) {
      case 'heap':
        return vitals.heap();
      case 'state':
        return state();
      case 'shift clock':
        return shiftClock(question.milliseconds);
      case 'block': {
        const until = performance.now() + question.milliseconds;
        while (performance.now() < until);
        return undefined;
      }
      case 'close':
        void close();
        return undefined;
      default:
        return question satisfies never;
    }
  },
  { keepsAlive: false },
);

// One that is closed just as it is used again fails a request nothing was wrong with.
app.getHttpServer().keepAliveTimeout = 0;

await app.listen(0, '127.0.0.1');
tell('listening', { url: await app.getUrl() });
