import { setTimeout as sleep } from 'node:timers/promises';
import type { AppState } from '../app/app.entry.js';
import type { Reply } from '../load/ask.js';
import type { LoadQuestion } from '../load/load.entry.js';
import type { TallyReport } from '../load/tally.js';
import { waitUntil } from '../../support/wait-until.js';
import { Child } from './child.js';
import { exporterFor } from './endpoints.js';
import { form } from './form.js';
import type { Outcome } from './outcome.js';
import type { Programs } from './programs.js';
import type { Scene } from './scene.js';
import { StartedApp } from './started-app.js';
import { StartedCollector } from './started-collector.js';
import type { Story } from './story.js';

/** What all stories share. */
export interface Theatre {
  readonly programs: Programs;
  /** What the application answers without tracing. */
  readonly expected: readonly Reply[];
  /** The same application, traced, with a collector that is well: it gets the same load. */
  readonly control: StartedApp;
}

/** Between the close of an application and the end of its process, on a machine that is busy. */
const EXIT_MS = 30_000;

/** One application under load, and the collector it delivers to. */
export class Stage implements Scene {
  private readonly load: Child<LoadQuestion>;
  private heapBefore = 0;
  private heapTroubled: number | undefined;

  private constructor(
    private readonly theatre: Theatre,
    private readonly story: Story,
    readonly app: StartedApp,
    readonly collector: StartedCollector,
  ) {
    this.load = new Child<LoadQuestion>('the load', theatre.programs.load);
  }

  static async play(theatre: Theatre, story: Story): Promise<Outcome> {
    const collector = new StartedCollector(theatre.programs, story.doors);
    await collector.open();
    const exporters =
      story.exporters?.((door) => collector.port(door)) ??
      story.doors.map(({ name, protocol }) => exporterFor(protocol, collector.port(name)));
    const options = {
      ...form.options,
      shutdown: { timeoutMs: form.shutdownMs },
      ...story.app?.options,
    };
    const app = new StartedApp(
      theatre.programs,
      { traced: true, ...story.app, options, exporters },
      { canSetClock: story.canSetClock === true },
    );
    const stage = new Stage(theatre, story, app, collector);
    try {
      return await stage.play();
    } finally {
      collector.signal('SIGCONT');
      await Promise.all([app.end(), collector.kill(), stage.load.end()]);
    }
  }

  readonly trouble = async (milliseconds = form.troubleMs): Promise<void> => {
    await sleep(milliseconds);
  };

  readonly recovered = async (): Promise<void> => {
    this.heapTroubled ??= await this.app.heap();
    const before = await this.app.state();
    let now = before;
    const ask = async (): Promise<boolean> => {
      now = await this.app.state();
      return now.books.every(
        ({ exported }, index) => exported > (before.books[index]?.exported ?? 0),
      );
    };
    const deadline = performance.now() + form.recoveryMs;
    while (!(await ask())) {
      if (performance.now() > deadline) {
        throw new Error(`spans are not delivered again: ${JSON.stringify(now.books)}`);
      }
      await sleep(100);
    }
  };

  private async play(): Promise<Outcome> {
    const { app, load, theatre, collector } = this;
    await app.listening();
    await load.ask({
      ask: 'begin',
      urls: [app.url, theatre.control.url],
      perSecond: form.perSecond,
      waitMs: this.story.waitMs,
      expected: theatre.expected,
    });
    await sleep(form.wellMs);
    this.heapBefore = await app.heap();
    await this.story.act(this);
    const heapAfter = await app.heap();
    const [served, control] = await load.ask<[TallyReport, TallyReport]>({ ask: 'end' });
    const sockets = await collector.sockets().catch(() => undefined);

    await app.ask({ ask: 'close' });
    const closed = (await app.waitForEvent('closed', EXIT_MS)) as unknown as Required<AppState>;
    const closedAt = performance.now();
    await waitUntil(() => app.exit !== undefined, 'the end of the process', EXIT_MS).catch(
      () => {},
    );
    return {
      story: this.story,
      served,
      control,
      app: closed,
      exit: app.exit,
      exitMs: performance.now() - closedAt,
      outcry: app.outcry(),
      said: app.said(),
      ledgers: this.story.doors.map(({ name }) => collector.ledger(name)),
      sockets,
      heap: {
        before: this.heapBefore,
        troubled: this.heapTroubled ?? heapAfter,
        after: heapAfter,
      },
    };
  }
}
