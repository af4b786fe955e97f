import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { OtelModule, Traced, type AutoTraceOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanView } from 'nestrace/testing';
import { trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { startEchoServer } from '../../support/echo-server.js';

@Injectable()
class Leaf {
  async turn(index: number): Promise<number> {
    return index;
  }
}

@Injectable()
class Tree {
  constructor(private readonly leaf: Leaf) {}

  /** The seventeenth takes longest, the thirteenth fails. */
  async shake(index: number): Promise<number> {
    if (index === 17) await new Promise((resolve) => setTimeout(resolve, 60));
    if (index === 13) throw new RangeError('a cone fell');
    return this.leaf.turn(index);
  }

  quick(): number {
    return 1;
  }

  async slow(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 15));
  }

  async around(): Promise<void> {
    await this.slow();
  }

  fail(): void {
    throw new RangeError('short and wrong');
  }

  @Traced('by name')
  named(): number {
    return 1;
  }
}

@Controller()
class Forest {
  constructor(private readonly tree: Tree) {}

  @Get('loop')
  async loop(): Promise<number> {
    for (let index = 0; index < 30; index++) await this.tree.shake(index).catch(() => 0);
    return this.tree.quick();
  }

  @Get('at-once')
  async atOnce(): Promise<number> {
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => this.tree.shake(i)),
    );
    return results.length;
  }

  @Get('outside/:port')
  async outside(): Promise<number> {
    for (let index = 0; index < 15; index++) await this.callOut();
    return 1;
  }

  private async callOut(): Promise<void> {
    await fetch(url);
  }

  @Get('manual')
  manual(): number {
    for (let index = 0; index < 15; index++) this.byHand();
    for (let index = 0; index < 15; index++) this.tree.named();
    return 1;
  }

  private byHand(): void {
    trace.getTracer('of the user').startSpan('by hand').end();
  }

  @Get('short')
  async short(): Promise<number> {
    this.tree.quick();
    this.tree.named();
    await this.tree.around();
    try {
      this.tree.fail();
    } catch {
      // It is the span that matters.
    }
    return 1;
  }

  @Get('later')
  later(): number {
    setTimeout(() => {
      for (let index = 0; index < 15; index++) this.tree.quick();
    }, 10);
    return 1;
  }
}

let url = '';
const telemetry = new InMemoryTelemetry();
let running: RunningApp;

async function start(autoTrace: AutoTraceOptions = {}): Promise<void> {
  @Module({
    imports: [
      OtelModule.forRoot({
        lifecycle: false,
        autoTrace,
        exporters: 'none',
        processors: [telemetry],
        sampling: { strategy: 'always' },
      }),
    ],
    controllers: [Forest],
    providers: [Tree, Leaf],
  })
  class ForestModule {}

  running = await startApp(ForestModule);
}

async function spansOf(path: string, template = path): Promise<readonly SpanView[]> {
  expect((await call(running.url + path)).status).toBe(200);
  return telemetry.waitForTrace(`GET ${template}`);
}

const named = (spans: readonly SpanView[], name: string): readonly SpanView[] =>
  spans.filter((span) => span.name === name);

const foldedCount = (span: SpanView): unknown => span.attributes['nest.folded.count'];

afterEach(async () => {
  telemetry.clear();
  await running.close();
});

