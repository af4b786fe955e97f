import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Reply } from './load/ask.js';
import type { LoadQuestion } from './load/load.entry.js';
import { Child } from './harness/child.js';
import { exporterFor } from './harness/endpoints.js';
import { waitingIn } from './app/books.js';
import type { AppState } from './app/app.entry.js';
import { form } from './harness/form.js';
import { HEAP_SLACK, INVARIANTS } from './harness/invariants.js';
import type { Outcome } from './harness/outcome.js';
import { buildPrograms, type Programs } from './harness/programs.js';
import { Stage, type Theatre } from './harness/stage.js';
import { StartedApp } from './harness/started-app.js';
import { StartedCollector } from './harness/started-collector.js';
import { writeTable } from './harness/table.js';
import { Turns } from './harness/turns.js';
import { APPLICATION_STORIES } from './stories/application.stories.js';
import { COLLECTOR_STORIES } from './stories/collector.stories.js';
import { EXPORTER_STORIES } from './stories/exporter.stories.js';
import { PROCESS_STORIES } from './stories/process.stories.js';

const STORIES = [
  ...COLLECTOR_STORIES,
  ...PROCESS_STORIES,
  ...APPLICATION_STORIES,
  ...EXPORTER_STORIES,
];

/** On a machine that is busy. */
const CLOSE_MS = 60_000;

/** All stories begin to wait for their turn at once. */
const SUITE_MS = 3_600_000;

let programs: Programs;
let collector: StartedCollector;
let theatre: Theatre;
let heapAtFirst: number;
const outcomes: Outcome[] = [];

beforeAll(async () => {
  programs = await buildPrograms();
  collector = new StartedCollector(programs, [{ name: 'control', protocol: 'http/protobuf' }]);
  await collector.open();
  const control = new StartedApp(programs, {
    traced: true,
    options: form.options,
    exporters: [exporterFor('http/protobuf', collector.port('control'))],
  });
  await control.listening();
  heapAtFirst = await control.heap();
  theatre = { programs, control, expected: await answersWithoutTracing() };
}, 120_000);

afterAll(async () => {
  if (outcomes.length > 0) console.log(writeTable('faults', outcomes));
  await theatre.control.end();
  await collector.kill();
  programs.remove();
});

async function answersWithoutTracing(): Promise<readonly Reply[]> {
  const app = new StartedApp(programs, { traced: false });
  const load = new Child<LoadQuestion>('the load', programs.load);
  try {
    await app.listening();
    return await load.ask<readonly Reply[]>({ ask: 'answers', url: app.url });
  } finally {
    await Promise.all([app.end(), load.end()]);
  }
}

/** Vitest has one bound for everything that is concurrent, and the two forms need their own. */
const turns = new Turns(form.atOnce);

describe.concurrent('an application is not harmed when', { timeout: SUITE_MS }, () => {
  it.for(STORIES.map((story) => [story.name, story] as const))(
    '%s',
    async ([, story], { expect }) => {
      const outcome = await turns.take(() => Stage.play(theatre, story));
      outcomes.push(outcome);
      // Who ends a long run before it is over has what there is.
      writeTable('faults', outcomes);
      for (const { title, broken } of Object.values(INVARIANTS)) {
        expect.soft(broken(outcome), title).toEqual([]);
      }
    },
  );
});

describe('an application without trouble', () => {
  it(
    'has its books in order after all of it, and takes no more memory',
    async ({ expect }) => {
      const { control } = theatre;
      const grown = (await control.heap()) - heapAtFirst;
      await control.ask({ ask: 'close' });
      const { books, ended } = (await control.waitForEvent(
        'closed',
        CLOSE_MS,
      )) as unknown as AppState;
      await control.waitForExit(CLOSE_MS);

      const { taken, atMostTaken, odd } = collector.ledger('control');
      console.log(
        `control: ${JSON.stringify(books)}, ${taken} taken, ${(grown / 1024 / 1024).toFixed(1)} MB more`,
      );
      expect(books.map(waitingIn)).toEqual([0]);
      expect(books.map(({ accepted }) => accepted)).toEqual([ended]);
      expect(books[0]?.exported).toBeLessThanOrEqual(atMostTaken);
      expect(odd).toBe(0);
      expect(grown).toBeLessThan(HEAP_SLACK);
      expect(control.exit).toEqual({ code: 0, signal: null });
      expect(control.outcry()).toBe('');
    },
    SUITE_MS,
  );
});
