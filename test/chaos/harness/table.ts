import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitingIn, type Books } from '../app/books.js';
import { form } from './form.js';
import { INVARIANTS } from './invariants.js';
import type { Outcome } from './outcome.js';
import type { SignalOutcome } from './signal-stage.js';

const DIRECTORY = fileURLToPath(new URL('../../../coverage/chaos', import.meta.url));

const HEAD = [
  'fault',
  'requests wrong / sent',
  'latency of control: median, p99; slowest, loop (ms)',
  'troubles',
  'waiting at most; heap at fault, after (MB); sockets',
  'accepted = exported + failed + dropped',
  'exported / taken by the backend, twice',
  'close, exit (ms), code',
  'lines: failure, recovery, all',
];

/** What came of each fault, fault by invariant. */
export function writeTable(name: string, outcomes: readonly Outcome[]): string {
  const rows = outcomes.toSorted((one, other) => (one.story.name < other.story.name ? -1 : 1));
  const about =
    `${form.name} form: ${form.perSecond} requests/s to the application under trouble and as ` +
    `many to its control, ${form.atOnce} such pairs at once`;
  return write(name, about, [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)]);
}

const SIGNAL_HEAD = [
  'signal',
  'exit (ms)',
  'accepted = exported + failed + dropped',
  'taken by the backend',
  'broken',
];

/** What came of each signal. */
export function writeSignalTable(name: string, outcomes: readonly SignalOutcome[]): string {
  const rows = outcomes
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name: story, exit, exitMs, state, ledger, broken }) => [
      story,
      `${exit?.signal ?? exit?.code} (${exitMs.toFixed(0)})`,
      (state?.books ?? []).map(balance).join('<br>'),
      String(ledger.taken),
      broken.length === 0 ? '' : `**✗** ${broken.length}`,
    ]);
  return write(name, `${form.name} form`, [SIGNAL_HEAD, SIGNAL_HEAD.map(() => '---'), ...rows]);
}

function write(name: string, about: string, rows: readonly (readonly string[])[]): string {
  const text = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(join(DIRECTORY, `${name}.${form.name}.md`), `${about}\n\n${text}\n`);
  return text;
}

const balance = ({ accepted, exported, failed, dropped }: Books): string =>
  `${accepted} = ${exported} + ${failed} + ${dropped}`;

function cellsOf(outcome: Outcome): readonly string[] {
  const { story, served, control, app, heap, sockets, exit, said } = outcome;
  const marked = (invariant: keyof typeof INVARIANTS, text: string): string =>
    INVARIANTS[invariant].broken(outcome).length === 0 ? text : `**✗** ${text}`;
  const lines = (word: string): number => said.filter((line) => line.includes(word)).length;
  const off = app.books.reduce((sum, books) => sum + Math.abs(waitingIn(books)), 0);
  return [
    story.name,
    marked('answers', `${served.wrong} / ${served.sent}`),
    marked(
      'latency',
      `×${ratio(served.medianMs, control.medianMs)}, ×${ratio(served.p99Ms, control.p99Ms)}; ` +
        `${served.slowestMs.toFixed(0)}, ${app.longestBlockMs.toFixed(0)}`,
    ),
    marked('quiet', String(Object.values(app.troubles).flat().length)),
    marked(
      'memory',
      `${app.mostWaiting}; ${megabytes(heap.troubled - heap.before)}, ` +
        `${megabytes(heap.after - heap.before)}; ${sockets ?? '–'}`,
    ),
    marked('books', app.books.map(balance).join('<br>') + (off === 0 ? '' : ` (off by ${off})`)),
    marked('truth', takings(outcome)),
    marked(
      'shutdown',
      `${app.shutdownMs.toFixed(0)}, ${outcome.exitMs.toFixed(0)}, ${exit?.code ?? 'none'}`,
    ),
    marked('log', `${lines('cannot be delivered')}, ${lines('again, after')}, ${said.length}`),
  ];
}

function takings({ app, ledgers }: Outcome): string {
  const exported = (index: number): number | undefined => app.books[index]?.exported;
  const ofDoors = ledgers.map(({ taken, atMostTaken, twice }, index) => {
    const most = atMostTaken === taken ? '' : `–${atMostTaken}`;
    return `${exported(index)} / ${taken}${most}${twice === 0 ? '' : `, ${twice}`}`;
  });
  const ofItsOwn = app.taken.map(
    (taken, index) => `${exported(ledgers.length + index)} / ${taken}`,
  );
  return [...ofDoors, ...ofItsOwn].join('<br>');
}

const ratio = (value: number, control: number): string => (value / control).toFixed(2);

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