describe('many calls of one method', () => {
  it('are folded, but for the first, the slowest and the failed', async () => {
    await start();
    const spans = await spansOf('/loop');
    const calls = named(spans, 'Tree.shake');
    // Ten, the slow one, the failed one, and one for the eighteen others.
    expect(calls).toHaveLength(13);
    const [sum, ...rest] = calls.filter((span) => foldedCount(span) !== undefined);
    expect(rest).toEqual([]);
    expect(sum?.attributes).toMatchObject({
      'nest.type': 'provider',
      'code.function.name': 'Tree.shake',
      'nest.folded.count': 18,
    });
    const inAll = sum?.attributes['nest.folded.duration_ms'] as number;
    expect(inAll).toBeGreaterThan(0);
    expect(calls.filter((span) => span.status.code === 'ERROR')).toHaveLength(1);
    const byStart = calls.filter((span) => foldedCount(span) === undefined);
    byStart.sort((a, b) => a.startTime - b.startTime);
    expect(byStart.at(-1)?.durationMs).toBeGreaterThan(50);
    // What a folded call did is folded with it, what a kept one did is there.
    expect(named(spans, 'Leaf.turn')).toHaveLength(11);
    expect(named(spans, 'Tree.quick')).toHaveLength(1);
    expect(spans).toHaveLength(1 + 1 + 13 + 11 + 1);
  });

  it('are folded when they run at once', async () => {
    await start();
    const spans = await spansOf('/at-once');
    const calls = named(spans, 'Tree.shake');
    expect(calls).toHaveLength(13);
    expect(calls.map(foldedCount).filter((count) => count !== undefined)).toEqual([18]);
  });

  it('are folded after as many as the option says', async () => {
    await start({ foldAfter: 2 });
    const spans = await spansOf('/loop');
    const calls = named(spans, 'Tree.shake');
    expect(calls.map(foldedCount).filter((count) => count !== undefined)).toEqual([26]);
  });

  it.each([{ foldAfter: false }, { level: 'verbose' }] as const)(
    'are shown one by one with %o',
    async (options) => {
      await start(options);
      expect(named(await spansOf('/loop'), 'Tree.shake')).toHaveLength(30);
    },
  );

  it('are kept when they call another service, whose spans hang below them', async () => {
    const server = await startEchoServer();
    try {
      url = `http://127.0.0.1:${server.port}/`;
      await start();
      const spans = await spansOf('/outside/1', '/outside/:port');
      expect(named(spans, 'Forest.callOut')).toHaveLength(15);
      expect(named(spans, 'GET')).toHaveLength(15);
    } finally {
      await server.close();
    }
  });

  it('are kept when the application has put spans of its own into them', async () => {
    await start();
    const spans = await spansOf('/manual');
    expect(named(spans, 'Forest.byHand')).toHaveLength(15);
    expect(named(spans, 'by hand')).toHaveLength(15);
    expect(named(spans, 'by name')).toHaveLength(15);
  });

  it('are shown one by one when they outlive the request', async () => {
    await start();
    await spansOf('/later');
    const quick = () => named(telemetry.spans(), 'Tree.quick');
    await telemetry.waitForSpan(() => quick().length === 15);
    expect(quick().map(foldedCount)).toEqual(Array.from({ length: 15 }, () => undefined));
  });
});

describe('the spans of a trace', () => {
  it('have a bound, and the first one tells how many are missing', async () => {
    await start({ foldAfter: false, maxSpansPerTrace: 20 });
    const spans = await spansOf('/loop');
    expect(spans).toHaveLength(20);
    const root = spans.find(({ kind }) => kind === 'SERVER');
    // The request, the handler, the thirty shakes with twenty-nine turns, and quick.
    expect(root?.attributes['nest.trace.omitted_spans']).toBe(1 + 1 + 30 + 29 + 1 - 20);
  });

  it('make room for others when they are folded', async () => {
    await start({ foldAfter: 2, maxSpansPerTrace: 20 });
    const spans = await spansOf('/loop');
    const root = spans.find(({ kind }) => kind === 'SERVER');
    expect(root?.attributes['nest.trace.omitted_spans']).toBeUndefined();
    expect(named(spans, 'Tree.quick')).toHaveLength(1);
  });

  it('are left out when they are too short and have nothing below them', async () => {
    await start({ minDurationMs: 10 });
    expectTrace(await spansOf('/short'), {
      name: 'GET /short',
      children: [
        {
          name: 'Forest.short',
          children: [
            { name: 'by name' },
            { name: 'Tree.around', children: [{ name: 'Tree.slow' }] },
            { name: 'Tree.fail', status: 'ERROR' },
          ],
        },
      ],
    });
  });
});
