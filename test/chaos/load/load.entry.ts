/** The load, a process of its own: neither who is measured nor the collector pays for it. */
import { serveParent } from '../harness/serve-parent.js';
import { ask, type Reply } from './ask.js';
import { Tally, type TallyReport } from './tally.js';
import { SHAPES } from './shapes.js';

export type LoadQuestion =
  /** What an application answers to each shape, one after the other. */
  | { readonly ask: 'answers'; readonly url: string }
  | Begin
  /** Sends no more, waits for what is under way, and tells. */
  | { readonly ask: 'end' };

interface Begin {
  readonly ask: 'begin';
  readonly urls: readonly string[];
  /** To each of them. */
  readonly perSecond: number;
  readonly waitMs: number;
  /** By shape. */
  readonly expected: readonly Reply[];
}

let timer: NodeJS.Timeout | undefined;
let tallies: readonly Tally[] = [];

/**
 * Each request when it is due, whether the one before has been answered or not: who waits for
 * answers does not notice that a server has stopped. All targets are asked the same at the same
 * moment, so that whatever else the machine does falls on all of them alike.
 */
function begin({ urls, perSecond, waitMs, expected }: Begin): void {
  tallies = urls.map(() => new Tally(waitMs));
  const began = performance.now();
  let sent = 0;
  const tick = (): void => {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
    for (; sent < due; sent++) {
      const index = sent % SHAPES.length;
      for (let turn = 0; turn < urls.length; turn++) {
        // Who comes first has the better time, so they take turns.
        const target = (turn + sent) % urls.length;
        tallies[target]?.count(urls[target] ?? '', index, expected[index]);
      }
    }
  };
  timer = setInterval(tick, Math.max(1, Math.min(20, 500 / perSecond)));
}

async function end(): Promise<readonly TallyReport[]> {
  clearInterval(timer);
  return Promise.all(tallies.map((tally) => tally.report()));
}

serveParent<LoadQuestion>(async (question) => {
  switch (question.ask) {
    case 'answers': {
      const replies: Reply[] = [];
      for (const shape of SHAPES) replies.push(await ask(question.url, shape));
      return replies;
    }
    case 'begin':
      return begin(question);
    case 'end':
      return end();
    default:
      return question satisfies never;
  }
});
