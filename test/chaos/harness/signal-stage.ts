import type { AppState } from '../app/app.entry.js';
import { waitingIn } from '../app/books.js';
import { exporterFor } from './endpoints.js';
import { form } from './form.js';
import type { Programs } from './programs.js';
import type { Ledger } from './read-ledger.js';
import type { SignalScene } from './scene.js';
import type { SignalStory } from './signal-story.js';
import { StartedApp } from './started-app.js';
import { StartedCollector, type DoorPlan } from './started-collector.js';

/** Between a signal and the end of the process: the time to close, and a busy machine. */
const EXIT_MS = form.shutdownMs + 10_000;

/** What a signal came to. */
export interface SignalOutcome {
  readonly name: string;
  readonly exit: StartedApp['exit'];
  /** From the last signal on. */
  readonly exitMs: number;
  /** Undefined where the process was told to end before it could have any. */
  readonly state: AppState | undefined;
  readonly ledger: Ledger;
  readonly broken: readonly string[];
}

/** One process that is told to end, and its collector. */
export class SignalStage implements SignalScene {
  private constructor(
    readonly app: StartedApp,
    readonly collector: StartedCollector,
  ) {}

  static async play(
    programs: Programs,
    protocol: DoorPlan['protocol'],
    story: SignalStory,
  ): Promise<SignalOutcome> {
    const collector = new StartedCollector(programs, [{ name: 'collector', protocol }]);
    await collector.open();
    const app = new StartedApp(programs, {
      traced: true,
      options: { ...form.options, shutdown: { timeoutMs: form.shutdownMs } },
      exporters: [exporterFor(protocol, collector.port('collector'))],
    });
    try {
      await story.act(new SignalStage(app, collector));
      const signalled = performance.now();
      await app.waitForExit(EXIT_MS);
      const exitMs = performance.now() - signalled;
      const state = app.lines.findLast(({ event }) => event === 'closed') as AppState | undefined;
      const facts = { exit: app.exit, exitMs, state, ledger: collector.ledger('collector') };
      const name = `${story.name} (${protocol})`;
      return { ...facts, name, broken: [...brokenIn(story, facts, app.outcry())] };
    } finally {
      await Promise.all([app.end(), collector.kill()]);
    }
  }
}

function* brokenIn(
  story: SignalStory,
  { exit, state, ledger }: Pick<SignalOutcome, 'exit' | 'state' | 'ledger'>,
  outcry: string,
): Iterable<string> {
  if (exit?.signal !== story.signal) yield `it ended as ${JSON.stringify(exit)}`;
  if (outcry !== '') yield outcry;
  if (state === undefined) {
    if (story.delivers) yield 'it did not close';
    return;
  }
  const [books] = state.books;
  if (Object.values(state.troubles).flat().length > 0) yield JSON.stringify(state.troubles);
  if (books === undefined) yield 'there are no books';
  else {
    if (waitingIn(books) !== 0) yield `off by ${waitingIn(books)}: ${JSON.stringify(books)}`;
    if (books.accepted !== state.ended) yield `${state.ended} ended: ${JSON.stringify(books)}`;
    if (books.exported > ledger.atMostTaken) yield `${books.exported} of ${ledger.atMostTaken}`;
    if (story.delivers && books.exported !== books.accepted) yield JSON.stringify(books);
    if (story.delivers && ledger.taken !== books.exported) yield `${ledger.taken} taken`;
  }
}
