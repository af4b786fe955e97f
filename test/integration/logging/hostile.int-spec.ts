import { ConsoleLogger, Injectable, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { TraceService } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { CapturedOutput } from '../../support/captured-output.js';
import { linesOf, linesOfTrace, NewsroomModule } from './newsroom.js';

const telemetry = new InMemoryTelemetry();
let output: CapturedOutput;
let running: RunningApp;
let tracing: TraceService;

@Injectable()
class Counter {
  private readonly logger = new Logger(Counter.name);

  step(n: number): number {
    if (n % 50 === 0) this.logger.log(`at ${n}`);
    if (n === 77) this.logger.warn('77 looks odd');
    return n;
  }
}

@Injectable()
class Counting implements OnModuleInit {
  constructor(private readonly counter: Counter) {}

  onModuleInit(): void {}

  count(): void {
    for (let n = 0; n < 100; n++) this.counter.step(n);
  }
}

@Module({ providers: [Counter, Counting] })
class CountingModule {}

beforeEach(async () => {
  output = new CapturedOutput();
  running = await startApp(
    NewsroomModule.with(telemetry, { logs: { level: 'verbose' } }, [CountingModule]),
    undefined,
    { logger: new ConsoleLogger({ colors: false, json: true }) },
  );
  tracing = running.app.get(TraceService);
  output.clear();
});
afterEach(async () => {
  await running.close();
  output.release();
  telemetry.clear();
});

class Unspeakable extends Error {
  override get message(): string {
    throw new TypeError('I have no words');
  }
}

const circle: Record<string, unknown> = { name: 'circle' };
circle['self'] = circle;
const trap = (): never => {
  throw new TypeError('trapped');
};

const values: readonly (readonly [string, () => unknown])[] = [
  ['an object with itself in it', () => circle],
  ['a big number', () => ({ count: 10n })],
  ['a symbol', () => Symbol('s')],
  ['nothing', () => undefined],
  ['an object without prototype', () => Object.create(null) as object],
  [
    'an object that throws',
    () => ({
      get a() {
        return trap();
      },
      toJSON: trap,
      toString: trap,
    }),
  ],
  ['an error that throws', () => new Unspeakable()],
  ['a proxy that throws', () => new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap })],
  [
    'an error that causes itself',
    () => {
      const error = new Error('round');
      return Object.assign(error, { cause: error });
    },
  ],
  ['a large list', () => Array.from({ length: 50_000 }, (_, n) => ({ n }))],
];

describe('what is said about', () => {
  it.each(values)('%s is said as without tracing', async (_name, make) => {
    const value = make();
    const say = (): unknown => {
      try {
        new Logger('Hostile').error(value);
        return 'said';
      } catch (error) {
        return String(error);
      }
    };
    const outside = say();
    const before = output.lines.map(withoutTime);
    output.clear();
    const inside = tracing.withSpan('hostile', say);

    expect(inside).toBe(outside);
    expect(output.lines.map(withoutTime).map(withoutIds)).toEqual(before.map(withoutIds));
    const span = await telemetry.waitForSpan('hostile');
    expect(span.status.code).toBe('UNSET');
    expect(linesOf(span)).toEqual([expect.stringMatching(/^error Hostile: ./)]);
  });
});

const withoutTime = (line: string): string => line.replace(/timestamp("?: ?)\d+/, 'timestamp$10');
const withoutIds = (line: string): string =>
  line.replace(/, ?"?(trace_id|span_id|trace_flags)"?: ?["'][\da-f]+["']/g, '');

describe('lines', () => {
  it('of a warning keep the call they are said in from being folded', async () => {
    tracing.withSpan('counting', () => {
      running.app.get(Counting).count();
    });
    const spans = await telemetry.waitForTrace('counting');
    expect(linesOfTrace(spans)).toContain('Counter.step | warn Counter: 77 looks odd');
    expect(spans.length).toBeLessThan(30);
  });

  it('said when the span has ended are no events, and not a word of OpenTelemetry is', async () => {
    const logger = new Logger('Late');
    let late = (): void => {};
    tracing.withSpan('over', (span) => {
      late = () => {
        trace.getTracer('x');
        logger.log('too late');
      };
      span.end();
      late();
    });
    const span = await telemetry.waitForSpan('over');
    expect(linesOf(span)).toEqual([]);
    expect(output.lines.filter((line) => !line.includes('too late'))).toEqual([]);
  });
});
