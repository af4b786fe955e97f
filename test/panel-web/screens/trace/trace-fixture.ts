import type { TraceDetail } from '../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { traceOf } from '../../copying/fixtures.js';

/** A span of a tree of which a test cares about a few things only; microseconds. */
export interface TestSpan {
  readonly name: string;
  readonly group?: number;
  readonly flags?: number;
  readonly start?: number;
  readonly duration?: number;
  readonly below?: readonly TestSpan[];
}

/** The trace of these trees; ids are the numbers of the rows, groups differ unless given. */
export function traceFrom(...roots: readonly TestSpan[]): TraceDetail {
  const rows: { span: TestSpan; parent: number }[] = [];
  const add = (span: TestSpan, parent: number) => {
    const row = rows.push({ span, parent }) - 1;
    for (const child of span.below ?? []) add(child, row);
  };
  for (const root of roots) add(root, -1);
  const detail = traceOf(
    rows.map(({ span, parent }, row) => [
      span.name,
      parent,
      span.group ?? 1000 + row,
      span.flags ?? 0,
    ]),
  );
  const start = rows.map(({ span }) => span.start ?? 0);
  const duration = rows.map(({ span }) => span.duration ?? 1000);
  const id = rows.map((_, row) => `s${row}`);
  return { ...detail, spans: { ...detail.spans, id, start, duration } };
}

/** `times` spans that do the same. */
export function repeated(times: number, span: TestSpan): TestSpan[] {
  return Array.from({ length: times }, () => ({ group: 1, ...span }));
}
