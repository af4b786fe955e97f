import { waitingIn } from '../app/books.js';
import { form, mostWaiting } from './form.js';
import type { Outcome } from './outcome.js';

/** What has to hold whatever happens: each tells what is broken, in words, or nothing. */
export interface Invariant {
  readonly title: string;
  broken(outcome: Outcome): readonly string[];
}

/** An exporter holds 8; those before them may not be closed yet on the other side. */
const MOST_SOCKETS = 16;

/** Far more than a span takes, written or not. */
const BYTES_PER_SPAN = 6 * 1024;

/** What is said where an answer came too late. */
const LATE = /no answer within|before there was an answer/;

/**
 * An exporter may say that it fails, that it works again, that its queue is full, that batches are
 * cut or taken in part; and all of them together that there was no time at the end.
 */
const LINES = 5;

/** Shares of the requests; were they to wait for an export, nearly all of them would. */
const FEW = 0.1;
const MANY = 0.5;

/** What compiled code, connections and Nest's own lazy parts take in the first seconds. */
export const HEAP_SLACK = 16 * 1024 * 1024;

/** After the time for the flush, that for closing connections; the rest is for a busy machine. */
const CLOSE_MS = 500;
const SLACK_MS = 3000;

const MINUTE_MS = 60_000;

const unless = (holds: boolean, what: string): readonly string[] => (holds ? [] : [what]);

export const INVARIANTS = {
  answers: {
    title: 'every request is answered as without tracing',
    broken: ({ served }) =>
      unless(served.wrong === 0, `${served.wrong} wrong: ${served.examples.join(' | ')}`),
  },
  latency: {
    title: 'no request waits with the fault',
    broken: ({ story, served, control, app }) => [
      ...unless(
        served.waited <=
          control.waited + served.sent * (isBusy({ story, app, control }) ? MANY : FEW),
        `${served.waited} requests took ${story.waitMs} ms, of the control ${control.waited}`,
      ),
      ...unless(
        story.blocks === true ||
          app.longestBlockMs < story.waitMs ||
          control.slowestMs > story.waitMs / 2,
        `the event loop stood still for ${app.longestBlockMs} ms`,
      ),
    ],
  },
  quiet: {
    title: 'no rejection, exception or warning; nothing on the standard error',
    broken: ({ app, outcry }) => [
      ...unless(Object.values(app.troubles).flat().length === 0, JSON.stringify(app.troubles)),
      ...unless(outcry === '', outcry.slice(0, 2000)),
    ],
  },
  memory: {
    title: 'memory, queues and connections are bounded',
    broken: ({ story, app, heap, sockets = 0 }) => {
      const spans = mostWaiting(story.app?.options?.batch);
      const bound = HEAP_SLACK + spans * BYTES_PER_SPAN * app.books.length;
      return [
        ...unless(app.mostWaiting <= spans, `${app.mostWaiting} spans waited`),
        ...unless(heap.troubled - heap.before < bound, `${heap.troubled - heap.before} B more`),
        ...unless(heap.after - heap.before < bound, `${heap.after - heap.before} B stayed`),
        ...unless(sockets <= MOST_SOCKETS, `${sockets} connections to one backend`),
      ];
    },
  },
  books: {
    title: 'accepted = exported + failed + dropped, and accepted = spans that ended',
    broken: ({ app, story }) => [
      ...unless(app.leastWaiting >= 0, `${-app.leastWaiting} more counted than accepted`),
      ...app.books.flatMap((books) => [
        ...unless(waitingIn(books) === 0, `off by ${waitingIn(books)}: ${JSON.stringify(books)}`),
        ...unless(books.accepted === app.ended, `${app.ended} ended: ${JSON.stringify(books)}`),
        ...unless(
          !story.endsWell || books.droppedAtShutdown === 0,
          `${books.droppedAtShutdown} dropped at shutdown though the backend was well`,
        ),
      ]),
    ],
  },
  truth: {
    title: 'exported = what the backend took',
    broken: ({ app, ledgers, story, control }) => {
      const losesAnswers = story.losesAnswers === true || isBusy({ story, app, control });
      const ofDoors = ledgers.flatMap(({ taken, atMostTaken, twice, odd }, index) => {
        const exported = app.books[index]?.exported ?? 0;
        return [
          ...unless(exported <= atMostTaken, `${exported} counted, ${atMostTaken} taken`),
          ...unless(losesAnswers || exported >= taken, `${exported} counted, ${taken} taken`),
          ...unless(losesAnswers || twice === 0, `${twice} were sent twice`),
          ...unless(odd === 0, `${odd} spans with times that cannot be`),
        ];
      });
      const ofItsOwn = app.taken.flatMap((taken, index) => {
        const exported = app.books[ledgers.length + index]?.exported ?? 0;
        return unless(
          exported === taken || (losesAnswers && exported <= taken),
          `${exported} counted, ${taken} taken by the application's own exporter`,
        );
      });
      return [...ofDoors, ...ofItsOwn];
    },
  },
  shutdown: {
    title: 'the application closes in time, and its process ends by itself',
    broken: ({ app, exit }) => [
      ...unless(
        app.shutdownMs < form.shutdownMs + CLOSE_MS + SLACK_MS,
        `it took ${app.shutdownMs} ms`,
      ),
      ...unless(exit?.code === 0, `it ended as ${JSON.stringify(exit)}`),
    ],
  },
  log: {
    title: 'one line when it begins, one when it ends, no flood',
    broken: ({ said, story, app, control }) => {
      const minutes = Math.floor(form.flappingMs / MINUTE_MS);
      const lines = (word: string): readonly string[] => said.filter((line) => line.includes(word));
      const failures = lines('cannot be delivered to');
      const ends = lines('again, after').length;
      // What a busy machine is to blame for is none of the story's.
      const meant = isBusy({ story, app, control })
        ? failures.filter((line) => !LATE.test(line))
        : failures;
      return [
        ...unless(
          failures.length >= story.failing && meant.length <= story.failing * (1 + minutes),
          `${failures.length} lines of failure, not ${story.failing}: ${said.join(' | ')}`,
        ),
        ...unless(
          ends >= story.recovering && ends <= failures.length,
          `${ends} lines of recovery, not ${story.recovering}: ${said.join(' | ')}`,
        ),
        ...unless(
          said.length <= 1 + app.books.length * (LINES + 2 * minutes),
          `${said.length} lines: ${said.join(' | ')}`,
        ),
      ];
    },
  },
} as const satisfies Record<string, Invariant>;

/**
 * The machine itself has stood still for half of what one wait of the fault takes. Then answers that
 * were given came too late, which no story is to blame for.
 */
function isBusy({ story, app, control }: Pick<Outcome, 'story' | 'app' | 'control'>): boolean {
  return control.slowestMs > story.waitMs / 2 || app.longestBlockMs > story.waitMs / 2;
}
