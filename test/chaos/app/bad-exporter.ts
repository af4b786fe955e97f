import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

type Answer = (result: ExportResult) => void;

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };
const FAILED: ExportResult = { code: ExportResultCode.FAILED };

const BLOCK_MS = 50;

interface Habit {
  /** Without it, all spans are taken at once. */
  readonly export?: (answer: Answer, lateMs: number) => unknown;
  readonly forceFlush?: () => Promise<void>;
  readonly shutdown?: () => Promise<void>;
}

const cannot = (): never => {
  throw new Error('I cannot');
};

/** Something that is no error, as careless code rejects with. */
async function rejectWith(reason: unknown): Promise<never> {
  throw reason;
}

const HABITS = {
  throws: { export: cannot },
  rejects: { export: () => Promise.reject(new Error('I cannot')) },
  rejectsWithNothing: { export: () => rejectWith(undefined) },
  neverAnswers: { export: () => {} },
  answersTwice: {
    export: (answer) => {
      answer(SUCCESS);
      answer(FAILED);
      answer(SUCCESS);
    },
  },
  answersAndThrows: {
    export: (answer) => {
      answer(SUCCESS);
      cannot();
    },
  },
  answersLate: {
    export: (answer, lateMs) => {
      setTimeout(answer, lateMs, SUCCESS).unref();
    },
  },
  blocks: {
    export: (answer) => {
      const until = performance.now() + BLOCK_MS;
      while (performance.now() < until);
      answer(SUCCESS);
    },
  },
  throwsAtTheEnd: { forceFlush: cannot, shutdown: cannot },
  rejectsAtTheEnd: {
    forceFlush: () => Promise.reject(new Error('I cannot')),
    shutdown: () => Promise.reject(new Error('I cannot')),
  },
  neverEnds: { forceFlush: () => new Promise(() => {}), shutdown: () => new Promise(() => {}) },
} satisfies Record<string, Habit>;

export type BadExporterName = keyof typeof HABITS;

/** An exporter of the application that breaks the contract in one way. */
export class BadExporter implements SpanExporter {
  /** Spans it has taken, by the first answer it gave for them. */
  taken = 0;
  private readonly habit: Habit;

  constructor(
    readonly name: BadExporterName,
    /** Longer than an export may take. */
    private readonly lateMs: number,
  ) {
    this.habit = HABITS[name];
  }

  export(spans: ReadableSpan[], answer: Answer): unknown {
    let isFirst = true;
    const counted: Answer = (result) => {
      if (isFirst && result.code === ExportResultCode.SUCCESS) this.taken += spans.length;
      isFirst = false;
      answer(result);
    };
    return this.habit.export === undefined
      ? counted(SUCCESS)
      : this.habit.export(counted, this.lateMs);
  }

  async forceFlush(): Promise<void> {
    await this.habit.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.habit.shutdown?.();
  }
}
